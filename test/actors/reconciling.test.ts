/** What the ledger and the venue tell each other after a start: fills since the last booked one, orders the venue forgot. */
import { describe, expect, it } from "vitest";
import { reconciler } from "../../actors/execution/reconciling.ts";
import type { AccountAtVenue } from "../../adapters/venue/venue.ts";
import type { LiveOrder } from "../../contracts/portfolio.ts";
import type { Fill, Order, OrderReport } from "../../domain/order/order.ts";
import type { InstrumentId, Timestamp } from "../../domain/values/values.ts";

const BTC = "v:BTC/USDT" as InstrumentId;
const ETH = "v:ETH/USDT" as InstrumentId;
const MINUTE = 60_000;
const order = { id: "a1", account: "main", instrument: BTC, at: 5 * MINUTE } as unknown as Order;
const filledAt = (at: number): Fill =>
  ({ tradeId: String(at), instrument: BTC, order: "by-hand", at }) as unknown as Fill;

interface Given {
  readonly bookedUntil: number;
  readonly live?: readonly LiveOrder[];
  /** More of them come to be seen when some are added. */
  readonly fills?: readonly Fill[];
  readonly found?: OrderReport;
  /** Before it answers: how often fills of BTC have been asked for in all. */
  readonly onAsked?: (times: number) => void;
}

/** A venue that has the given fills, no open order, and knows no order by its id but the one `found`. Wall time is set by hand. */
const world = ({ bookedUntil, live = [], fills = [], found, onAsked }: Given) => {
  const asked: [InstrumentId, number][] = [];
  const reports: OrderReport[] = [];
  const told: Fill[] = [];
  const balancesAsOf: number[] = [];
  const again: number[] = [];
  const time = { now: 0, market: 20 * MINUTE };
  const venue: Partial<AccountAtVenue> = {
    openOrders: () => Promise.resolve([]),
    find: () => Promise.resolve(found),
    // It takes a while to answer.
    balances: () => {
      time.market += 500;
      return Promise.resolve(new Map());
    },
    fills: (instrument, since) => {
      asked.push([instrument, since]);
      if (instrument === BTC) onAsked?.(asked.filter(([one]) => one === BTC).length);
      return Promise.resolve(fills.filter((fill) => fill.instrument === instrument && fill.at >= since));
    },
  };
  const reconciling = reconciler({
    venue: venue as AccountAtVenue,
    clock: { now: () => time.now as Timestamp, monotonic: () => time.now, after: () => () => undefined },
    marketNow: () => time.market as Timestamp,
    instruments: [BTC, ETH],
    liveOrders: () => Promise.resolve(live),
    bookedUntil: () => Promise.resolve(bookedUntil as Timestamp),
    report: (report) => reports.push(report),
    fill: (fill) => told.push(fill),
    balances: (_all, asOf) => balancesAsOf.push(asOf),
    again: (afterMs) => again.push(afterMs),
  });
  return { again, reconciling, asked, reports, told, balancesAsOf, time };
};

describe("fills", () => {
  it("are asked for since the last booked one, without any order open, and a minute before", async () => {
    const { reconciling, asked, told } = world({
      bookedUntil: 10 * MINUTE,
      fills: [filledAt(8 * MINUTE), filledAt(12 * MINUTE)],
    });
    await reconciling.run();
    // 10 min less the minute of overlap; the fill of minute 8 was booked before.
    expect(asked).toEqual([
      [BTC, 9 * MINUTE],
      [ETH, 9 * MINUTE],
    ]);
    expect(told.map(({ at }) => at)).toEqual([12 * MINUTE]);
    await reconciling.run();
    // BTC goes on at its last fill, ETH where it began.
    expect(asked.slice(2)).toEqual([
      [BTC, 11 * MINUTE],
      [ETH, 9 * MINUTE],
    ]);
  });

  it("are asked for since the oldest open order where that is earlier", async () => {
    const { reconciling, asked } = world({
      bookedUntil: 10 * MINUTE,
      live: [{ order, accepted: true }],
    });
    await reconciling.run();
    expect(asked).toEqual([
      [BTC, 4 * MINUTE],
      [ETH, 9 * MINUTE],
    ]);
  });
});

describe("an order that the venue does not know", () => {
  it("is closed when it was accepted once and is still unknown 10 s later", async () => {
    const { again, reconciling, reports, time } = world({
      bookedUntil: 0,
      live: [{ order, accepted: true }],
    });
    await reconciling.run();
    // It does not wait for the next time of its own.
    expect(again).toEqual([10_100]);
    time.now = 9_999;
    await reconciling.run();
    expect(reports).toEqual([]);
    time.now = 10_000;
    await reconciling.run();
    expect(reports).toMatchObject([{ order: "a1", status: "cancelled", filled: 0n }]);
  });

  it("is left to whoever sends it while nobody has heard of it", async () => {
    const { reconciling, reports, time } = world({ bookedUntil: 0, live: [{ order, accepted: false }] });
    await reconciling.run();
    time.now = 60_000;
    await reconciling.run();
    expect(reports).toEqual([]);
  });
});

describe("an order that has filled, whose fills the venue does not show yet", () => {
  const found = { order: "a1", instrument: BTC, status: "filled", filled: 7n } as unknown as OrderReport;
  const part = (quantity: bigint): Fill =>
    ({ ...filledAt(6 * MINUTE + Number(quantity)), order: "a1", quantity }) as unknown as Fill;

  it("is looked at again, ever more seldom, until they add up", async () => {
    const fills: Fill[] = [];
    const { again, asked, reconciling, told, reports } = world({
      ...{ bookedUntil: 0, live: [{ order, accepted: true }], fills, found },
    });
    await reconciling.run();
    expect(reports).toEqual([found]);
    expect(again).toEqual([10_100]);
    // Once more at once: it may have filled between the two questions.
    expect(asked.filter(([instrument]) => instrument === BTC)).toHaveLength(2);
    fills.push(part(3n));
    await reconciling.run();
    await reconciling.run();
    await reconciling.run();
    expect(again.slice(1)).toEqual([20_200, 40_400, 60_000]);
    fills.push(part(4n));
    await reconciling.run();
    expect(again).toHaveLength(4);
    expect(told.map(({ quantity }) => quantity)).toContain(4n);
  });

  it("is not looked at again when they came between the two questions", async () => {
    const fills: Fill[] = [];
    const { again, reconciling, told } = world({
      ...{ bookedUntil: 0, live: [{ order, accepted: true }], fills, found },
      onAsked: (times) => {
        if (times === 2) fills.push(part(7n));
      },
    });
    await reconciling.run();
    expect(told).toHaveLength(1);
    expect(again).toEqual([]);
  });
});

describe("balances", () => {
  it("are news as of the moment before they were asked for: a fill that came meanwhile is newer", async () => {
    const { reconciling, balancesAsOf } = world({ bookedUntil: 0 });
    await reconciling.run();
    expect(balancesAsOf).toEqual([20 * MINUTE]);
  });
});

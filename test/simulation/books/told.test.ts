/** What a run over books is told as: a maker over a small book with every figure worked by hand, legs at venues of unlike latencies, and what always holds. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ASK_LEVEL, BID_LEVEL, BOUGHT, SOLD } from "../../../domain/market/book-events.ts";
import { instrumentId, type Instrument } from "../../../domain/market/instrument.ts";
import { parseParams } from "../../../domain/strategy/params.ts";
import type { Strategy } from "../../../domain/strategy/strategy.ts";
import { asset, format, money, quantity, type VenueId } from "../../../domain/values/values.ts";
import { booksBacktest } from "../../../simulation/books/books-backtest.ts";
import { parseQueueModel } from "../../../simulation/books/queue-model.ts";
import type { BookLatency } from "../../../simulation/books/settings.ts";
import { bookFigures, tripsOf } from "../../../simulation/books/told.ts";
import { crossVenueArbitrage } from "../../../strategies/cross-venue-arbitrage.ts";
import { INSTRUMENT } from "./instrument.ts";
import { acting, BOOK, eventsOf, NONE, run, type Row } from "./running.ts";

const HOME = asset("B");
const near = (value: number): number => expect.closeTo(value, 9) as number;

describe("a maker that bids 5 at 99 behind 20 lots and asks 5 at 101 behind 4", () => {
  const maker = acting((desk, nth) => {
    if (nth > 1) return;
    const common = { i: 0, type: "limit", timeInForce: "PO", quantity: 5 } as const;
    desk.place({ ...common, side: "buy", price: 99 }, "b");
    desk.place({ ...common, side: "sell", price: 101 }, "s");
  });
  const rows: readonly Row[] = [
    ...BOOK,
    [2_000, SOLD, 99, 22], // 20 stood ahead: 2 are ours
    [2_500, BOUGHT, 101, 9], // 4 stood ahead: all 5 are ours
    [3_000, BID_LEVEL, 99, 30], // those have come behind us
    [3_500, SOLD, 99, 1],
    [4_000, SOLD, 98, 10], // through our price: the last 2
    [5_000, ASK_LEVEL, 101, 0], // the middle goes from 100 to 100.5
  ];
  const { account, orders, equity } = run(rows, maker);
  const book = { instrument: INSTRUMENT, events: eventsOf(rows), latency: NONE, account, rates: [] };

  it("is filled so, pays so, and has so much at each second", () => {
    expect(account.fills.map(({ at, ticks, lots, fee }) => [at, ticks, lots, format(fee)])).toEqual([
      [2_000, 99, 2, "0.198"],
      [2_500, 101, 5, "0.505"],
      [3_500, 99, 1, "0.099"],
      [4_000, 99, 2, "0.198"],
    ]);
    expect([format(account.cash), account.lots]).toEqual(["10009", 100]);
    expect(equity.at).toEqual([1_000, 2_000, 3_000, 4_000, 5_000]);
    expect(equity.value).toEqual([20_000, 20_001.802, 20_006.297, 20_009, 20_059].map(near));
  });

  it("has made a long trip and a short one, with its share of the fee of the sale that turned it", () => {
    const common = { pair: "A/B", exitReason: "" };
    expect(tripsOf([book], HOME, [100.5], 5_000)).toMatchObject([
      {
        ...{ ...common, side: "long", openAt: 2_000, closeAt: 2_500, quantity: 2, openPrice: 99 },
        ...{ closePrice: 101, profit: near(4 - 0.198 - 0.202), fees: near(0.4) },
      },
      {
        ...{ ...common, side: "short", openAt: 2_500, closeAt: 4_000, quantity: 3, openPrice: 101 },
        ...{ closePrice: 99, profit: near(6 - 0.303 - 0.099 - 0.198), fees: near(0.6) },
      },
    ]);
  });

  it("has these figures", () => {
    const { buys, sells, markouts, inventory, quotes, change } = bookFigures(book, orders, 100, 5_000);
    expect(buys).toEqual({ fills: 3, quantity: 5, notional: 495, averagePrice: 99 });
    expect(sells).toEqual({ fills: 1, quantity: 5, notional: 505, averagePrice: 101 });
    // 1 a lot of 1,000 in all; a second later the middle has gone up by a half for the last two bought.
    expect(markouts.makers).toEqual([
      { afterMs: 0, fills: 4, bps: near(100), adverseBps: near(0) },
      { afterMs: 1_000, fills: 4, bps: near(110), adverseBps: near(-10) },
      { afterMs: 10_000, fills: 0, bps: null, adverseBps: null },
      { afterMs: 60_000, fills: 0, bps: null, adverseBps: null },
    ]);
    expect(markouts.takers.map(({ fills }) => fills)).toEqual([0, 0, 0, 0]);
    // 100 for a second, 102 for a half, 97 for one, 98 for a half, 100 for one.
    expect(inventory).toEqual({
      ...{ start: 100, end: 100, least: 97, most: 102, mean: near(99.25) },
      deviation: near(Math.sqrt(3.25 - 0.75 ** 2)),
    });
    expect(quotes).toEqual({
      ...{ placed: 2, filled: 2, fillRatio: 1, bidShare: 0.75, askShare: 0.375, bothShare: 0.375 },
      ...{ spreadBps: near(200), marketSpreadBps: near(200) },
    });
    expect(change).toBeCloseTo(0.005, 12);
  });
});

const at = (venue: string, own: Partial<Instrument> = {}): Instrument => ({
  ...INSTRUMENT,
  id: instrumentId(venue, own.symbol ?? "A/B"),
  venue: venue as VenueId,
  ...own,
});

type Market = readonly [Instrument, readonly Row[], BookLatency];

const several = (markets: readonly Market[], strategy: Strategy, base = "100") =>
  booksBacktest({
    ...{ strategy, params: parseParams(strategy, {}), latency: NONE },
    markets: markets.map(([instrument, rows, latency]) => ({ instrument, events: eventsOf(rows), latency })),
    queue: parseQueueModel("risk-averse", "queue"),
    ...{ quote: money("10000"), base: quantity(base) },
  });

describe("arbitrage between a venue that is near and one that is far", () => {
  const near5: BookLatency = { feedMs: 0, entryMs: 5, answerMs: 10 };
  const far40: BookLatency = { feedMs: 0, entryMs: 40, answerMs: 30 };
  // The bid at 103 is gone before an order that takes 40 ms is there.
  const dear: readonly Row[] = [
    [1_000, BID_LEVEL, 103, 5],
    [1_000, BID_LEVEL, 100, 90],
    [1_000, ASK_LEVEL, 106, 9],
    [1_020, BID_LEVEL, 103, 0],
    [4_000, BID_LEVEL, 99, 1],
  ];
  const told = (cheap: BookLatency, other: BookLatency) => {
    const result = several(
      [
        [at("x"), BOOK, cheap],
        [at("y"), dear, other],
      ],
      crossVenueArbitrage,
    );
    const fills = result.lanes.flatMap(({ instrument, account }) =>
      account.fills.map((fill) => [instrument.venue, fill.at, fill.order.side, fill.ticks, fill.lots]),
    );
    const { exposure } = (result.saved["lanes"] as { exposure: object }[])[0]!;
    return { fills, exposure, trades: tripsOf(result.lanes, HOME, [100, 103], 4_000) };
  };
  const bought = (after: number) => [
    ["x", after, "buy", 101, 4],
    ["x", after, "buy", 102, 1],
  ];

  it("far at the dear one: its leg finds nobody, and the hedge goes the far way again", () => {
    const { fills, exposure, trades } = told(near5, far40);
    // Bought at 1005 and heard of at 1015; the other leg expires at 1040, heard at 1070; sold at 1110, heard at 1140.
    expect(fills).toEqual([...bought(1_005), ["y", 1_110, "sell", 100, 5]]);
    expect(exposure).toMatchObject({ episodes: 1, unhedgedMs: 125, longestMs: 125 });
    // One round trip over both venues: 500 for 506, and 20 bps of both.
    expect(trades).toMatchObject([{ side: "long", quantity: 5, openAt: 1_005, closeAt: 1_110 }]);
    expect(trades[0]!.profit).toBeCloseTo(-6 - 1.012 - 1, 9);
  });

  it("near at the dear one: both are hit, and it stands short until the far one is heard of", () => {
    const { fills, exposure, trades } = told(far40, near5);
    expect(fills).toEqual([...bought(1_040), ["y", 1_005, "sell", 103, 5]]);
    // Heard at 1015 and at 1070.
    expect(exposure).toMatchObject({ episodes: 1, unhedgedMs: 55, longestMs: 55 });
    expect(trades).toMatchObject([{ side: "short", quantity: 5 }]);
    expect(trades[0]!.profit).toBeCloseTo(515 - 506 - 1.03 - 1.012, 9);
  });
});

it.each([0, 20])(
  "the profits of all trips are the change of equity less what the stock has gained, over three books with fees of %d",
  (takerBps) => {
    const order = fc.record({
      i: fc.constantFrom(0, 1, 2),
      side: fc.constantFrom("buy" as const, "sell" as const),
      quantity: fc.integer({ min: 1, max: 9 }),
    });
    const lots = fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 9 });
    const pair = (base: string, quote: string): Instrument =>
      at("x", { symbol: `${base}/${quote}`, base: asset(base), quote: asset(quote), takerBps });
    const book = (bid: number, ask: number, moves: readonly number[]): readonly Row[] => [
      [1_000, BID_LEVEL, bid, 500],
      [1_000, ASK_LEVEL, ask, 500],
      ...moves.map((size, k): Row => {
        const [kind, ticks] = size > 50 ? [ASK_LEVEL, ask - 1] : [BID_LEVEL, bid + 1];
        return [1_100 + 100 * k, kind, ticks, size];
      }),
    ];
    fc.assert(
      fc.property(fc.array(order, { minLength: 1, maxLength: 12 }), lots, (wishes, moves) => {
        const strategy = acting((desk, nth) => {
          const wish = wishes[nth - 4];
          if (wish !== undefined) desk.place({ ...wish, type: "market" }, `m${nth}`);
        });
        const { lanes, equity } = several(
          [
            [pair("A", "B"), book(98, 101, moves), NONE],
            [pair("C", "A"), book(2, 5, moves), { ...NONE, entryMs: 30 }],
            [pair("C", "B"), book(300, 305, moves), NONE],
          ],
          strategy,
        );
        const middles = lanes.map((lane) => lane.lastMiddle());
        const profits = tripsOf(lanes, HOME, middles, 5_000).map(({ profit }) => profit);
        const gained = 100 * (middles[0]! - 99.5);
        const change = equity.value.at(-1)! - equity.value[0]! - gained;
        const missing = change - profits.reduce((sum, profit) => sum + profit, 0);
        // Fees in A leave less than a lot of it over, which waits for the next trip.
        expect(Math.abs(missing)).toBeLessThan(takerBps === 0 ? 1e-6 : 102);
      }),
      { numRuns: 40 },
    );
  },
);

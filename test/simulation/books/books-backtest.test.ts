/** Several books at once: as one book where there is one, and arbitrage between venues and round a triangle, with the money worked by hand. */
import { describe, expect, it } from "vitest";
import { ASK_LEVEL, BID_LEVEL, BOUGHT, SOLD } from "../../../domain/market/book-events.ts";
import { instrumentId, type Instrument } from "../../../domain/market/instrument.ts";
import { parseParams } from "../../../domain/strategy/params.ts";
import type { Strategy } from "../../../domain/strategy/strategy.ts";
import { asset, format, money, price, quantity, type VenueId } from "../../../domain/values/values.ts";
import { booksBacktest } from "../../../simulation/books/books-backtest.ts";
import { parseQueueModel } from "../../../simulation/books/queue-model.ts";
import type { BookLatency } from "../../../simulation/books/settings.ts";
import { crossVenueArbitrage } from "../../../strategies/cross-venue-arbitrage.ts";
import { triangularArbitrage } from "../../../strategies/triangular-arbitrage.ts";
import { INSTRUMENT } from "./instrument.ts";
import { acting, BOOK, eventsOf, NONE, place, run, type Row } from "./running.ts";

const at = (venue: string, own: Partial<Instrument> = {}): Instrument => ({
  ...INSTRUMENT,
  id: instrumentId(venue, own.symbol ?? "A/B"),
  venue: venue as VenueId,
  ...own,
});

const several = (
  markets: readonly (readonly [Instrument, readonly Row[]])[],
  strategy: Strategy,
  {
    latency = NONE,
    params = {},
    base = "100",
    quote = "10000",
  }: {
    latency?: BookLatency;
    params?: object;
    base?: string;
    quote?: string;
  } = {},
) =>
  booksBacktest({
    ...{ strategy, latency, params: parseParams(strategy, params) },
    markets: markets.map(([instrument, rows]) => ({ instrument, events: eventsOf(rows) })),
    queue: parseQueueModel("risk-averse", "queue"),
    quote: money(quote),
    base: quantity(base),
  });

/** Of one venue's wallet. */
const walletOf = ({ wallets }: ReturnType<typeof several>, venue: string) =>
  Object.fromEntries(
    [...wallets.get(venue as VenueId)!.totals].map(([name, amount]) => [name, format(amount)]),
  );

describe("one of several books", () => {
  const rows: readonly Row[] = [
    ...BOOK,
    [2_000, BOUGHT, 105, 1],
    [2_100, SOLD, 102, 1],
    [2_150, ASK_LEVEL, 101, 3],
    [2_200, SOLD, 101, 9],
    [2_300, BID_LEVEL, 99, 5],
    [2_400, SOLD, 99, 30],
  ];
  const late = { feedMs: 7, entryMs: 20, answerMs: 30 };
  const busy = acting((desk, nth) => {
    desk.place(
      { i: 0, side: "buy", type: "limit", quantity: 12, price: nth % 2 === 0 ? 99 : 102 },
      `b${nth}`,
    );
    if (nth === 2) desk.place({ i: 0, side: "sell", type: "market", quantity: 3 }, "s");
    if (nth === 3) desk.cancel("b2");
    if (nth === 4) desk.aim(0, 0.5, "half");
  });
  it.each([
    ["a limit that takes and rests", place("buy", 102), NONE],
    ["post-only", place("buy", 102, { timeInForce: "PO" }), NONE],
    ["many", busy, NONE],
    ["many, late", busy, late],
  ])("is what one book by itself is: %s", (_what, strategy, latency) => {
    const one = run(rows, strategy, latency);
    const same = several([[INSTRUMENT, rows]], strategy, { latency });
    const told = (orders: readonly object[]) =>
      JSON.stringify(orders.map((order) => ({ ...order, pair: "", shown: 0, reserved: 0, heardLots: 0 })));
    expect(told(same.orders)).toBe(told(one.orders));
    expect(one.orders.length).toBeGreaterThan(0);
    expect(walletOf(same, "x")).toEqual({ A: String(one.account.lots), B: format(one.account.cash) });
    expect(same.equity).toEqual(one.equity);
  });

  it("shows the depth as late as the feed is, best first, and never changes what it has told", () => {
    const heard: unknown[] = [];
    const watching: Strategy = {
      ...acting(() => undefined),
      needs: () => ({ timeframes: [], warmupCandles: 0, books: true }),
      start: () => ({
        onCandle: () => undefined,
        onBook: (book, i, desk) => void heard.push([desk.now, i, book, desk.book(i) === book]),
        save: () => ({}),
        load: () => undefined,
      }),
    };
    several([[INSTRUMENT, [...BOOK, [1_500, ASK_LEVEL, 101, 0], [1_600, SOLD, 99, 1]]]], watching, {
      latency: late,
    });
    const bids = [
      [99, 20],
      [98, 20],
    ];
    expect(heard).toEqual([
      [
        1_007,
        0,
        {
          at: 1_000,
          bids,
          asks: [
            [101, 4],
            [102, 6],
            [104, 50],
          ],
        },
        true,
      ],
      [
        1_507,
        0,
        {
          at: 1_500,
          bids,
          asks: [
            [102, 6],
            [104, 50],
          ],
        },
        true,
      ],
    ]);
  });
});

describe("cross-venue arbitrage over two books", () => {
  const dear: readonly Row[] = [
    [1_000, BID_LEVEL, 103, 5],
    [1_000, BID_LEVEL, 100, 90],
    [1_000, ASK_LEVEL, 106, 9],
  ];
  const exposureOf = ({ saved }: ReturnType<typeof several>) =>
    (saved["lanes"] as { exposure: object; rounds: number }[])[0]!;

  it("takes both sides at once where they pay: four at 101 and one at 102 for five at 103", () => {
    const result = several(
      [
        [at("x"), BOOK],
        [at("y"), dear],
      ],
      crossVenueArbitrage,
    );
    // 404 + 102 and 20 bps of 506; 515 less 20 bps.
    expect(walletOf(result, "x")).toEqual({ A: "105", B: "9492.988" });
    expect(walletOf(result, "y")).toEqual({ A: "95", B: "10513.97" });
    expect(exposureOf(result)).toMatchObject({ rounds: 1, exposure: { episodes: 1, unhedgedMs: 0 } });
  });

  it("late, one leg finds nobody: it stays unhedged until the hedge is heard of, and that costs", () => {
    const latency = { feedMs: 10, entryMs: 50, answerMs: 40 };
    // The bid is gone before the order comes at 1060; another book at 4 s ends the recording.
    const gone: readonly Row[] = [...dear, [1_020, BID_LEVEL, 103, 0], [4_000, BID_LEVEL, 99, 1]];
    const result = several(
      [
        [at("x"), BOOK],
        [at("y"), gone],
      ],
      crossVenueArbitrage,
      { latency },
    );
    expect(
      result.orders.map(({ pair, side, type, status, filled }) => [pair, side, type, status, filled]),
    ).toEqual([
      ["x:A/B", "buy", "limit", "filled", 5],
      ["y:A/B", "sell", "limit", "expired", 0],
      ["y:A/B", "sell", "market", "filled", 5],
    ]);
    // Five were sold at 100 instead: 500 less 20 bps.
    expect(walletOf(result, "y")).toEqual({ A: "95", B: "10499" });
    // Filled at 1060 and heard of at 1100, hedged at 1150 and heard of at 1190; five at a middle of 100.
    expect(exposureOf(result)).toMatchObject({
      rounds: 1,
      exposure: { episodes: 1, unhedgedMs: 90, longestMs: 90, notionalMs: 45_000, peakNotional: 500 },
    });
  });

  it("refuses instruments that are no such pair", () => {
    expect(() => several([[at("x"), BOOK]], crossVenueArbitrage)).toThrow("instruments");
  });
});

describe("triangular arbitrage over three books of one venue", () => {
  const pair = (base: string, quote: string, tick: string, lot: string): Instrument =>
    at("x", {
      ...{ symbol: `${base}/${quote}`, base: asset(base), quote: asset(quote) },
      ...{ tickSize: price(tick), lotSize: quantity(lot), quantityMin: quantity(lot), takerBps: 10 },
    });
  const book = (bid: number, ask: number, lots: number, end = 5_000): readonly Row[] => [
    [1_000, BID_LEVEL, bid, lots],
    [1_000, ASK_LEVEL, ask, lots],
    [end, BID_LEVEL, bid, lots],
  ];
  it("goes round from one wallet, and has nothing left of the others", () => {
    // B for 100, C for 0.1 B = 10 U where it is worth 10.5.
    const result = several(
      [
        [pair("B", "U", "0.01", "0.0001"), book(9_990, 10_000, 100_000)],
        [pair("C", "B", "0.0001", "0.001"), book(999, 1_000, 100_000)],
        [pair("C", "U", "0.01", "0.001"), book(1_050, 1_060, 100_000)],
      ],
      triangularArbitrage,
      { base: "0", quote: "1000" },
    );
    const legs = result.orders.slice(0, 3);
    expect(legs.map(({ pair: of, side, status }) => [of, side, status])).toEqual([
      ["x:B/U", "buy", "filled"],
      ["x:C/B", "buy", "filled"],
      ["x:C/U", "sell", "filled"],
    ]);
    // All that is held at the end is what the orders moved, fees in the quote of each.
    const held: Record<string, number> = { U: 1_000, B: 0, C: 0 };
    for (const { pair: of, side, filled, averagePrice, fees } of result.orders) {
      if (filled === 0) continue;
      const [base, quote] = of.slice(2).split("/") as [string, string];
      const sign = side === "buy" ? 1 : -1;
      held[base]! += sign * filled;
      held[quote]! -= sign * filled * averagePrice + fees;
    }
    const { U, B = "0", C = "0" } = walletOf(result, "x");
    expect([Number(U), Number(B), Number(C)]).toEqual(
      [held["U"], held["B"], held["C"]].map((amount) => expect.closeTo(amount!, 9) as number),
    );
    // What cannot be sold.
    expect(Number(B)).toBeLessThan(0.0001);
    expect(Number(C)).toBeLessThan(0.001);
    // 450 go in (half of 90 %): 5 % less three fees of 10 bps come out above it.
    expect(Number(U) - 1_000).toBeGreaterThan(450 * 0.045);
    expect(result.equity.value.at(-1)! - 1_000).toBeGreaterThan(450 * 0.045);
  });
});

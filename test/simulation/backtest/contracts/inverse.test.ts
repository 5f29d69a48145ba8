/**
 * Inverse (coin-margined) contracts in backtests, in both accountings, by Binance's formulas for COIN-M: profit = contracts * size *
 * (1 / entry - 1 / exit), margin, fees and funding of contracts * size / price, all in coins. Contracts of 100.
 */
import { describe, expect, it } from "vitest";
import { accountings } from "../../../../simulation/backtest/settings.ts";
import { candlesOf, instrument, MINUTE, START, type Row } from "../scripted.ts";
import { asset, ONE, quantity, type Quantity } from "../../../../domain/values/values.ts";
import { aims, flat, inverse } from "./perpetual.ts";

const near = (value: number): number => expect.closeTo(value, 9) as number;

describe.each(accountings)("%s accounting", (accounting) => {
  it("a long gains coins as the price rises, a short as it falls; fees are coins", () => {
    // A fifth of 10 at 50,000 is 2 = 1,000 contracts of 100; at 62,500 they are worth 1.6, at 40,000 2.5.
    const of = (exposure: number, exit: number) =>
      inverse(
        [flat(50_000, 50_000, exit, exit)],
        aims({ 0: exposure, 2: 0 }),
        {},
        { accounting, takerBps: 4 },
      );
    const long = of(0.2, 62_500);
    expect(long.refusals).toEqual({});
    expect(long.trades).toMatchObject([
      {
        ...{ side: "long", openPrice: 50_000, closePrice: 62_500, quantity: 1_000, contractSize: 100 },
        ...{ fees: near(0.0008 + 0.00064), profit: near(0.4 - 0.00144) },
        profitRatio: near((0.4 - 0.00144) / 2.0008),
      },
    ]);
    expect([...long.equity.value]).toEqual([10, 10 - 0.0008, 10.4 - 0.0008, 10.4 - 0.00144].map(near));
    // 2 / 0.8: the short owes 1,000 contracts of 100, which now are worth 2.5.
    expect(of(-0.2, 40_000).trades).toMatchObject([
      { side: "short", quantity: 1_000, profit: near(0.5 - 0.0008 - 0.001) },
    ]);
  });

  it("the average entry of what was added is the harmonic one", () => {
    // 1,000 at 50,000 are 2, 1,600 more at 40,000 are 4: 2,600 contracts for 6 coins, 43,333.33; worth 5.2 at 50,000.
    const { trades } = inverse(
      [flat(50_000, 50_000, 40_000, 40_000, 50_000, 50_000)],
      {
        onCandle: ({ k, i }, desk) => {
          if (k === 0) desk.place({ i, side: "buy", type: "market", quantity: 1_000 }, "first");
          if (k === 2) desk.place({ i, side: "buy", type: "market", quantity: 1_600 }, "more");
          if (k === 4) desk.aim(i, 0, "out");
        },
      },
      {},
      { accounting },
    );
    expect(trades).toMatchObject([
      { quantity: 2_600, openPrice: expect.closeTo(260_000 / 6, 6) as number, profit: near(6 - 5.2) },
    ]);
  });

  // Margin 0.2 for 2 at ten times; maintenance 1 %: 100 * (10 +- 1,000) / (0.2 +- 2). Bankrupt at 100 * +-1,000 / (0.2 +- 2).
  it.each([
    ["long", 0.2, [50_000, 50_000, 45_800, 46_000], 101_000 / 2.2, 45_400, 100_000 / 2.2],
    ["short", -0.2, [50_000, 56_000, 50_000, 54_000], 99_000 / 1.8, 60_000, 100_000 / 1.8],
  ] as const)("liquidates a %s at its price, not beyond bankruptcy", (side, exposure, wick, at, gap, end) => {
    const of = (row: Row) =>
      inverse([[...flat(50_000, 50_000), row]], aims({ 0: exposure }), { leverage: 10 }, { accounting })
        .trades;
    expect(of(wick)).toMatchObject([
      { side, exitReason: "liquidation", closePrice: expect.closeTo(at, 1) as number },
    ]);
    // The whole margin, and not more.
    expect(of([gap, gap, gap, gap])).toMatchObject([
      {
        ...{ exitReason: "liquidation", closePrice: expect.closeTo(end, 1) as number },
        profit: expect.closeTo(-0.2, 6) as number,
      },
    ]);
  });

  it("a short that its margin pays for in full is never liquidated; a long of once is, at half the price", () => {
    const rises = [...flat(50_000, 50_000), ...flat(500_000)];
    const falls = [...flat(50_000, 50_000), ...flat(20_000)];
    const reason = (rows: readonly Row[], exposure: number) =>
      inverse([rows], aims({ 0: exposure }), {}, { accounting }).trades[0]?.exitReason;
    expect([reason(rises, -0.2), reason(falls, 0.2)]).toEqual(["force_exit", "liquidation"]);
  });

  it("cross margin: the wallet's coins stand behind it, and what it has lost is not there to be spent", () => {
    // 9 at ten times with 10 coins: 100 * (45 + 4,500) / (10 + 9) = 23,921.
    const { trades } = inverse(
      [[...flat(50_000, 50_000), [50_000, 50_000, 23_000, 23_000], ...flat(23_000)]],
      aims({ 0: 0.9 }),
      { leverage: 10, marginMode: "cross" },
      { accounting },
    );
    expect(trades).toMatchObject([
      { exitReason: "liquidation", closePrice: expect.closeTo(454_500 / 19, 1) as number },
    ]);
    // 4,000 at twice keep 4 of 10 and have lost 2 at 40,000: 4 are left, for contracts whose margin is 50 / 39,200 each.
    const { orders } = inverse(
      [flat(50_000, 50_000, 40_000, 40_000, 40_000)],
      aims({ 0: 0.8, 2: 3 }),
      { leverage: 2, marginMode: "cross" },
      { accounting },
    );
    // In decimals what one reserves is rounded up, and contracts are whole.
    const most = accounting === "exact" ? 3_135 : near(3_136);
    expect(orders.map(({ quantity: size }) => size)).toEqual([4_000, most]);
  });

  it("an aim is cut to what the margin allows at 2 % below, where a contract is worth more", () => {
    const { trades } = inverse([flat(50_000, 50_000, 50_000)], aims({ 0: 3 }), {}, { accounting });
    expect(trades[0]!.quantity).toBeCloseTo(4_900, 6);
  });

  it("goes from long to short by way of flat", () => {
    const { trades } = inverse(
      [flat(50_000, 50_000, 62_500, 62_500, 50_000)],
      aims({ 0: 0.2, 2: -0.2, 3: 0 }),
      {},
      { accounting },
    );
    // 10.4 * 0.2 = 2.08 at 62,500: 1,300 contracts, worth 2.6 at 50,000.
    expect(trades.map(({ side, quantity, profit }) => [side, quantity, profit])).toEqual([
      ["long", 1_000, near(0.4)],
      ["short", near(1_300), near(0.52)],
    ]);
  });

  it("funding: in coins, by longs, at the mark where it was recorded", () => {
    const HOUR = 60 * MINUTE;
    const rows = flat(...Array.from({ length: 18 }, () => 50_000));
    const recorded = new Map([
      [
        "A/USD:A",
        {
          at: Float64Array.of(START + 8 * HOUR, START + 16 * HOUR),
          rate: Float64Array.of(0.0001, 0.0002),
          mark: Float64Array.of(NaN, 40_000),
        },
      ],
    ]);
    const markets = [
      {
        instrument: instrument("A/USD:A", {
          ...{ quote: asset("A"), lotSize: ONE as Quantity, contractSize: quantity("100") },
        }),
        timeframe: "1h" as const,
        candles: candlesOf(rows, HOUR),
      },
    ];
    for (const [exposure, sign] of [
      [0.2, -1],
      [-0.2, 1],
    ] as const) {
      const script = { ...aims({ 0: exposure }), timeframes: ["1h" as const] };
      const ran = inverse([rows], script, { funding: { recorded, from: "a file" } }, { accounting, markets });
      // 2 * 0.0001 at the last price, and 100 * 1,000 / 40,000 = 2.5 * 0.0002.
      expect(ran.trades[0]!.carry).toBeCloseTo(sign * (0.0002 + 0.0005), 12);
      expect(ran.equity.value.at(-1)).toBeCloseTo(10 + sign * 0.0007, 12);
    }
  });

  it("names its terms", () => {
    const { conventions } = inverse([flat(50_000, 50_000)], aims({}), {}, { accounting });
    expect(conventions["positions"]).toContain(
      "inverse contracts that settle in A, of a size of A/USD:A 100",
    );
  });
});

/** What the first strategies decide, by hand and against recomputing the whole history at each candle. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meanReversion } from "../../strategies/mean-reversion.ts";
import { movingAverageCross } from "../../strategies/moving-average-cross.ts";
import { trendPullback } from "../../strategies/trend-pullback.ts";
import { describeRecorded, recordedRows } from "../recorded.ts";
import { refused } from "../refused.ts";
import { aims, startTrader } from "./trading.ts";

describe("moving-average-cross", () => {
  const params = { fast: 2, slow: 3, exposure: 0.5 };
  // closes           10  10  10    7     13     13     4     4
  // fast (2)          -  10  10  8.5     10     13   8.5     4
  // slow (3)          -   -  10    9     10     11    10     7
  // fast is           -   -   =  below    =  above below below
  const closes = [10, 10, 10, 7, 13, 13, 4, 4];

  it("enters on a cross up and leaves on a cross down; equal is no cross", () => {
    expect(aims(startTrader(movingAverageCross, params), closes)).toEqual([
      "5:0.5 crossed-up",
      "6:0 crossed-down",
    ]);
  });

  it("goes short on a cross down when it may", () => {
    const trader = startTrader(movingAverageCross, { ...params, side: "both" });
    expect(aims(trader, closes)).toEqual(["5:0.5 crossed-up", "6:-0.5 crossed-down"]);
  });

  it("does not enter late: being above when it becomes warm is no cross", () => {
    expect(aims(startTrader(movingAverageCross, params), [1, 2, 3, 4, 5])).toEqual([]);
  });

  it("needs no more warm-up than the slow average, more for an exponential one", () => {
    const needs = (kind: string) =>
      movingAverageCross.needs({ ...params, kind, timeframe: "5m", side: "long" });
    expect(needs("sma")).toEqual({ timeframes: ["5m"], warmupCandles: 3 });
    expect(needs("ema").warmupCandles).toBe(12);
  });

  it.each([{ fast: 50, slow: 50 }, { fast: 60 }])("refuses %j", (impossible) => {
    expect(refused(() => startTrader(movingAverageCross, impossible))).toBe("params.fast");
  });
});

/** Crosses found by recomputing both averages over the whole history at each candle, in whole units of 1e-8. */
const naiveCrosses = (closes: readonly number[], fast: number, slow: number): string[] => {
  const sum = (n: number, at: number): number =>
    closes.slice(at + 1 - n, at + 1).reduce((total, close) => total + Math.round(close * 1e8), 0);
  const found: string[] = [];
  let before = 0;
  for (let at = slow - 1; at < closes.length; at += 1) {
    const side = Math.sign(sum(fast, at) * slow - sum(slow, at) * fast);
    if (side !== 0 && before !== 0 && side !== before)
      found.push(side > 0 ? `${at}:1 crossed-up` : `${at}:0 crossed-down`);
    if (side !== 0) before = side;
  }
  return found;
};

describe("moving-average-cross and its history", () => {
  it("equals recomputing everything exactly at each candle, on any walk with many ties", () => {
    const steps = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 40, maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.constantFrom([3, 7], [4, 16], [10, 30]), (walk, [fast, slow]) => {
        let ticks = 1_411;
        const closes = walk.map((step) => (ticks += step) / 100_000);
        const trader = startTrader(movingAverageCross, { fast, slow, exposure: 1 });
        expect(aims(trader, closes)).toEqual(naiveCrosses(closes, fast, slow));
      }),
      { numRuns: 500 },
    );
  });
});

describeRecorded("trades-binance-xrpeth-2019-10", () => {
  it("moving-average-cross decides on the recorded minutes as the recomputation does", () => {
    const closes = recordedRows("trades-binance-xrpeth-2019-10/XRP_ETH-1m.csv.gz").map((row) =>
      Number(row[4]),
    );
    const found = aims(startTrader(movingAverageCross, { fast: 10, slow: 50, exposure: 1 }), closes);
    expect(found).toEqual(naiveCrosses(closes, 10, 50));
    expect(found.length).toBeGreaterThan(20);
  });
});

describe("mean-reversion", () => {
  // memory 9 gives a weight of 1/5 and a reach of sqrt(8 / 2) = 2.
  const params = { memory: 9, entry: 1.5, exit: 0.5, exposure: 0.4 };
  /** Nine closes at 100 make the mean 100 and the variance 0. */
  const warm = Array.from({ length: 9 }, () => 100);
  // close 90: mean 98, variance 0.8 * (0 + 2 * 10) = 16, z = -8 / 4 = -2: below -1.5, in.
  // close 98: no surprise: mean 98, z = 0: within 0.5, out.

  it("enters where the price has strayed far below, and leaves when it is back", () => {
    expect(aims(startTrader(meanReversion, params), [...warm, 90, 98])).toEqual([
      "9:0.4 stretched-down",
      "10:0 reverted",
    ]);
  });

  it("leaves also when the price jumps over the mean without touching the band around it", () => {
    // close 102 after 90: surprise 4, mean 98.8, variance 0.8 * (16 + 0.8 * 4) = 15.36, z = 3.2 / 3.92 = 0.82.
    expect(aims(startTrader(meanReversion, params), [...warm, 90, 102])).toEqual([
      "9:0.4 stretched-down",
      "10:0 reverted",
    ]);
  });

  it("stays while the price is still far", () => {
    // close 92 after 90: surprise -6, mean 96.8, variance 0.8 * (16 + 1.2 * 6) = 18.56, z = -4.8 / 4.31 = -1.11.
    expect(aims(startTrader(meanReversion, params), [...warm, 90, 92])).toEqual(["9:0.4 stretched-down"]);
  });

  it("sells a high price short only when it may", () => {
    expect(aims(startTrader(meanReversion, params), [...warm, 110, 102])).toEqual([]);
    const both = startTrader(meanReversion, { ...params, side: "both" });
    expect(aims(both, [...warm, 110, 102])).toEqual(["9:-0.4 stretched-up", "10:0 reverted"]);
  });

  it("turns from long to short in one step", () => {
    // close 130 after 90: surprise 32, mean 104.4, variance 0.8 * (16 + 6.4 * 32) = 176.64, z = 25.6 / 13.29 = 1.93.
    const both = startTrader(meanReversion, { ...params, side: "both" });
    expect(aims(both, [...warm, 90, 130])).toEqual(["9:0.4 stretched-down", "10:-0.4 stretched-up"]);
  });

  it.each([
    ["params.exit", { entry: 1, exit: 1 }],
    // sqrt((9 - 1) / 2) = 2: farther than 2 deviations a close cannot be seen.
    ["params.entry", { memory: 9, entry: 2 }],
  ])("refuses %s", (field, impossible) => {
    expect(refused(() => startTrader(meanReversion, impossible))).toBe(field);
  });
});

describe("trend-pullback", () => {
  // fast 2 and slow 3 as EMAs seeded by their means; RSI and ATR of 2.
  const params = { fast: 2, slow: 3, rsi: 2, ceiling: 90, atr: 2, distance: 1, exposure: 0.5 };
  // closes         10   12   11   13     12     8
  // EMA 2           -   11   11   12.33  12.11  9.37
  // EMA 3           -    -   11   12     12     10
  // RSI 2           -    -   66.7 85.7   54.5   14.0: (1 + 2) / 2 = 1.5 and 0.5 / 2 = 0.25 give 85.7 at 13
  // ATR 2           -    -   1.5  1.75   1.375  2.69
  const closes = [10, 12, 11, 13, 12, 8];

  it("enters above the slow average while the RSI is below its ceiling, with a stop that trails", () => {
    // At 13: up, 85.7 < 90: stop at 13 - 1.75 = 11.25. At 12: above by 0.11, 12 - 1.375 = 10.625 is lower: the stop stays.
    // At 8: below the stop, which has sold.
    expect(aims(startTrader(trendPullback, params), closes)).toEqual([
      "3:0.5 pulled-back",
      "protect",
      "5:0 stopped",
    ]);
  });

  it("stays out while the price is stretched", () => {
    expect(aims(startTrader(trendPullback, { ...params, ceiling: 85 }), closes)).toEqual([
      "4:0.5 pulled-back",
      "protect",
      "5:0 stopped",
    ]);
  });

  it("leaves when the averages cross back above the stop, and lifts the stop as the price rises", () => {
    // Rising by 1: ATR 1, the stop one below the close. Then 0.9 back: above the stop by 0.1, EMA 2 falls below EMA 3 only later.
    const rising = [10, 9, 10, 11, 12, 13];
    const decided = aims(startTrader(trendPullback, { ...params, ceiling: 100, distance: 5 }), [
      ...rising,
      ...[12, 11, 10, 9],
    ]);
    expect(decided.filter((each) => each === "protect").length).toBeGreaterThan(1);
    expect(decided.at(-1)).toMatch(/^\d:0 crossed-down$/);
  });

  it("refuses a fast average that is not faster", () => {
    expect(refused(() => startTrader(trendPullback, { fast: 50, slow: 50 }))).toBe("params.fast");
  });
});

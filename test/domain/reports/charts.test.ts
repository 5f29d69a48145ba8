/** What charts are drawn from: points that stay, bins, calendar returns, buy and hold, candles coarse enough. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CandleTable } from "../../../domain/history/candle-table.ts";
import { yearReturns } from "../../../domain/reports/calendar-returns.ts";
import { m4 } from "../../../domain/reports/downsample.ts";
import { moneyDrawdownOf, underwaterOf } from "../../../domain/reports/equity-path.ts";
import { histogramOf, roundWidths, timeWidths } from "../../../domain/reports/histogram.ts";
import { chartCandles, holdEquity, type MarketCandles } from "../../../domain/reports/market.ts";
import { DAY } from "./worked.ts";

describe("M4", () => {
  it("keeps first, lowest, highest and last of each stretch", () => {
    // Two stretches, [0, 4.5) and [4.5, 9].
    const at = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const values = [5, 9, 1, 6, 5, 5, 2, 3, 8, 4];
    expect(m4(at, values, 2)).toEqual([0, 1, 2, 4, 5, 6, 8, 9]);
    expect(m4(at, values, 3)).toEqual(at);
    expect(m4([], [], 3)).toEqual([]);
  });

  it("loses no extreme, keeps the order, and is as short as promised", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -50, max: 50 })));
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (some, stretches) => {
        let now = 0;
        const at = some.map(([step]) => (now += step));
        const values = some.map(([, value]) => value);
        const kept = m4(at, values, stretches);
        expect(kept.length).toBeLessThanOrEqual(4 * stretches);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        if (some.length === 0) return;
        expect([kept[0], kept.at(-1)]).toEqual([0, some.length - 1]);
        const shown = kept.map((i) => values[i]!);
        expect([Math.min(...shown), Math.max(...shown)]).toEqual([Math.min(...values), Math.max(...values)]);
      }),
    );
  });
});

describe("a histogram", () => {
  it("has round bins with an edge at 0", () => {
    const found = histogramOf([-0.021, -0.004, 0, 0.003, 0.009, 0.012, 0.03], [0.01]);
    // [-0.03, -0.02), [-0.02, -0.01), [-0.01, 0), [0, 0.01), [0.01, 0.02), [0.02, 0.03), [0.03, 0.04).
    expect(found).toEqual({
      width: 0.01,
      from: -0.03,
      counts: [1, 0, 1, 3, 1, 0, 1],
      below: false,
      above: false,
    });
  });

  it("counts what is far out in its outermost bins", () => {
    const values = [-90, ...Array.from({ length: 198 }, (_, i) => i / 10), 90];
    const found = histogramOf(values, [10]);
    expect(found).toEqual({ width: 10, from: 0, counts: [101, 99], below: true, above: true });
  });

  it("of one value, of none, of what is not known", () => {
    expect(histogramOf([0.05], roundWidths).counts).toEqual([1]);
    expect(histogramOf([NaN], roundWidths).counts).toEqual([]);
    expect(histogramOf([3_600_000, 3_600_000], timeWidths)).toMatchObject({ width: 60_000, counts: [2] });
  });

  it("counts each value once, in at most 52 bins", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1 }), (values) => {
        const { counts, width, from } = histogramOf(values, roundWidths);
        expect(counts.reduce((a, b) => a + b)).toBe(values.length);
        expect(counts.length).toBeLessThanOrEqual(52);
        expect(Math.abs(from / width - Math.round(from / width))).toBeLessThan(1e-6);
      }),
    );
  });
});

it("gives returns by month and year, midnight belonging to the month before", () => {
  const at = [Date.UTC(2020, 10, 15), Date.UTC(2020, 11, 1), Date.UTC(2021, 0, 1), Date.UTC(2021, 0, 9)];
  const [first, second, ...none] = yearReturns({ at, value: [90, 110, 99, 198] }, 100);
  expect(none).toEqual([]);
  expect(first!.year).toBe("2020");
  expect(first!.months[10]).toBeCloseTo(0.1, 12);
  expect(first!.months[11]).toBeCloseTo(-0.1, 12);
  expect(first!.months.slice(0, 10)).toEqual(new Array(10).fill(null));
  // 1.1 * 0.9 - 1.
  expect(first!.whole).toBeCloseTo(-0.01, 12);
  expect(second).toMatchObject({ year: "2021", whole: 1 });
  expect(second!.months[0]).toBe(1);
});

const marketOf = (closes: readonly number[], from: number): MarketCandles => {
  const candles = new CandleTable();
  closes.forEach((close, i) => candles.push(from + i * DAY, close, close + 1, close - 1, close, 1, 1));
  return { pair: "A/USDT", timeframe: "1d", candles };
};
const from = Date.UTC(2021, 0, 1);
const ends = [1, 2, 3].map((days) => from + days * DAY);

it("holds equal parts of all markets since the first close in the test", () => {
  // The first begins before the test; the second a day late, and counts as money until then.
  const early = marketOf([50, 100, 110, 120], from - DAY);
  const late = marketOf([10, 20], from + DAY);
  const hold = holdEquity([early, late], ends, 1_000, from);
  // 500 * (1, 1.1, 1.2) + 500 * (1, 1, 2).
  expect(Array.from(hold)).toEqual([1_000, 1_050, 1_600]);
});

it("makes candles coarser only where there are too many", () => {
  const market = marketOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], Date.UTC(2021, 0, 4));
  expect(chartCandles(market, 14)).toEqual(market);
  const weeks = chartCandles(market, 4);
  expect(weeks.timeframe).toBe("1w");
  expect(Array.from(weeks.candles.close.subarray(0, 2))).toEqual([7, 14]);
  // Nothing is coarser than a week.
  expect(chartCandles(weeks, 1).timeframe).toBe("1w");
});

it("knows the deepest fall in money and in parts, which need not be the same", () => {
  // 10 of 20 is the deeper part, 30 of 100 the deeper sum.
  const equity = { at: ends.concat([4, 5].map((days) => from + days * DAY)), value: [10, 20, 100, 70, 100] };
  expect(Array.from(underwaterOf(equity, 20))).toEqual([-0.5, 0, 0, expect.closeTo(-0.3, 12), 0]);
  expect(moneyDrawdownOf(equity, 20, from)).toEqual({
    depth: 30,
    ratio: 0.3,
    high: 100,
    low: 70,
    highAt: from + 3 * DAY,
    lowAt: from + 4 * DAY,
    recoveredAt: from + 5 * DAY,
  });
  expect(moneyDrawdownOf({ at: ends, value: [1, 2, 3] }, 1, from)).toBeNull();
  expect(moneyDrawdownOf({ at: ends, value: [1, 2, 3] }, 4, from)).toMatchObject({
    highAt: from,
    recoveredAt: null,
  });
});

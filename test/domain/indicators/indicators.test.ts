import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ema } from "../../../domain/indicators/ema.ts";
import { ExponentialMoments } from "../../../domain/indicators/exponential-moments.ts";
import type { Indicator } from "../../../domain/indicators/indicator.ts";
import { Sma } from "../../../domain/indicators/sma.ts";
import { refused } from "../../refused.ts";

const length = fc.integer({ min: 1, max: 30 });
const inputs = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { maxLength: 200 });
const near = (value: number, expected: number): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));

const kinds: [string, (length: number) => Indicator][] = [
  ["Sma", (n) => new Sma(n)],
  ["Ema", (n) => new Ema(n)],
  ["ExponentialMoments", (n) => new ExponentialMoments(n)],
];

describe.each(kinds)("%s", (_name, make) => {
  it("is NaN for its lookback, and a number from then on", () => {
    fc.assert(
      fc.property(length, inputs, (n, xs) => {
        const indicator = make(n);
        expect(indicator.lookback).toBe(n - 1);
        for (const [i, x] of xs.entries())
          expect(Number.isNaN(indicator.push(x))).toBe(i < indicator.lookback);
      }),
    );
  });

  it("goes on after save, JSON and load with the very same values", () => {
    fc.assert(
      fc.property(length, inputs, inputs, (n, before, after) => {
        const one = make(n);
        for (const x of before) one.push(x);
        const other = make(n);
        other.load(JSON.parse(JSON.stringify(one.save())));
        for (const x of after) expect(other.push(x)).toBe(one.push(x));
        expect(other.save()).toEqual(one.save());
      }),
    );
  });

  it("refuses a state of another length, a broken one and a length of zero", () => {
    const saved = make(5).save();
    expect(refused(() => make(6).load(saved, "saved"))).toMatch(/^saved\.(length|memory)$/);
    expect(refused(() => make(5).load({ ...saved, seen: -1 }, "saved"))).toBe("saved.seen");
    expect(refused(() => make(5).load(null, "saved"))).toBe("saved");
    expect(refused(() => make(0))).toMatch(/^(length|memory)$/);
    expect(refused(() => make(2.5))).toMatch(/^(length|memory)$/);
  });
});

describe("Sma", () => {
  it("is the mean of the last inputs", () => {
    fc.assert(
      fc.property(length, inputs, (n, xs) => {
        const sma = new Sma(n);
        for (const [i, x] of xs.entries()) {
          const value = sma.push(x);
          if (i >= n - 1) near(value, xs.slice(i + 1 - n, i + 1).reduce((sum, y) => sum + y, 0) / n);
        }
      }),
    );
  });

  it("forgets a huge price completely: a plain running sum would be off for ever", () => {
    const sma = new Sma(4);
    sma.push(0.1);
    sma.push(1e17);
    let value = Number.NaN;
    for (let i = 0; i < 4; i += 1) value = sma.push(0.25);
    // 4 * 0.25 / 4; 1e17 swallows quarters, so 0.25 + 1e17 - 1e17 in doubles is 0.
    expect(value).toBe(0.25);
  });

  it("does not drift over a million inputs, where a plain running sum does", () => {
    const sma = new Sma(50);
    const closes = Array.from({ length: 1_000_000 }, (_, i) => 100 + Math.sin(i) * 30);
    let value = Number.NaN;
    let plain = 0;
    for (const [i, close] of closes.entries()) {
      value = sma.push(close);
      plain += i < 50 ? close : close - closes[i - 50]!;
    }
    const fresh = new Sma(50);
    const expected = closes.slice(-50).map((close) => fresh.push(close))[49]!;
    // Doubles near 100 lie 1.4e-14 apart.
    expect(Math.abs(value - expected)).toBeLessThan(1.5e-14);
    expect(Math.abs(plain / 50 - expected)).toBeGreaterThan(1e-13);
  });
});

describe("Ema", () => {
  it("starts with the simple average, then moves by its weight", () => {
    const ema = new Ema(3);
    // (1 + 2 + 3) / 3 = 2, then half of each difference: 2 + (4 - 2) / 2 = 3, 3 + (8 - 3) / 2 = 5.5.
    expect([1, 2, 3, 4, 8].map((x) => ema.push(x))).toEqual([Number.NaN, Number.NaN, 2, 3, 5.5]);
  });

  it("gives the published ten-day example of StockCharts' ChartSchool", () => {
    const closes = [
      22.27, 22.19, 22.08, 22.17, 22.18, 22.13, 22.23, 22.43, 22.24, 22.29, 22.15, 22.39, 22.38, 22.61, 23.36,
      24.05, 23.75, 23.83, 23.95, 23.63,
    ];
    const published = [
      "22.22",
      "22.21",
      "22.24",
      "22.27",
      "22.33",
      "22.52",
      "22.80",
      "22.97",
      "23.13",
      "23.28",
      "23.34",
    ];
    const ema = new Ema(10);
    expect(closes.map((x) => ema.push(x).toFixed(2)).slice(9)).toEqual(published);
  });
});

describe("ExponentialMoments", () => {
  it("equals the weighted mean and variance of the whole history", () => {
    fc.assert(
      fc.property(
        length,
        fc.array(fc.double({ min: 1, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 80 }),
        (n, xs) => {
          const moments = new ExponentialMoments(n);
          for (const x of xs) moments.push(x);
          const a = 2 / (n + 1);
          // The first input stands for all before it: (1 - a)^(count - 1); the others weigh a (1 - a)^age.
          const weights = xs.map((_, i) => (1 - a) ** (xs.length - 1 - i) * (i === 0 ? 1 : a));
          const mean = xs.reduce((sum, x, i) => sum + weights[i]! * x, 0);
          near(moments.mean, mean);
          near(
            moments.variance / 1e8,
            xs.reduce((sum, x, i) => sum + weights[i]! * (x - mean) ** 2, 0) / 1e8,
          );
        },
      ),
    );
  });

  it("scores deviations from the mean, by hand", () => {
    const moments = new ExponentialMoments(3);
    moments.push(10);
    moments.push(10);
    expect(moments.score(10)).toBeNaN();
    // weight 1/2: mean 10 + 4 / 2 = 12, variance (0 + 2 * 4) / 2 = 4, deviation 2, score (14 - 12) / 2.
    expect([moments.push(14), moments.variance, moments.score(14), moments.score(8)]).toEqual([12, 4, 1, -2]);
  });

  it("scores 0 where nothing has varied", () => {
    const moments = new ExponentialMoments(2);
    moments.push(7);
    moments.push(7);
    expect([moments.score(7), moments.score(8)]).toEqual([0, 0]);
  });

  it("the score of the input just pushed stays below sqrt((memory - 1) / 2)", () => {
    const found: [number, number[]] = [2, [0.000001, 0.000001000000000000001]];
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), inputs, (n, xs) => {
        const moments = new ExponentialMoments(n);
        for (const x of xs) {
          moments.push(x);
          const score = moments.score(x);
          // x and the mean are each known to half a unit in the last place, which a tiny deviation makes many of.
          const rounding = (2 * Number.EPSILON * x) / Math.sqrt(moments.variance);
          if (!Number.isNaN(score) && score !== 0)
            expect(Math.abs(score)).toBeLessThanOrEqual(Math.sqrt((n - 1) / 2) * (1 + 1e-12) + rounding);
        }
      }),
      { examples: [found] },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bars } from "../../../domain/risk/bars.ts";
import {
  fixedFraction,
  kellyOfReturns,
  kellyOfTrades,
  rangeFraction,
  volatilityFraction,
} from "../../../domain/risk/sizing/factors.ts";
import {
  equalRiskShares,
  hierarchicalShares,
  riskContributions,
} from "../../../domain/risk/sizing/shares.ts";
import { readSizing } from "../../../domain/risk/sizing/sizing.ts";
import { refused } from "../../refused.ts";
import "../../seed.ts";

const row = (...values: number[]): Float64Array => Float64Array.from(values);
const diagonal = (count: number) =>
  Array.from({ length: count }, (_, i) => Float64Array.from({ length: count }, (__, j) => (i === j ? 1 : 0)));

describe("factors of sizing", () => {
  it("are their formulas", () => {
    // 1 % of equity lost at a stop 5 % away: a fifth of equity
    expect(fixedFraction(0.01, 0.05)).toBeCloseTo(0.2, 12);
    // 10,000 * 1 % / (2 * 50) = 1 unit of 1,000: a tenth
    expect(rangeFraction(0.01, 2, 50, 1_000)).toBeCloseTo(0.1, 12);
    // 1 % a day is 19.1 % a year of 365 days
    expect(volatilityFraction(0.2, 0.01, 365)).toBeCloseTo(0.2 / (0.01 * Math.sqrt(365)), 12);
    // W = 0.6, R = 2: 0.6 - 0.4 / 2
    expect(kellyOfTrades([0.2, 0.2, 0.2, -0.1, -0.1])).toBeCloseTo(0.4, 12);
    expect(kellyOfTrades([0.1, -0.1, -0.1])).toBe(0);
    expect(kellyOfTrades([-0.1])).toBe(0);
    expect(kellyOfTrades([0.1])).toBe(1);
    expect(kellyOfTrades([])).toBeNaN();
    // mean 0.01, variance 0.0001
    expect(kellyOfReturns(row(0, 0.02))).toBeCloseTo(100, 9);
    expect(kellyOfReturns(row(0.01, 0.01))).toBeNaN();
  });

  it("equal risk without correlation is inverse deviation", () => {
    const shares = equalRiskShares(row(0.1, 0.2, 0.4), diagonal(3));
    // 10 : 5 : 2.5
    expect([...shares].map((share) => share * 17.5)).toEqual(
      [10, 5, 2.5].map((each) => expect.closeTo(each, 9) as number),
    );
  });

  it("every instrument contributes the same risk", () =>
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 }),
        fc.double({ min: 0, max: 0.95, noNaN: true }),
        (deviations, correlation) => {
          const matrix = diagonal(deviations.length).map((each, i) =>
            each.map((_, j) => (i === j ? 1 : correlation)),
          );
          const shares = equalRiskShares(Float64Array.from(deviations), matrix);
          const parts = riskContributions(shares, Float64Array.from(deviations), matrix);
          for (const part of parts) expect(part).toBeCloseTo(1 / deviations.length, 6);
        },
      ),
    ));

  it("hierarchical shares, worked by hand", () => {
    // Order of the tree: 0, 2, 1. Half: [0] against [2, 1]. Variances 1, 1, 4; correlation of 0 and 2 is 0.5, others 0.
    const matrix = [row(1, 0, 0.5), row(0, 1, 0), row(0.5, 0, 1)];
    const shares = hierarchicalShares(row(1, 2, 1), matrix);
    // [2, 1] held 0.8 : 0.2: variance 0.64 * 1 + 0.04 * 4 = 0.8; so 0 gets 1 - 1 / 1.8; then 2 against 1 as 4 : 1.
    const first = 1 - 1 / 1.8;
    expect(shares[0]).toBeCloseTo(first, 12);
    expect(shares[2]).toBeCloseTo((1 - first) * 0.8, 12);
    expect(shares[1]).toBeCloseTo((1 - first) * 0.2, 12);
  });

  it("shares are above 0 and sum to 1", () =>
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (deviations, correlation) => {
          const matrix = diagonal(deviations.length).map((each, i) =>
            each.map((_, j) => (i === j ? 1 : correlation)),
          );
          for (const shares of [equalRiskShares, hierarchicalShares].map((by) =>
            by(Float64Array.from(deviations), matrix),
          )) {
            expect(shares.every((share) => share > 0)).toBe(true);
            expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
          }
        },
      ),
    ));

  it("refuse parameters of another method, and impossible ones", () => {
    const field = (raw: object) => refused(() => readSizing(raw, "sizing"));
    expect(field({ method: "martingale" })).toBe("sizing.method");
    expect(field({ method: "atr", stop: 0.1 })).toBe("sizing.stop");
    expect(field({ method: "fixed-fractional", risk: 0.1, stop: 0.05 })).toBe("sizing.risk");
    expect(field({ method: "kelly", otherwise: 2 })).toBe("sizing.otherwise");
    expect(field({ method: "kelly", trades: 1 })).toBe("sizing.trades");
    expect(readSizing({ method: "kelly" }, "sizing")).toMatchObject({ fraction: 0.25, most: 1, trades: 20 });
  });
});

describe("bars", () => {
  it("hold returns, range and variance of what they saw", () => {
    const bars = new Bars(3);
    const prices = [100, 110, 99, 99];
    for (const [bar, price] of prices.entries()) {
      bars.see(price);
      bars.close(bar);
    }
    const returns = [Math.log(1.1), Math.log(0.9), 0];
    expect([...bars.returns()]).toEqual(returns);
    // 0.94 of the old, 0.06 of the new square
    const variance = 0.94 * (0.94 * returns[0]! ** 2 + 0.06 * returns[1]! ** 2);
    expect(bars.deviation).toBeCloseTo(Math.sqrt(variance), 15);
    expect(bars.averageRange).toBeNaN();
    for (let bar = 4; bar < 30; bar += 1) {
      bars.see(100);
      bars.see(96);
      bars.close(bar);
    }
    // Each of them falls from 100 to 96 after a close at 96.
    expect(bars.averageRange).toBeCloseTo(4, 0);
    expect(bars.count).toBe(3);
    expect(new Bars(3).load(bars.save()).save()).toEqual(bars.save());
  });

  it("leave a return over a gap out", () => {
    const bars = new Bars(5);
    for (const [bar, price] of [
      [1, 100],
      [2, 101],
      [9, 200],
      [10, 202],
    ] as const) {
      bars.see(price);
      bars.close(bar);
    }
    expect([...bars.returns()]).toEqual([Math.log(101 / 100), Math.log(202 / 200)]);
  });
});

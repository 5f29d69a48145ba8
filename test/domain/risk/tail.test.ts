import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fields } from "../../../domain/risk/fields.ts";
import { coverageOf } from "../../../domain/risk/tail/coverage.ts";
import { betaOf, lossUnder, readScenarios } from "../../../domain/risk/tail/stress.ts";
import { cornishFisher, tailMethods, tailRisk } from "../../../domain/risk/tail/value-at-risk.ts";
import { refused } from "../../refused.ts";
import "../../seed.ts";

const row = (...values: number[]): Float64Array => Float64Array.from(values);

describe("value at risk", () => {
  it("historical: the quantile, and the mean at or beyond it", () => {
    // -0.05 -0.04 ... 0.05: the quantile of 0.1 is the second, -0.04
    const returns = Float64Array.from({ length: 11 }, (_, k) => (k - 5) / 100);
    const { valueAtRisk, expectedShortfall } = tailRisk("historical", returns, 0.9);
    expect(valueAtRisk).toBeCloseTo(0.04, 12);
    expect(expectedShortfall).toBeCloseTo(0.045, 12);
    expect(tailRisk("historical", returns, 0.9, 4).valueAtRisk).toBeCloseTo(0.08, 12);
  });

  it("parametric: mean and deviation", () => {
    // mean 0, deviation 0.01 * sqrt(2): z of 5 % is -1.6448536, its density 0.1031356
    const returns = row(-0.01, 0.01);
    const deviation = 0.01 * Math.sqrt(2);
    const { valueAtRisk, expectedShortfall } = tailRisk("parametric", returns, 0.95);
    expect(valueAtRisk).toBeCloseTo(1.6448536269514722 * deviation, 10);
    expect(expectedShortfall).toBeCloseTo((0.10313564037537139 / 0.05) * deviation, 10);
  });

  it("Cornish and Fisher's expansion at skew -1 and excess 2", () => {
    const z = -1.6448536269514722;
    // 1.70554 * -1 / 6 + (-4.45026 + 4.93456) * 2 / 24 - (-8.90052 + 8.22427) / 36
    const moved = z - (z * z - 1) / 6 + ((z ** 3 - 3 * z) * 2) / 24 - (2 * z ** 3 - 5 * z) / 36;
    expect(cornishFisher(z, -1, 2)).toBeCloseTo(moved, 12);
    expect(moved).toBeCloseTo(-1.8698, 3);
    expect(cornishFisher(z, 0, 0)).toBe(z);
  });

  it("a shortfall is at least the value at risk, and both are losses", () =>
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 2, maxLength: 80 }),
        fc.constantFrom(...tailMethods),
        fc.constantFrom(0.9, 0.95, 0.99),
        fc.integer({ min: 1, max: 10 }),
        (returns, method, confidence, periods) => {
          const { valueAtRisk, expectedShortfall } = tailRisk(
            method,
            Float64Array.from(returns),
            confidence,
            periods,
          );
          expect(valueAtRisk).toBeGreaterThanOrEqual(0);
          expect(expectedShortfall).toBeGreaterThanOrEqual(valueAtRisk);
        },
      ),
    ));

  it("is not known from one return", () => {
    expect(tailRisk("parametric", row(0.1), 0.95).valueAtRisk).toBeNaN();
  });
});

describe("coverage", () => {
  it("Kupiec's share: 10 breaches in 100 at 5 % promised", () => {
    const breached = Array.from({ length: 100 }, (_, k) => k % 10 === 9);
    const { breaches, share, shareP, runs } = coverageOf(breached, 0.05);
    const log = (p: number) => 10 * Math.log(p) + 90 * Math.log(1 - p);
    expect(breaches).toBe(10);
    expect(share).toBeCloseTo(2 * (log(0.1) - log(0.05)), 10);
    expect(shareP).toBeCloseTo(0.0427, 2);
    expect(runs).toBeGreaterThan(0);
  });

  it("Christoffersen's runs: breaches in a row are told from spread ones", () => {
    const together = Array.from({ length: 100 }, (_, k) => k >= 40 && k < 50);
    const apart = Array.from({ length: 100 }, (_, k) => k % 10 === 9);
    expect(coverageOf(together, 0.1).runsP).toBeLessThan(0.001);
    expect(coverageOf(apart, 0.1).runsP).toBeGreaterThan(0.05);
  });
});

describe("stress", () => {
  const scenarios = (raw: readonly object[]) =>
    readScenarios(new Fields({ stress: raw }, "risk", ["stress"]), "stress");
  const held = [
    { base: "BTC", value: 1_000 },
    { base: "ETH", value: 500 },
    { base: "SOL", value: -200 },
  ];

  it("loses what the shocks say", () => {
    const [own, all, by] = scenarios([
      { name: "btc", shocks: { BTC: -0.3 } },
      { name: "all", shocks: { BTC: -0.3, "*": -0.4 } },
      { name: "beta", shocks: { BTC: -0.3 }, by: "BTC" },
    ]);
    const beta = (asset: string): number => (asset === "ETH" ? 1.5 : NaN);
    expect(lossUnder(own!, held, beta)).toBeCloseTo(300, 9);
    // 300 + 200 - 80
    expect(lossUnder(all!, held, beta)).toBeCloseTo(420, 9);
    // 300 + 500 * 0.45 - 200 * 0.3, of unknown beta
    expect(lossUnder(by!, held, beta)).toBeCloseTo(465, 9);
  });

  it("beta is covariance over variance of the newest common returns", () => {
    expect(betaOf(row(9, 0.02, -0.04), row(0.01, -0.02))).toBeCloseTo(2, 12);
    expect(betaOf(row(1, 2), row(1, 1))).toBeNaN();
  });

  it("refuses what is no scenario, by field", () => {
    const field = (raw: object) => refused(() => scenarios([raw]));
    expect(field({ name: "x" })).toBe("risk.stress.0.shocks");
    expect(field({ name: "x", shocks: { BTC: -2 } })).toBe("risk.stress.0.shocks.BTC");
    expect(field({ name: "x", shocks: { BTC: -0.1 }, by: "ETH" })).toBe("risk.stress.0.by");
    expect(field({ name: "x", shocks: { BTC: -0.1, "*": 0 }, by: "BTC" })).toBe("risk.stress.0.by");
    expect(field({ shocks: { BTC: -0.1 } })).toBe("risk.stress.0.name");
  });
});

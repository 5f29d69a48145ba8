/** The test of two Sharpe ratios by hand, on series that do not differ, and Holm's adjustment. */
import { describe, expect, it } from "vitest";
import { holm } from "../../../domain/performance/holm.ts";
import { normalProbability } from "../../../domain/performance/normal.ts";
import { sharpeDifference } from "../../../domain/performance/sharpe-difference.ts";
import { Chance } from "../../../domain/values/chance.ts";

describe("difference of Sharpe ratios", () => {
  it("by hand: uncorrelated returns", () => {
    // a: mean 1, deviations -1 -1 1 1, variance 4/3; b: mean 0.5, deviations -1 1 -1 1, covariance 0.
    const a = [0, 0, 2, 2];
    const b = [-0.5, 1.5, -0.5, 1.5];
    const ratioA = 1 / Math.sqrt(4 / 3);
    const ratioB = 0.5 / Math.sqrt(4 / 3);
    const found = sharpeDifference(a, b);
    expect(found.sharpes[0]).toBeCloseTo(ratioA, 12);
    expect(found.correlation).toBeCloseTo(0, 12);
    // (2 + (0.75 + 0.1875) / 2) / 4 = 0.6171875
    expect(found.deviation).toBeCloseTo(Math.sqrt(0.6171875), 12);
    const z = (ratioA - ratioB) / Math.sqrt(0.6171875);
    expect(found.pValue).toBeCloseTo(2 * normalProbability(-z), 12);
    expect(found.periodsNeeded).toBeCloseTo(4 * (1.959963985 / z) ** 2, 5);
    expect(sharpeDifference(b, a).difference).toBe(-found.difference);
  });

  it("of a series and its double there is none", () => {
    const a = [0.01, -0.02, 0.03, 0.005];
    const found = sharpeDifference(
      a,
      a.map((each) => 2 * each),
    );
    expect(found).toMatchObject({ difference: 0, pValue: 1, periodsNeeded: Infinity });
    expect(sharpeDifference([1, 1, 1], [0.1, 0.2, 0]).pValue).toBeNaN();
    expect(() => sharpeDifference([1], [1, 2])).toThrow(
      "returns: expected 1, as the other series has, found 2",
    );
  });

  it("p-values of series that do not differ are uniform", () => {
    const chance = new Chance("jobson-korkie");
    const pValues = Array.from({ length: 1_000 }, () => {
      const a = new Float64Array(120);
      const b = new Float64Array(120);
      for (let i = 0; i < 120; i += 1) {
        const both = chance.gaussian();
        a[i] = 0.2 + 0.8 * both + 0.6 * chance.gaussian();
        b[i] = 0.2 + 0.8 * both + 0.6 * chance.gaussian();
      }
      return sharpeDifference(a, b).pValue;
    });
    // Of 1,000: 50 below 0.05 (deviation 7), 500 below 0.5 (deviation 16).
    const below = (level: number): number => pValues.filter((p) => p < level).length;
    expect(below(0.05)).toBeGreaterThan(25);
    expect(below(0.05)).toBeLessThan(80);
    expect(below(0.5)).toBeGreaterThan(440);
    expect(below(0.5)).toBeLessThan(560);
  });
});

describe("Holm's adjustment", () => {
  it("by hand, in any order, without what is unknown", () => {
    // 0.01 * 3, then 0.03 * 2, then 0.04 * 1, which may not fall below the one before.
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.04, NaN, 0.01])).toEqual([0.04, NaN, 0.02]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});

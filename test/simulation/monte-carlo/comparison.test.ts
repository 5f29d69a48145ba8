/** Results side by side: what does not differ is not told apart, what does is; pairs, days in common, equal seeds. */
import { describe, expect, it } from "vitest";
import { Chance } from "../../../domain/values/chance.ts";
import { commonDays, comparisons } from "../../../simulation/monte-carlo/comparison.ts";
import { pairedBootstrap } from "../../../simulation/monte-carlo/paired.ts";

const plan = { method: "stationary", runs: 400, seed: 1, everyPair: false } as const;

/** Two series that share most of what moves them; the first has `edge` deviations a day more. */
const pair = (chance: Chance, days: number, edge: number): readonly [Float64Array, Float64Array] => {
  const a = new Float64Array(days);
  const b = new Float64Array(days);
  for (let i = 0; i < days; i += 1) {
    const both = 0.8 * chance.gaussian();
    a[i] = 0.01 * (both + 0.6 * chance.gaussian() + edge);
    b[i] = 0.01 * (both + 0.6 * chance.gaussian());
  }
  return [a, b];
};

describe("paired bootstrap", () => {
  it("has p-values that are uniform where nothing differs", () => {
    const chance = new Chance("paired");
    const found = Array.from({ length: 200 }, (_, seed) =>
      pairedBootstrap(...pair(chance, 100, 0), { method: "bootstrap", runs: 99, seed }),
    );
    for (const which of ["mean", "sharpe"] as const) {
      const below = (level: number): number => found.filter((each) => each[which].pValue <= level).length;
      // Of 200: 20 at or below 0.1 (deviation 4), 100 at or below 0.5 (deviation 7).
      expect(below(0.1)).toBeGreaterThan(8);
      expect(below(0.1)).toBeLessThan(36);
      expect(below(0.5)).toBeGreaterThan(76);
      expect(below(0.5)).toBeLessThan(124);
    }
  });

  it("finds an edge, in both figures, with an interval above 0", () => {
    const [a, b] = pair(new Chance("edge"), 400, 0.3);
    const { mean, sharpe } = pairedBootstrap(a, b, plan);
    expect(mean.pValue).toBeLessThan(0.01);
    expect(sharpe.pValue).toBeLessThan(0.01);
    expect(sharpe.interval[0]).toBeGreaterThan(0);
    expect(sharpe.interval[1]).toBeGreaterThan(sharpe.observed);
  });

  it("of a series with itself, or with one that never varies", () => {
    const [a] = pair(new Chance("same"), 50, 0);
    expect(pairedBootstrap(a, a, plan).sharpe).toEqual({ observed: 0, pValue: 1, interval: [0, 0] });
    expect(pairedBootstrap(a, new Float64Array(50), plan).sharpe.pValue).toBeNaN();
  });
});

describe("comparisons", () => {
  const [a, b] = pair(new Chance("three"), 300, 0.35);
  const c = pair(new Chance("other"), 300, 0)[1];

  it("are with the first, or of every two, adjusted for how many there are", () => {
    const found = comparisons(["base", "edge", "noise"], [b, a, c], plan);
    expect(found.map((each) => [each.a, each.b])).toEqual([
      ["edge", "base"],
      ["noise", "base"],
    ]);
    expect(found[0]!.adjusted.bootstrap).toBeCloseTo(2 * found[0]!.bootstrap.sharpe.pValue, 12);
    expect(found[0]!.adjusted.bootstrap).toBeLessThan(0.05);
    expect(found[1]!.adjusted.bootstrap).toBeGreaterThan(0.05);
    expect(comparisons(["base", "edge", "noise"], [b, a, c], { ...plan, everyPair: true })).toHaveLength(3);
    // What stands beside a pair changes nothing of it but the adjustment.
    expect(comparisons(["base", "edge"], [b, a], plan)[0]!.bootstrap).toEqual(found[0]!.bootstrap);
  });

  it("are over the days that all have", () => {
    const days = (from: number, count: number) => ({
      name: String(from),
      returns: Array.from({ length: count }, (_, i) => (from + i) / 1_000),
      at: Array.from({ length: count }, (_, i) => (from + i) * 86_400_000),
    });
    const { at, returns } = commonDays([days(0, 40), days(10, 40)]);
    expect(at).toHaveLength(30);
    expect(returns[0]).toEqual(returns[1]);
    expect(returns[0]![0]).toBe(0.01);
    expect(() => commonDays([days(0, 40), days(30, 40)])).toThrow(
      "results: expected at least 20 days that all of them have, found 10",
    );
  });
});

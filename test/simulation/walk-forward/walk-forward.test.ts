/** A walk-forward over trials: without skill nothing carries over, a planted edge does; windows, scores. */
import { describe, expect, it } from "vitest";
import { Chance } from "../../../domain/values/chance.ts";
import { meanOf } from "../../../domain/performance/moments.ts";
import { bestOf, scoreOf } from "../../../simulation/walk-forward/score.ts";
import { walkForward } from "../../../simulation/walk-forward/walk-forward.ts";

const settings = { train: 100, test: 50, gap: 1, score: "sharpe", periods: 365 } as const;

/** Trial 5 earns `edge` deviations a day. */
const trialsOf = (seed: string, edge: number): readonly Float64Array[] => {
  const chance = new Chance(seed);
  return Array.from({ length: 12 }, (_, trial) =>
    Float64Array.from({ length: 400 }, () => 0.01 * (chance.gaussian() + (trial === 5 ? edge : 0))),
  );
};

const walked = (trials: readonly Float64Array[], more: object = {}) =>
  walkForward(trials, { ...settings, ...more }, (trial, { from, to }) => trials[trial]!.subarray(from, to));

describe("walk-forward", () => {
  it("on random walks the choice earns in sample and nothing out of it", () => {
    const found = Array.from({ length: 60 }, (_, seed) => walked(trialsOf(`null ${seed}`, 0)));
    const inside = meanOf(found.map(({ inSample }) => inSample));
    const outside = meanOf(found.map(({ outOfSample }) => outOfSample));
    // The best of 12 over 100 days: 1.63 deviations of 0.1 a day, times 0.01 and 365 days: 0.59.
    expect(inside).toBeGreaterThan(0.5);
    expect(inside).toBeLessThan(0.7);
    // A mean over 60 * 299 days: deviation 0.01 * 365 / sqrt(17940) = 0.027.
    expect(Math.abs(outside)).toBeLessThan(0.09);
    expect(Math.abs(outside / inside)).toBeLessThan(0.15);
    expect(meanOf(found.map(({ profitable }) => profitable))).toBeCloseTo(0.5, 1);
    const deflated = found.flatMap(({ windows }) => windows.map(({ deflatedSharpe }) => deflatedSharpe));
    expect(deflated.filter((each) => each >= 0.95).length / deflated.length).toBeLessThan(0.1);
  });

  it("finds a planted edge and carries it over", () => {
    const { windows, efficiency, stitched, profitable } = walked(trialsOf("edge", 0.35));
    expect(windows.filter(({ chosen }) => chosen === 5).length).toBe(windows.length);
    expect(efficiency).toBeGreaterThan(0.5);
    expect(profitable).toBe(1);
    expect(stitched).toHaveLength(windows.reduce((sum, { test }) => sum + test.to - test.from, 0));
  });

  it("rolls, or is anchored, and leaves the embargo out", () => {
    const trials = trialsOf("windows", 0);
    expect(
      walked(trials).windows.map(({ train, test }) => [train.from, train.to, test.from, test.to]),
    ).toEqual([
      [0, 100, 101, 151],
      [50, 150, 151, 201],
      [100, 200, 201, 251],
      [150, 250, 251, 301],
      [200, 300, 301, 351],
      [250, 350, 351, 400],
    ]);
    const anchored = walked(trials, { anchored: true });
    expect(anchored.windows.map(({ inSample }) => inSample.length)).toEqual([100, 150, 200, 250, 300, 350]);
    expect(walked(trials)).toEqual(walked(trials));
    expect(() => walked(trials, { train: 500 })).toThrow("train: expected at most");
  });

  it("scores by hand", () => {
    // Mean 0.1, deviations -0.1 0.1: over n - 1 sqrt(0.02); below 0 nothing, so no Sortino ratio; wealth never falls.
    expect(scoreOf("sharpe", [0, 0.2])).toBeCloseTo(0.1 / Math.sqrt(0.02), 12);
    expect(scoreOf("profit", [0, 0.2])).toBeCloseTo(0.1, 12);
    expect(scoreOf("sortino", [0, 0.2])).toBe(0);
    // Mean 0.05, root of (0.1^2 / 2); the deepest fall is 0.1.
    expect(scoreOf("sortino", [-0.1, 0.2])).toBeCloseTo(0.05 / Math.sqrt(0.005), 12);
    expect(scoreOf("calmar", [-0.1, 0.2])).toBeCloseTo(0.5, 12);
    expect(
      bestOf("profit", [
        [0, 0],
        [0.1, 0],
        [0, 0.1],
      ]),
    ).toBe(1);
  });
});

/** Choosing under combinatorial purged cross-validation: the closed form of luck in sample, nothing out of it, an edge found. */
import { describe, expect, it } from "vitest";
import { meanOf } from "../../../domain/performance/moments.ts";
import { expectedMaxSharpe } from "../../../domain/performance/sharpe-tests.ts";
import { Chance } from "../../../domain/values/chance.ts";
import { combinatorialSelection } from "../../../simulation/cross-validation/selection.ts";

const plan = { groups: 6, testGroups: 2, embargo: 0.01, horizon: 1, score: "sharpe" } as const;

const trialsOf = (seed: string, edge: number): readonly Float64Array[] => {
  const chance = new Chance(seed);
  return Array.from({ length: 10 }, (_, trial) =>
    Float64Array.from({ length: 300 }, () => 0.01 * (chance.gaussian() + (trial === 7 ? edge : 0))),
  );
};

describe("selection under combinatorial purged cross-validation", () => {
  it("six groups by two: 15 splits, 5 paths; each split chooses one", () => {
    const { splits, paths, chosen } = combinatorialSelection(trialsOf("shape", 0), plan);
    expect([splits, paths.length]).toEqual([15, 5]);
    expect(chosen.reduce((sum, times) => sum + times, 0)).toBe(15);
  });

  it("without skill the best shows in sample what luck gives, and nothing out of it", () => {
    const found = Array.from({ length: 80 }, (_, seed) =>
      combinatorialSelection(trialsOf(`null ${seed}`, 0), plan),
    );
    // About 190 of 300 days train: the expected best of 10 ratios that deviate by 1 / sqrt(190).
    const luck = expectedMaxSharpe(10, 1 / Math.sqrt(190));
    expect(meanOf(found.map(({ sharpeInSample }) => sharpeInSample)) / luck).toBeGreaterThan(0.9);
    expect(meanOf(found.map(({ sharpeInSample }) => sharpeInSample)) / luck).toBeLessThan(1.1);
    // Choosing what was best elsewhere picks a little below average here: the days are the same ones, shared out.
    const outside = meanOf(found.map(({ sharpeOutOfSample }) => sharpeOutOfSample));
    expect(outside).toBeLessThan(0.02);
    expect(outside).toBeGreaterThan(-0.04);
    expect(meanOf(found.map(({ lossProbability }) => lossProbability))).toBeGreaterThan(0.4);
  });

  it("a planted edge is chosen, and earns on every path", () => {
    const { chosen, paths, lossProbability } = combinatorialSelection(trialsOf("edge", 0.4), plan);
    expect(chosen[7]).toBe(15);
    expect(Math.min(...paths)).toBeGreaterThan(0.2);
    expect(lossProbability).toBe(0);
  });
});

/** The space of a search: axes out of genes, only possible points, none twice. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Chance } from "../../../domain/values/chance.ts";
import { gridSampler } from "../../../simulation/search/grid.ts";
import { randomSampler } from "../../../simulation/search/sampler.ts";
import { SearchSpace, snap, type NumberAxis } from "../../../simulation/search/space.ts";
import { choice, flag, integer, real, run } from "./spaces.ts";

const genes = { n: integer(2, 10, 4), x: real(0, 0.3, 0.1), y: real(0, 1), kind: choice("a", "b"), on: flag };

describe("axes", () => {
  it("come of the free genes, in their order", () => {
    const space = new SearchSpace({ genes }, { y: 0.5 });
    expect(space.axes.map(({ name, levels }) => [name, levels])).toEqual([
      ["n", 3],
      ["x", 4],
      ["kind", 2],
      ["on", 2],
    ]);
    expect(space.size).toBe(48);
    expect(space.params([6, 0.2, 1, 0])).toEqual({ n: 6, x: 0.2, y: 0.5, kind: "b", on: false });
  });

  it("a real without a step has no end of values", () => {
    expect(new SearchSpace({ genes }).size).toBe(Infinity);
  });

  it.each([
    [["speed"], {}, /spaces: expected parameters out of n, x, y, kind, on, found "speed"/],
    [[], {}, /spaces: expected at least one parameter left to search/],
    [["n"], { kind: "c" }, /params.kind: expected one of a, b/],
    [["n"], { x: 0.25 }, /params.x: expected a number from 0 to 0.3 in steps of 0.1/],
  ])("refuses %j beside %j", (free, fixed, message) => {
    expect(() => new SearchSpace({ genes }, fixed as Record<string, number>, free)).toThrow(message);
  });

  it("snaps to the grid, without the noise of binary fractions", () => {
    const axis = new SearchSpace({ genes: { x: real(0, 0.7, 0.1) } }).axes[0] as NumberAxis;
    expect([0.31, 0.29999, -3, 9, 0.65].map((value) => snap(axis, value))).toEqual([0.3, 0.3, 0, 0.7, 0.7]);
  });
});

describe("the grid", () => {
  it("is every possible combination, and counts the impossible", () => {
    const space = new SearchSpace({
      genes: { fast: integer(2, 20), slow: integer(3, 40) },
      impossible: ({ fast, slow }) => (fast! < slow! ? undefined : "fast must be below slow"),
    });
    const { asked } = run(space, gridSampler(space, 1_000), () => [0], { epochs: 1_000, batch: 100 });
    // fast 2..20, slow 3..40, fast < slow: 40 - fast each.
    const possible = Array.from({ length: 19 }, (_, i) => 40 - (i + 2)).reduce((a, b) => a + b, 0);
    expect(asked).toHaveLength(possible);
    expect(space.impossible).toBe(19 * 38 - possible);
    expect(asked.every(([fast, slow]) => fast! < slow!)).toBe(true);
  });

  it("is thinned evenly, ends included, where it is larger than the epochs", () => {
    const space = new SearchSpace({ genes: { n: integer(0, 100), x: real(0, 1), on: flag } });
    const { asked } = run(space, gridSampler(space, 20), () => [0], { epochs: 20 });
    // 3 x 3 x 2 = 18 fit, 4 x 4 x 2 = 32 do not.
    expect(asked).toHaveLength(18);
    expect([...new Set(asked.map(([n]) => n))]).toEqual([0, 50, 100]);
    expect([...new Set(asked.map(([, x]) => x))]).toEqual([0, 0.5, 1]);
  });

  it("refuses epochs that do not hold the choices", () => {
    const space = new SearchSpace({ genes: { kind: choice("a", "b", "c"), on: flag, x: real(0, 1) } });
    expect(() => gridSampler(space, 5)).toThrow(/epochs: expected enough for one value of each choice/);
  });
});

describe("random points", () => {
  it("are possible, on the grid and never repeated, until none is left", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const space = new SearchSpace({
          genes: { n: integer(0, 9), m: integer(0, 9) },
          impossible: ({ n, m }) => (n! < m! ? undefined : "n must be below m"),
        });
        const { asked } = run(space, randomSampler(space, new Chance(seed)), () => [0], { epochs: 100 });
        expect(asked).toHaveLength(45);
        expect(new Set(asked.map(String)).size).toBe(45);
        expect(asked.every(([n, m]) => n! < m!)).toBe(true);
      }),
      { numRuns: 8 },
    );
  });
});

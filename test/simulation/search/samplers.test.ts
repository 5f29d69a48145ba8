/** Samplers against planted optima: equal for equal seeds, and better than chance. */
import { describe, expect, it } from "vitest";
import { geneticJs } from "../../../adapters/evolver/genetic-js.ts";
import { Chance } from "../../../domain/values/chance.ts";
import { geneticSampler } from "../../../simulation/search/genetic.ts";
import { randomSampler, type Sampler } from "../../../simulation/search/sampler.ts";
import { SearchSpace } from "../../../simulation/search/space.ts";
import { tpeSampler } from "../../../simulation/search/tpe.ts";
import { firstFront } from "../../../simulation/search/pareto.ts";
import { integer, planted, real, run } from "./spaces.ts";

type Make = (space: SearchSpace, chance: Chance) => Sampler;
const samplers: readonly (readonly [name: string, make: Make])[] = [
  ["random", randomSampler],
  ["tpe", tpeSampler],
  ["genetic", (space, chance) => geneticSampler(space, chance, geneticJs.breed)],
];
const find = (make: Make, seed: number, epochs: number, batch = 16) => {
  const space = planted.space();
  return run(space, make(space, new Chance(seed)), (point) => [planted.loss(point)], { epochs, batch });
};
const make = (name: string): Make => samplers.find(([each]) => each === name)![1];

describe.each(samplers)("%s", (_name, sampler) => {
  it("asks the same for the same seed, and otherwise for another", () => {
    expect(find(sampler, 7, 120).asked).toEqual(find(sampler, 7, 120).asked);
    expect(find(sampler, 8, 120).asked).not.toEqual(find(sampler, 7, 120).asked);
  });

  it("asks in a shorter search the beginning of a longer one", () => {
    const long = find(sampler, 3, 150).asked;
    for (const epochs of [1, 16, 61, 100])
      expect(find(sampler, 3, epochs).asked).toEqual(long.slice(0, epochs));
  });

  it("repeats no point, obeys the rule, and lives with trials that nobody could rate", () => {
    const space = new SearchSpace({
      genes: { n: integer(1, 40), m: integer(1, 40), x: real(0, 1, 0.25) },
      impossible: ({ n, m }) => (n! < m! ? undefined : "n must be below m"),
    });
    const { asked } = run(
      space,
      sampler(space, new Chance(1)),
      ([n, m, x]) => (n! % 3 === 0 ? null : [m! - n! + x!]),
      { epochs: 300 },
    );
    expect(new Set(asked.map(String)).size).toBe(300);
    expect(asked.every(([n, m]) => n! < m!)).toBe(true);
  });

  it("finds every point of a small space", () => {
    const space = new SearchSpace({ genes: { n: integer(0, 6), m: integer(0, 6) } });
    const { asked } = run(space, sampler(space, new Chance(5)), ([n, m]) => [n! + m!], { epochs: 500 });
    expect(asked).toHaveLength(49);
  });
});

describe("learning", () => {
  /** How often the one is better than the other over the same seeds, and the ratio of their medians. */
  const duel = (one: string, other: string, epochs: number) => {
    const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
    const ours = seeds.map((seed) => find(make(one), seed, epochs).best);
    const theirs = seeds.map((seed) => find(make(other), seed, epochs).best);
    const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[10]!;
    return {
      won: ours.filter((best, i) => best < theirs[i]!).length,
      ratio: median(ours) / median(theirs),
    };
  };

  it("TPE beats chance", () => {
    const { won, ratio } = duel("tpe", "random", 100);
    expect(won).toBeGreaterThanOrEqual(18);
    expect(ratio).toBeLessThan(0.3);
  });

  it("evolution beats chance", () => {
    const { won, ratio } = duel("genetic", "random", 250);
    expect(won).toBeGreaterThanOrEqual(18);
    expect(ratio).toBeLessThan(0.3);
  });

  it.each([["tpe"], ["genetic"]])("%s spreads over the front of two objectives more than chance", (name) => {
    // f1 = x^2 + y, f2 = (x - 1)^2 + y: the front is y = 0 with x from 0 to 1, where sqrt(f1) + sqrt(f2) = 1.
    const off = (sampler: Make): number => {
      const space = new SearchSpace({ genes: { x: real(-1, 2), y: real(0, 1) } });
      const { found } = run(
        space,
        sampler(space, new Chance(2)),
        ([x, y]) => [x! ** 2 + y!, (x! - 1) ** 2 + y!],
        { epochs: 200 },
      );
      const front = firstFront(found).map((place) => found[place]!);
      expect(front.length).toBeGreaterThan(4);
      return front.reduce((sum, [a, b]) => sum + Math.sqrt(a!) + Math.sqrt(b!) - 1, 0) / front.length;
    };
    expect(off(make(name))).toBeLessThan(off(make("random")));
  });
});

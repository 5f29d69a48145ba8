/** What every evolver must do. */
import { describe, expect, it } from "vitest";
import type { Evolver } from "../../../adapters/evolver/evolver.ts";
import type { Operators, Rated } from "../../../domain/evolution/breeding.ts";
import { Chance } from "../../../domain/values/chance.ts";

const operators: Operators = {
  crossover: ([a, b], [c, d]) => [
    [a!, d!],
    [c!, b!],
  ],
  mutate: (genome, chance) => genome.map((gene) => gene + chance.next() - 0.5),
};
const RATES = { crossover: 0.8, mutation: 0.3 };
/** Best at (3, 7). */
const rate = (genome: readonly number[]): Rated => ({
  genome,
  fitness: -((genome[0]! - 3) ** 2) - (genome[1]! - 7) ** 2,
});
const start = (seed: number, size = 40): readonly Rated[] => {
  const chance = new Chance(seed);
  return Array.from({ length: size }, () => rate([chance.next() * 10, chance.next() * 10]));
};

/** The global generator itself. */
const random = (): unknown => Reflect.get(Math, "random");

export const evolverConformance = ({ name, breed }: Evolver): void => {
  describe(name, () => {
    it("breeds the same for the same seed, and leaves Math.random as it was", () => {
      const before = random();
      const one = breed(start(1), operators, RATES, new Chance(9));
      expect(breed(start(1), operators, RATES, new Chance(9))).toEqual(one);
      expect(breed(start(1), operators, RATES, new Chance(10))).not.toEqual(one);
      expect(random()).toBe(before);
    });

    it("keeps the size and the fittest", () => {
      const population = start(2);
      const fittest = [...population].sort((a, b) => b.fitness - a.fitness)[0]!;
      const next = breed(population, operators, RATES, new Chance(3));
      expect(next).toHaveLength(population.length);
      expect(next).toContainEqual(fittest.genome);
    });

    it("draws nearer to the best, generation by generation", () => {
      const chance = new Chance(4);
      let population = start(4);
      for (let i = 0; i < 40; i += 1) population = breed(population, operators, RATES, chance).map(rate);
      expect(Math.max(...population.map(({ fitness }) => fitness))).toBeGreaterThan(-0.01);
    });

    it("without crossover and mutation only selects", () => {
      const population = start(5, 10);
      const next = breed(population, operators, { crossover: 0, mutation: 0 }, new Chance(1));
      for (const genome of next) expect(population.map((each) => each.genome)).toContainEqual(genome);
    });

    it("gives Math.random back when an operator throws", () => {
      const before = random();
      const broken: Operators = {
        ...operators,
        crossover: () => {
          throw new Error("no children");
        },
      };
      expect(() => breed(start(1), broken, { crossover: 1, mutation: 0 }, new Chance(1))).toThrow(
        "no children",
      );
      expect(random()).toBe(before);
    });

    it.each([
      ["a lone genome", start(1, 1), "population: expected two genomes or more"],
      [
        "no fitness",
        [{ genome: [1, 2], fitness: NaN }, ...start(1)],
        "population[0].fitness: expected a finite number",
      ],
      [
        "a gene of no number",
        [...start(1, 2), rate([1, Infinity])].map((each) => ({ ...each, fitness: 0 })),
        "population[2].genome[1]: expected a finite number",
      ],
    ])("refuses %s", (_what, population, message) => {
      expect(() => breed(population, operators, RATES, new Chance(1))).toThrow(message);
    });
  });
};

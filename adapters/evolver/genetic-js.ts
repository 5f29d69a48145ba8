/**
 * Breeding by the package genetic-js: sorting, tournaments of three, elitism of one, crossover and mutation by their rates.
 *
 * Only its `start()` is used, stopped after one generation of a population whose fitness is known. `evolve()` runs source text
 * by `eval`, loses closures and blocks for all generations; `notification` runs genomes that look like code. The package draws
 * from Math.random, which is replaced by the seeded chance while it runs, synchronously. It copies genomes by JSON, which
 * turns what is not finite into null: such numbers are refused before.
 */
import genetic from "genetic-js";
import type { Breed, Genome, Rated } from "../../domain/evolution/breeding.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { Evolver } from "./evolver.ts";

interface Entity {
  readonly genome: Genome;
  /** Absent in a child: nobody has rated it yet. */
  readonly fitness?: number;
}

const check = (population: readonly Rated[]): void => {
  if (population.length < 2) throw new Invalid("population", "two genomes or more", population.length);
  for (const [i, { genome, fitness }] of population.entries()) {
    if (!Number.isFinite(fitness)) throw new Invalid(`population[${i}].fitness`, "a finite number", fitness);
    const bad = genome.findIndex((gene) => !Number.isFinite(gene));
    if (bad >= 0) throw new Invalid(`population[${i}].genome[${bad}]`, "a finite number", genome[bad]);
  }
};

/** Runs `work` with the chance in place of Math.random; nothing else can run meanwhile. */
const seeded = (next: () => number, work: () => void): void => {
  /* eslint-disable no-restricted-properties -- the package has no other way in for a seed */
  const before = Math.random;
  Math.random = next;
  try {
    work();
  } finally {
    Math.random = before;
  }
  /* eslint-enable no-restricted-properties */
};

const breed: Breed = (population, operators, rates, chance) => {
  check(population);
  const lowest = Math.min(...population.map(({ fitness }) => fitness)) - 1;
  const run = genetic.create<Entity>();
  let given = 0;
  let next: readonly Entity[] = [];
  run.seed = () => population[given++]!;
  run.fitness = ({ fitness }) => fitness ?? lowest;
  run.optimize = genetic.Optimize.Maximize;
  run.select1 = genetic.Select1.Tournament3;
  run.select2 = genetic.Select2.Tournament3;
  run.crossover = (mother, father) => {
    const [one, other] = operators.crossover(mother.genome, father.genome, chance);
    return [{ genome: one }, { genome: other }];
  };
  run.mutate = ({ genome }) => ({ genome: operators.mutate(genome, chance) });
  run.generation = (scored, generation) => {
    if (generation === 0) return true;
    next = scored.map(({ entity }) => entity);
    return false;
  };
  Object.assign(run.configuration, {
    size: population.length,
    iterations: 2,
    crossover: rates.crossover,
    mutation: rates.mutation,
    fittestAlwaysSurvives: true,
  });
  seeded(
    () => chance.next(),
    () => run.start(),
  );
  return next.map(({ genome }) => genome);
};

export const geneticJs: Evolver = { name: "genetic-js", breed };

/**
 * Genomes and how a new generation is made of an old one, as data: what `adapters/evolver` implements and a genetic search
 * uses. A genome is a plain list of finite numbers; what they mean only its operators know.
 */
import type { Chance } from "../values/chance.ts";

export type Genome = readonly number[];

export interface Rated {
  readonly genome: Genome;
  /** Finite; higher is fitter. Only the order counts. */
  readonly fitness: number;
}

/** Pure but for the chance that is handed in; what comes back are genomes of the same length. */
export interface Operators {
  crossover(mother: Genome, father: Genome, chance: Chance): readonly [Genome, Genome];
  mutate(genome: Genome, chance: Chance): Genome;
}

/** Probabilities from 0 to 1. */
export interface Rates {
  readonly crossover: number;
  readonly mutation: number;
}

/** One generation, as many as there were: children and unchanged survivors, the fittest among them. */
export type Breed = (
  population: readonly Rated[],
  operators: Operators,
  rates: Rates,
  chance: Chance,
) => readonly Genome[];

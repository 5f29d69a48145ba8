/**
 * A genetic search over any evolver: each generation is bred from the best that were ever found (mu + lambda), ranked by
 * loss, or by front and crowding where there are several (NSGA-II). Children that were had before are not asked again; in their
 * place come random points, so that no generation dries up.
 */
import type { Breed, Operators } from "../../domain/evolution/breeding.ts";
import type { Chance } from "../../domain/values/chance.ts";
import { ranking } from "./pareto.ts";
import { freshPoints, type Sampler, type Told } from "./sampler.ts";
import { snap, type Point, type SearchSpace } from "./space.ts";

const POPULATION = 32;
const RATES = { crossover: 0.9, mutation: 0.5 };
/** Deviation of a mutation, in ranges of its axis. */
const STRIDE = 0.15;

/** Genes from either parent; a mutation moves one gene for sure and each other one with probability 1 / axes. */
export const operatorsOf = (space: SearchSpace): Operators => ({
  crossover(mother, father, chance) {
    const one = [...mother];
    const other = [...father];
    for (let i = 0; i < one.length; i += 1)
      if (chance.next() < 0.5) [one[i], other[i]] = [other[i]!, one[i]!];
    return [one, other];
  },
  mutate(genome, chance) {
    const surely = chance.integer(genome.length);
    return space.axes.map((axis, i) => {
      if (i !== surely && chance.next() >= 1 / genome.length) return genome[i]!;
      if (axis.kind === "choice") {
        const other = chance.integer(axis.levels - 1);
        return other < genome[i]! ? other : other + 1;
      }
      const range = axis.max - axis.min;
      // At least one step: a coarse grid must not hold a gene where it is.
      const move = STRIDE * range * chance.gaussian();
      const far = Math.sign(move) * Math.max(Math.abs(move), axis.step);
      return snap(axis, genome[i]! + far);
    });
  },
});

export const geneticSampler = (space: SearchSpace, chance: Chance, breed: Breed): Sampler => {
  const operators = operatorsOf(space);
  const seen = new Set<string>();
  const told: Told[] = [];
  let waiting: readonly Point[] = [];

  const generation = (): readonly Point[] => {
    const best = ranking(told.map(({ losses }) => losses)).slice(0, POPULATION);
    const children =
      best.length < 2
        ? []
        : [
            ...breed(
              best.map((place, rank) => ({ genome: told[place]!.point, fitness: -rank })),
              operators,
              RATES,
              chance,
            ),
          ];
    return freshPoints(POPULATION, () =>
      space.fresh(seen, chance, () => children.shift() ?? space.random(chance)),
    );
  };

  return {
    ask(count) {
      if (waiting.length === 0) waiting = generation();
      const asked = waiting.slice(0, count);
      waiting = waiting.slice(count);
      return asked;
    },
    tell: (outcomes) => void told.push(...outcomes),
  };
};

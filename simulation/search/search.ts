/**
 * One search: asks a sampler for batches of fixed size and tells it what was found, in the order asked. Neither the number of
 * workers nor the number of epochs changes the order of the trials, so a shorter search is the beginning of a longer one, and
 * one that was broken off goes on by hearing again what was found before.
 */
import type { Params } from "../../domain/strategy/strategy.ts";
import type { Losses } from "./pareto.ts";
import type { Sampler } from "./sampler.ts";
import type { Point, SearchSpace } from "./space.ts";

export interface Trial {
  /** From 0, in the order asked. */
  readonly index: number;
  /** Complete. */
  readonly params: Params;
}

export interface Limits {
  readonly epochs: number;
  /** Trials asked at once: the sampler learns after each batch. */
  readonly batch: number;
}

export interface Search {
  /** What to evaluate next; none: the search is over. Asked again before `take`, it says the same. */
  next(): readonly Trial[];
  /** Losses of the trials of `next`, in their order; null for what could not be rated. */
  take(found: readonly (Losses | null)[]): void;
  /** Trials taken so far. */
  readonly count: number;
}

export const startSearch = (space: SearchSpace, sampler: Sampler, { epochs, batch }: Limits): Search => {
  let asked: readonly Point[] = [];
  let count = 0;
  return {
    next() {
      if (asked.length === 0 && count < epochs) asked = sampler.ask(batch).slice(0, epochs - count);
      return asked.map((point, i) => ({ index: count + i, params: space.params(point) }));
    },
    take(found) {
      sampler.tell(asked.map((point, i) => ({ point, losses: found[i]! })));
      count += asked.length;
      asked = [];
    },
    get count() {
      return count;
    },
  };
};

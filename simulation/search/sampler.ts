/**
 * Ask and tell: a sampler names points, hears how they did, and names better ones. It draws from the chance that it was
 * given and knows nothing of workers: what it is told comes in the order in which it asked, so that equal seeds give equal
 * searches whoever evaluates.
 */
import type { Losses } from "./pareto.ts";
import type { Point, SearchSpace } from "./space.ts";
import type { Chance } from "../../domain/values/chance.ts";

export interface Told {
  readonly point: Point;
  /** One for each objective, lower is better; null when the trial could not be rated. */
  readonly losses: Losses | null;
}

export interface Sampler {
  /** Possible points that were never asked before; fewer than `count`, or none, when the space holds no more. */
  ask(count: number): readonly Point[];
  /** Outcomes of what was asked, in that order; of the last batch perhaps only the first ones. */
  tell(told: readonly Told[]): void;
}

/** Uniform draws without repeats. */
export const randomSampler = (space: SearchSpace, chance: Chance): Sampler => {
  const seen = new Set<string>();
  return { ask: (count) => freshPoints(count, () => space.fresh(seen, chance)), tell: () => undefined };
};

export const freshPoints = (count: number, draw: () => Point | undefined): readonly Point[] => {
  const points: Point[] = [];
  while (points.length < count) {
    const point = draw();
    if (point === undefined) break;
    points.push(point);
  }
  return points;
};

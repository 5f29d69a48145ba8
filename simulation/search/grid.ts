/**
 * Every combination, or, where there are more than the search may evaluate, an even thinning: every choice and flag is kept
 * whole, each number gets as many evenly spaced values, ends included, as fit. Impossible combinations are left out and
 * counted; they use up nothing.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import type { Sampler } from "./sampler.ts";
import type { Axis, Point, SearchSpace } from "./space.ts";

/** Combinations walked through at most, impossible ones included. */
const WALKED_MAX = 10_000_000;

/** Throws `Invalid` when not even the choices fit into `epochs`. */
export const gridSampler = (space: SearchSpace, epochs: number): Sampler => {
  const points = thinned(space, epochs);
  let next = 0;
  return {
    ask(count) {
      const asked = points.slice(next, next + count);
      next += asked.length;
      return asked;
    },
    tell: () => undefined,
  };
};

const thinned = (space: SearchSpace, epochs: number): readonly Point[] => {
  if (space.size <= WALKED_MAX) {
    const all = possibleOf(space, () => Infinity, epochs);
    if (all !== undefined) return all;
  }
  let found: readonly Point[] = [];
  let impossible = 0;
  for (let levels = 1; ; levels += 1) {
    const walked = space.axes.reduce(
      (product, axis) => product * Math.min(axis.levels, cap(axis, levels)),
      1,
    );
    const finer = walked > WALKED_MAX ? undefined : possibleOf(space, (axis) => cap(axis, levels), epochs);
    // Whatever has a bound was tried whole above, and the rest grows with each round, so the rounds end.
    if (finer === undefined) break;
    if (finer.length >= found.length) [found, impossible] = [finer, space.impossible];
  }
  space.impossible = impossible;
  if (found.length === 0)
    throw new Invalid("epochs", "enough for one value of each choice (or fix some by params)", epochs);
  return found;
};

const cap = (axis: Axis, levels: number): number => (axis.kind === "choice" ? axis.levels : levels);

/** Undefined when there are more than `most`. */
const possibleOf = (
  space: SearchSpace,
  levels: (axis: Axis) => number,
  most: number,
): readonly Point[] | undefined => {
  space.impossible = 0;
  const points: Point[] = [];
  for (const point of space.walk(space.axes.map((axis) => Math.min(axis.levels, levels(axis))))) {
    if (!space.possible(point)) continue;
    points.push(point);
    if (points.length > most) return undefined;
  }
  return points;
};

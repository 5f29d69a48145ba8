/**
 * Take-profit targets of a position, nearest first: at each price a part of what is held then is sold, or bought back for a short. A
 * ladder that takes 50, 30 and 20 % of the whole has the parts 0.5, 0.6 and 1.
 */
import { Invalid } from "../values/invalid.ts";

export interface Target {
  /** Reached by a trade at it or beyond: above for a long, below for a short. */
  readonly price: number;
  /** Of what is held then: above 0, to 1. */
  readonly part: number;
}

export const TARGETS_MAX = 16;
export const NO_TARGETS: readonly never[] = [];

/** Whose profit they are: 1 a long's, -1 a short's, 0 where one target without a stop does not tell. */
export const wayOf = (targets: readonly Pick<Target, "price">[], stopPrice: number | undefined): number => {
  const [first, second] = targets;
  if (first === undefined) return 0;
  if (stopPrice !== undefined) return Math.sign(first.price - stopPrice);
  return second === undefined ? 0 : Math.sign(second.price - first.price);
};

/** Throws `Invalid` naming the field of the first that cannot be. */
export const checkTargets = (
  targets: readonly Target[],
  stopPrice: number | undefined,
  field: string,
): void => {
  if (targets.length > TARGETS_MAX)
    throw new Invalid(field, `at most ${TARGETS_MAX} targets`, targets.length);
  const way = wayOf(targets, stopPrice);
  let before = stopPrice;
  for (const [k, { price, part }] of targets.entries()) {
    if (!(price > 0 && price < Infinity))
      throw new Invalid(`${field}[${k}].price`, "a number above zero", price);
    if (before !== undefined && !((price - before) * way > 0))
      throw new Invalid(`${field}[${k}].price`, beyond(way, before, k), price);
    if (!(part > 0 && part <= 1))
      throw new Invalid(`${field}[${k}].part`, "a part of what is held, above 0, to 1", part);
    if (part === 1 && k < targets.length - 1)
      throw new Invalid(`${field}[${k}].part`, "below 1 but for the last", part);
    before = price;
  }
};

const beyond = (way: number, before: number, k: number): string =>
  `a price ${way > 0 ? "above" : way < 0 ? "below" : "other than"} ${k === 0 ? "the stop's" : "the one before"}, ${before}`;

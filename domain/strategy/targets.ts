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
  /**
   * A number of its own, for one who tells a ladder again at other prices: those of a number that was reached, or of a lower one, count as
   * done. They rise along a ladder, and from one position's to the next one's. Without them price and part tell which is which.
   */
  readonly rung?: number;
}

interface Reached {
  readonly price: unknown;
  readonly part: number;
  readonly rung?: number;
}

/** Whether `one` was reached when `done` was. */
export const isDoneWith = (one: Reached, done: Reached): boolean =>
  one.rung === undefined || done.rung === undefined ? sameTarget(one, done) : done.rung >= one.rung;

export const sameTarget = (one: Reached, other: Reached): boolean =>
  one.price === other.price && one.part === other.part && one.rung === other.rung;

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
  let numbered = -1;
  for (const [k, { price, part, rung }] of targets.entries()) {
    if ((rung === undefined) !== (targets[0]!.rung === undefined))
      throw new Invalid(`${field}[${k}].rung`, "a number for each target, or for none", rung);
    if (rung !== undefined) {
      if (!(Number.isSafeInteger(rung) && rung > numbered))
        throw new Invalid(`${field}[${k}].rung`, `a whole number above ${numbered}`, rung);
      numbered = rung;
    }
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

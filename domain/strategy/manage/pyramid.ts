/**
 * Pyramiding: a wish is split into a first part and adds, each smaller than the one before. Adds are made while the price goes the
 * position's way, at least so far from the last entry; all together are never more than the wish.
 */

export interface Pyramid {
  /** After the first part. */
  readonly adds: number;
  /** How far from the last entry: a ratio of its price, or average true ranges over `length` candles. */
  readonly spacing: { readonly ratio: number } | { readonly ranges: number; readonly length: number };
  /** Each part to the one before, below 1. */
  readonly ratio: number;
  /** Where an add moves the stop: to the average entry, or nowhere. */
  readonly stop: "average" | "keep";
}

/** Of the wish: 1 / (1 + r + ... + r^adds), and each r times the one before, so that they sum to 1. */
export const partsOfWish = ({ adds, ratio }: Pick<Pyramid, "adds" | "ratio">): readonly number[] => {
  const weights = Array.from({ length: adds + 1 }, (_, k) => ratio ** k);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
};

/** The price at which the next add is due. `way`: 1 long, -1 short; `range`: the average true range, NaN while there is none. */
export const addPrice = (
  { spacing }: Pick<Pyramid, "spacing">,
  lastEntry: number,
  way: number,
  range: number,
): number =>
  "ratio" in spacing ? lastEntry * (1 + way * spacing.ratio) : lastEntry + way * spacing.ranges * range;

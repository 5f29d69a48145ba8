/**
 * Where the numbers of a set stand while it is screened. Sets go four by four: a group has four neighbouring places for each
 * field, one for each of its sets, in singles or, of a mask or a count, in whole numbers of 32 bits.
 */
import { BLOCK } from "../ground.ts";

export const LANES = 4;

/** Parameters; all 0 until the set's indicators are warm, so that nothing rises. */
export const given = {
  /** What an average keeps of its distance to the close: 1 - 2 / (length + 1). */
  fastKept: 0,
  slowKept: 1,
  /** Weight of a new number in Wilder's averages: 1 / length. */
  strengthWeight: 2,
  rangeWeight: 3,
  /** RSI ceiling / 100. */
  ceiling: 4,
  distance: 5,
  /** Of the equity, what a purchase is worth at the close it is decided on. */
  share: 6,
} as const;

/** What a candle changes. Equity is a multiple of the starting balance; all prices are distances to the last close. */
export const changed = {
  /** Averages less the close. */
  fast: 7,
  slow: 8,
  /** Wilder's averages of rises, falls and true ranges. */
  up: 9,
  down: 10,
  range: 11,
  /** How far below the close the stop stands; -Infinity: sells at the next open. */
  stop: 12,
  equity: 13,
  /** Of the base, for one unit of the starting balance. */
  quantity: 14,
  /** Masks, -1 or 0: holds, or would while it warms up; buys at the next open. */
  held: 15,
  wanted: 16,
  trades: 17,
} as const;

/** Of a group, in numbers. */
export const GROUP = LANES * 18;

/** Columns of a block, one after the other; each number is worked out in doubles before it is rounded to a single. */
export const column = {
  /** Close, open and low against the close before: close - before, open - before, before - low. */
  change: 0,
  gap: 1,
  dip: 2,
  rise: 3,
  fall: 4,
  range: 5,
  /** 1 / the close before. */
  inverse: 6,
  /** What a unit bought at the open is short of at the close before: gap + open * cost of buying. */
  entry: 7,
  /** The close before * cost of selling. */
  worth: 8,
} as const;
export const COLUMNS = 9;
export const placeOf = (name: keyof typeof column): number => column[name] * BLOCK;

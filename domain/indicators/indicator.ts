/**
 * The shape of a streaming indicator: numbers go in one by one and cost O(1) each. After save, JSON and load
 * it goes on with bit for bit the same values, so that a strategy can move between processes.
 */
import { Invalid } from "../values/invalid.ts";
import { readCount } from "../values/read.ts";

/** Plain JSON: finite numbers and lists of them. */
export type IndicatorState = Readonly<Record<string, number | readonly number[]>>;

export interface Indicator {
  /** How many inputs give no value before the first that does. */
  readonly lookback: number;
  /** The value after `x`; NaN until warm. */
  push(x: number): number;
  save(): IndicatorState;
  /** Takes up a saved state; `Invalid` naming `field` when it was saved by another shape or length. */
  load(saved: unknown, field?: string): void;
}

/** Lengths and memories count inputs. */
export const checkedLength = (length: number, field: string): number => readCount(length, field, 1);

/** Refuses a state saved under another length: its numbers would mean something else. */
export const sameLength = (length: number, saved: unknown, field: string): void => {
  if (saved !== length) throw new Invalid(field, `${length}, as this indicator has`, saved);
};

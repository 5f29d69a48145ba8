/**
 * Columns computed on all candles beside the same computed on the first part of them alone. What is known at a candle's close
 * cannot depend on candles after it, so every row that both have must be equal: one that is not has looked ahead.
 */
import type { Feature } from "./foresight.ts";

export interface CutDifference {
  readonly name: string;
  /** Rows that both have. */
  readonly rows: number;
  readonly differing: number;
  /** The first row that differs, and its values; null where none does. */
  readonly first: { readonly row: number; readonly full: number; readonly cut: number } | null;
  /** Candles from the first differing row to the cut: how far ahead is looked, or, near all rows, that all data are used. */
  readonly reach: number;
}

/** `cut`: the columns of the same names over the first candles. Distances up to `tolerance`, relative, are rounding. */
export const cutDifferences = (
  full: readonly Feature[],
  cut: readonly Feature[],
  tolerance: number,
): readonly CutDifference[] =>
  cut.flatMap(({ name, values }) => {
    const whole = full.find((each) => each.name === name)?.values;
    if (whole === undefined) return [];
    const rows = Math.min(whole.length, values.length);
    let differing = 0;
    let first: CutDifference["first"] = null;
    for (let row = 0; row < rows; row += 1) {
      if (equal(whole[row]!, values[row]!, tolerance)) continue;
      differing += 1;
      first ??= { row, full: whole[row]!, cut: values[row]! };
    }
    return [{ name, rows, differing, first, reach: first === null ? 0 : rows - first.row }];
  });

const equal = (a: number, b: number, tolerance: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));

/** Which times must still be asked for, given a series and what an unfinished download has asked for already. */
import { openOf, timeframes, type Timeframe } from "../market/candle.ts";
import type { Timestamp } from "../values/values.ts";
import type { CandleTable } from "./candle-table.ts";

/** Open times, `to` excluded. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Wished {
  readonly from: number;
  readonly until: number;
  /** Holes inside the series too: often there is nothing to be had for them. */
  readonly fillGaps: boolean;
}

/** `have` ascends; `covered` has been asked for already, whatever came of it. */
export const lacking = (
  have: CandleTable,
  covered: readonly Range[],
  timeframe: Timeframe,
  { from, until, fillGaps }: Wished,
): readonly Range[] => {
  const span = timeframes[timeframe];
  const start = openOf((from + span - 1) as Timestamp, timeframe);
  const end = openOf((until + span - 1) as Timestamp, timeframe);
  const ranges: Range[] = [];
  const add = (first: number, to: number): void => {
    const clipped = { from: Math.max(first, start), to: Math.min(to, end) };
    if (clipped.from < clipped.to) ranges.push(...without(clipped, covered));
  };
  if (have.length === 0) add(start, end);
  else {
    add(start, have.at[0]!);
    for (let row = 1; fillGaps && row < have.length; row += 1)
      if (have.at[row]! - have.at[row - 1]! > span) add(have.at[row - 1]! + span, have.at[row]!);
    add(have.at[have.length - 1]! + span, end);
  }
  return ranges;
};

const without = (whole: Range, covered: readonly Range[]): readonly Range[] => {
  const left: Range[] = [];
  let { from } = whole;
  for (const each of [...covered].sort((a, b) => a.from - b.from)) {
    if (each.from > from) left.push({ from, to: Math.min(each.from, whole.to) });
    from = Math.max(from, each.to);
    if (from >= whole.to) return left.filter((range) => range.from < range.to);
  }
  left.push({ from, to: whole.to });
  return left.filter((range) => range.from < range.to);
};

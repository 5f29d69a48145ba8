/**
 * What all parameter sets of a population are reckoned on: one market's candles, where trading begins, and where days end. Rows
 * are gone through in blocks, so that the indicators of all sets stay in the processor's cache; a piece of a block ends where a
 * day does, or where trading begins.
 */
import type { CandleTable } from "../../domain/history/candle-table.ts";
import { Invalid } from "../../domain/values/invalid.ts";

/** Rows of a block: 4 KiB a column. */
export const BLOCK = 512;
const DAY_MS = 86_400_000;

export interface Piece {
  /** Rows [begin, end). */
  readonly begin: number;
  readonly end: number;
  /** Whether orders are sent: false while it warms up. */
  readonly live: boolean;
  /** Whether its last row is the last that closes on its day, in UTC; a close at midnight belongs to the day that ends there. */
  readonly endsDay: boolean;
}

export interface Ground {
  readonly candles: CandleTable;
  /** From a candle's open to its close, ms. */
  readonly span: number;
  readonly blocks: readonly (readonly Piece[])[];
  /** When the last candle of each day closes less 1 ms, of the days traded on. */
  readonly days: Float64Array;
}

/**
 * `candles`: ascending. Candles that close by `from` warm up, in ms. Throws `Invalid` for prices that are none, and where no
 * candle is left to trade on.
 */
export const groundOf = (candles: CandleTable, span: number, from: number): Ground => {
  const { length, at } = candles;
  for (const name of ["open", "high", "low", "close"] as const)
    for (let row = 0; row < length; row += 1)
      if (!(candles[name][row]! > 0 && candles[name][row]! < Infinity))
        throw new Invalid(`candles: ${name} at ${at[row]}`, "a price above 0", candles[name][row]);
  const first = candles.indexOf(from - span + 1);
  if (first >= length) throw new Invalid("candles", `candles that close after ${from}`, length);
  const dayOf = (row: number): number => Math.floor((at[row]! + span - 1) / DAY_MS);
  const blocks: Piece[][] = [];
  const days: number[] = [];
  let begin = 0;
  let block: Piece[] = [];
  for (let end = 1; end <= length; end += 1) {
    const endsDay = end > first && (end === length || dayOf(end) !== dayOf(end - 1));
    const full = end % BLOCK === 0 || end === length;
    if (!endsDay && !full && end !== first) continue;
    block.push({ begin, end, live: begin >= first, endsDay });
    if (endsDay) days.push(at[end - 1]! + span - 1);
    begin = end;
    if (!full) continue;
    blocks.push(block);
    block = [];
  }
  return { candles, span, blocks, days: Float64Array.from(days) };
};

/** Candles brought into the order that everybody relies on: ascending, each open time once. */
import type { CandleTable } from "./candle-table.ts";
import { CandleTable as Table } from "./candle-table.ts";

export interface Ordered {
  readonly candles: CandleTable;
  /** Rows left out because an equal one was there. */
  readonly duplicates: number;
  /** Open times of which there were several different candles: the last in the source stands. */
  readonly conflicts: readonly number[];
}

export const isAscending = ({ at, length }: CandleTable): boolean => {
  for (let row = 1; row < length; row += 1) if (at[row]! <= at[row - 1]!) return false;
  return true;
};

export const inOrder = (table: CandleTable): Ordered => {
  if (isAscending(table)) return { candles: table, duplicates: 0, conflicts: [] };
  const rows = Array.from({ length: table.length }, (_, row) => row);
  rows.sort((a, b) => table.at[a]! - table.at[b]! || a - b);
  const candles = new Table(table.length);
  const conflicts = new Set<number>();
  let duplicates = 0;
  for (const row of rows) {
    const last = candles.length - 1;
    if (last >= 0 && candles.at[last] === table.at[row]) {
      if (candles.sameAs(last, table, row)) duplicates += 1;
      else conflicts.add(table.at[row]!);
      candles.length = last;
    }
    candles.take(table, row);
  }
  return { candles, duplicates, conflicts: [...conflicts] };
};

/** Both together, in order; of a time that both have, `fresh` stands. */
export const merged = (old: CandleTable, fresh: CandleTable): CandleTable => {
  const both = new Table(old.length + fresh.length);
  both.append(old);
  both.append(fresh);
  return inOrder(both).candles;
};

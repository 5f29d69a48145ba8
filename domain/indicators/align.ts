/** Several tables of candles on one grid of time, for indicators over more than one instrument. */
import { type Column, columns } from "./declaration.ts";

type Table = Readonly<Record<Column, Float64Array>>;

/**
 * Tables of equal length with the same open times, each ascending. `everywhere`: only times that all tables have; else all
 * times that any has, and NaN where a table lacks one.
 */
export const aligned = (tables: readonly Table[], everywhere: boolean): readonly Table[] => {
  const places = tables.map(() => 0);
  const rows: number[][] = [];
  const times: number[] = [];
  for (;;) {
    const at = Math.min(...tables.map((table, i) => table.openAt[places[i]!] ?? Infinity));
    if (at === Infinity) break;
    const row = tables.map((table, i) => (table.openAt[places[i]!] === at ? places[i]! : -1));
    for (const [i, place] of row.entries()) if (place >= 0) places[i]! += 1;
    if (everywhere && row.includes(-1)) continue;
    rows.push(row);
    times.push(at);
  }
  return tables.map((table, i) => {
    const of = (column: Column): Float64Array =>
      column === "openAt"
        ? Float64Array.from(times)
        : Float64Array.from(rows, (row) => (row[i]! < 0 ? Number.NaN : table[column][row[i]!]!));
    return Object.fromEntries(columns.map((column) => [column, of(column)])) as unknown as Table;
  });
};

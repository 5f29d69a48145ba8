/** A file of candles as columns of numbers. */
import { basename } from "node:path";
import type { Column } from "../domain/indicators/declaration.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { existsSync } from "node:fs";
import { cellNumber, tableOf } from "../sandbox/market/files.ts";

export type CandleColumns = Readonly<Record<Column, Float64Array>>;

const names = ["openAt", "open", "high", "low", "close", "volume"] as const;
const header = "ts_ms,open,high,low,close,volume";

/** In the file's order. Throws `Invalid` naming the file, with line and column where a cell is no number. */
export const readColumns = (path: string): CandleColumns => {
  if (!existsSync(path)) throw new Invalid("candles", "a file that exists", path);
  const lines = tableOf(path, header);
  const columns = names.map(() => new Float64Array(lines.length));
  let before = -Infinity;
  for (const [t, line] of lines.entries()) {
    const cells = line.split(",");
    for (const [i, name] of names.entries())
      columns[i]![t] = cellNumber(cells[i], path, t + 2, i === 0 ? "ts_ms" : name);
    const at = columns[0]![t]!;
    if (at <= before)
      throw new Invalid(`${basename(path)}:${t + 2} ts_ms`, "a time after the row before", at);
    before = at;
  }
  return Object.fromEntries(names.map((name, i) => [name, columns[i]!])) as CandleColumns;
};

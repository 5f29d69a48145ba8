/** A file of candles as columns of numbers, in ascending time. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { candleBlocks } from "../adapters/history/candle-file.ts";
import { CandleTable } from "../domain/history/candle-table.ts";
import type { Column } from "../domain/indicators/declaration.ts";
import { Invalid } from "../domain/values/invalid.ts";

export type CandleColumns = Readonly<Record<Column, Float64Array>>;

/**
 * Of any layout of docs/history.md. Throws `Invalid` naming the file, with line and column where a cell is no number, and for a
 * time that is not after the one before.
 */
export const readColumns = async (path: string): Promise<CandleColumns> => {
  if (!existsSync(path)) throw new Invalid("candles", "a file that exists", path);
  const table = new CandleTable();
  for await (const { candles } of candleBlocks(path)) table.append(candles);
  for (let row = 1; row < table.length; row += 1)
    if (table.at[row]! <= table.at[row - 1]!)
      throw new Invalid(
        `${basename(path)} candle ${row + 1}`,
        "a time after the candle before",
        new Date(table.at[row]!).toISOString(),
      );
  const { at, open, high, low, close, volume } = table.rows(0, table.length);
  return { openAt: at, open, high, low, close, volume };
};

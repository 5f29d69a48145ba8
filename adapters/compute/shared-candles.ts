/** Candles in memory that all threads see: seven columns of doubles, one after the other, written once. */
import { CandleTable } from "../../domain/history/candle-table.ts";

export interface SharedCandles {
  readonly length: number;
  readonly buffer: SharedArrayBuffer;
}

const columns = ["at", "open", "high", "low", "close", "volume", "trades"] as const;

/** A copy; the table may go. */
export const shareCandles = (table: CandleTable): SharedCandles => {
  const { length } = table;
  const buffer = new SharedArrayBuffer(columns.length * length * Float64Array.BYTES_PER_ELEMENT);
  const shared = { length, buffer };
  const view = sharedTable(shared);
  for (const name of columns) view[name].set(table[name].subarray(0, length));
  return shared;
};

/** A view on the shared memory, to read. */
export const sharedTable = ({ length, buffer }: SharedCandles): CandleTable => {
  const table = new CandleTable(0);
  for (const [i, name] of columns.entries())
    table[name] = new Float64Array(buffer, i * length * Float64Array.BYTES_PER_ELEMENT, length);
  table.length = length;
  return table;
};

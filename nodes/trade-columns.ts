/** A file of recorded trades as columns of candles of one trade each: what an indicator reads candles for, it can read trades for. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { Invalid } from "../domain/values/invalid.ts";
import { cellNumber, tableOf } from "../sandbox/market/files.ts";
import type { CandleColumns } from "./candle-columns.ts";

const HEADER = "ts_ms,price,amount,side,id";

/**
 * `XRP_ETH-trades.csv`, `.gz` or not, with the header `ts_ms,price,amount,side,id`. Several trades may have one time. Throws `Invalid`
 * naming file, line and column, or a time that goes back.
 */
export const readTradeColumns = (path: string): CandleColumns => {
  if (!existsSync(path)) throw new Invalid("trades", "a file that exists", path);
  const lines = tableOf(path, HEADER);
  const column = (): Float64Array => new Float64Array(lines.length);
  const [openAt, price, volume] = [column(), column(), column()];
  for (const [t, line] of lines.entries()) {
    const cells = line.split(",");
    // The header is line 1.
    openAt[t] = cellNumber(cells[0], path, t + 2, "ts_ms");
    price[t] = cellNumber(cells[1], path, t + 2, "price");
    volume[t] = cellNumber(cells[2], path, t + 2, "amount");
    if (t > 0 && openAt[t] < openAt[t - 1]!)
      throw new Invalid(`${basename(path)}:${t + 2} ts_ms`, "a time not before the line above", cells[0]);
  }
  return { openAt, open: price, high: price, low: price, close: price, volume };
};

/**
 * Candle files in the formats that others read, each there whole or not at all. Numbers are written with the fewest decimals that read back as the same double.
 */
import { existsSync } from "node:fs";
import type { CandleTable } from "../../domain/history/candle-table.ts";
import { timeframes, type Timeframe } from "../../domain/market/candle.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { writeText, writeWhole } from "./whole-file.ts";

/** Endings by format. */
export const formats = {
  csv: ".csv",
  "csv.gz": ".csv.gz",
  freqtrade: ".json",
  binance: ".csv",
  parquet: ".parquet",
} as const;
export type Format = keyof typeof formats;

/** Rows turned into text at a time. */
const ROWS = 4_096;

export interface Place {
  readonly path: string;
  readonly format: Format;
  readonly timeframe: Timeframe;
  /** Without it a file that exists is refused. */
  readonly force?: boolean | undefined;
}

/** Throws `Invalid` for a file that is there already, unless `force`. */
export const expectFree = ({ path, force }: Pick<Place, "path" | "force">): void => {
  if (force !== true && existsSync(path))
    throw new Invalid(path, "a file that does not exist (--force writes over it)", "one that does");
};

export const writeCandles = async (candles: CandleTable, place: Place): Promise<void> => {
  const { path, format, timeframe } = place;
  expectFree(place);
  await writeWhole(path, async (beside) => {
    if (format === "parquet") {
      const { writeParquet } = await import("./parquet.ts");
      await writeParquet(beside, candles);
    } else await writeText(beside, textOf(candles, format, timeframe), path.endsWith(".gz"));
  });
};

function* textOf(candles: CandleTable, format: Format, timeframe: Timeframe): Generator<string> {
  const counted = candles.trades.subarray(0, candles.length).some((trades) => trades > 0);
  const json = format === "freqtrade";
  if (json) yield "[";
  else if (format !== "binance") yield csvHeader(counted);
  for (let start = 0; start < candles.length; start += ROWS) {
    const end = Math.min(candles.length, start + ROWS);
    let text = "";
    for (let row = start; row < end; row += 1) {
      if (json) text += `${row === 0 ? "" : ","}[${csvRow(candles, row, false).trimEnd()}]`;
      else text += format === "binance" ? klineRow(candles, row, timeframe) : csvRow(candles, row, counted);
    }
    yield text;
  }
  if (json) yield "]";
}

export const csvHeader = (counted: boolean): string =>
  `ts_ms,open,high,low,close,volume${counted ? ",trades" : ""}\n`;

/** A line of our own layout. */
export const csvRow = (
  { at, open, high, low, close, volume, trades }: CandleTable,
  row: number,
  counted: boolean,
): string =>
  `${at[row]!},${plain(open[row]!)},${plain(high[row]!)},${plain(low[row]!)},${plain(close[row]!)},${plain(volume[row]!)}${counted ? `,${trades[row]!}` : ""}\n`;

/** Open time, prices, volume, close time, quote volume, trades, taker's volumes, unused: what a candle does not hold is 0. */
const klineRow = (candles: CandleTable, row: number, timeframe: Timeframe): string => {
  const closeAt = candles.at[row]! + timeframes[timeframe] - 1;
  return `${csvRow(candles, row, false).trimEnd()},${closeAt},0,${candles.trades[row]!},0,0,0\n`;
};

/** Without an exponent, which not every reader takes. */
export const plain = (value: number): string => {
  const text = String(value);
  const at = text.indexOf("e");
  if (at < 0) return text;
  const [whole = "", fraction = ""] = text.slice(0, at).split(".");
  const shift = Number(text.slice(at + 1));
  if (shift < 0) return `0.${"0".repeat(-shift - 1)}${whole}${fraction}`;
  return whole + fraction.padEnd(shift, "0");
};

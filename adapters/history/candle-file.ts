/**
 * The one way in for recorded candles: a file of any format that is known here becomes a table, and a path becomes the candle
 * files under it. What a file is, its content tells; what it is of, its name.
 */
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { CandleTable } from "../../domain/history/candle-table.ts";
import { timeframeOf } from "../../domain/history/timeframe-of.ts";
import { timeframe, type Timeframe } from "../../domain/market/candle.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { candleName } from "./candle-name.ts";
import { textBlocks, type Block } from "./candle-text.ts";

export interface RecordedCandles {
  readonly path: string;
  /** As ccxt spells it; undefined when the name does not tell. */
  readonly symbol: string | undefined;
  readonly timeframe: Timeframe;
  /** How the file was read, for people. */
  readonly layout: string;
  /** In the file's order. */
  readonly candles: CandleTable;
}

export interface Wanted {
  /** First and one past the last open time, ms. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Where the name does not tell, or tells wrongly. */
  readonly timeframe?: Timeframe | undefined;
}

/** Block by block, for what need not stay in memory. A block is read over again. */
export const candleBlocks = async function* (path: string): AsyncGenerator<Block> {
  if (path.endsWith(".parquet")) {
    const { parquetBlocks } = await import("./parquet.ts");
    yield* parquetBlocks(path);
  } else if (/\.(csv|json|txt)(\.gz)?$/i.test(path)) yield* textBlocks(path);
  else
    throw new Invalid(path, "a file that ends in .csv, .csv.gz, .json, .json.gz or .parquet", basename(path));
};

/** Throws `Invalid` naming file, line and field for what cannot be read, and when nobody tells the timeframe. */
export const readCandles = async (path: string, wanted: Wanted = {}): Promise<RecordedCandles> => {
  const { from = -Infinity, to = Infinity } = wanted;
  const candles = new CandleTable();
  let layout = "";
  for await (const block of candleBlocks(path)) {
    layout = block.layout;
    if (from === -Infinity && to === Infinity) candles.append(block.candles);
    else
      for (let row = 0; row < block.candles.length; row += 1) {
        const at = block.candles.at[row]!;
        if (at >= from && at < to) candles.take(block.candles, row);
      }
  }
  const named = candleName(basename(path));
  const frame = wanted.timeframe ?? named?.timeframe ?? timeframeOf(candles);
  if (frame === undefined)
    throw new Invalid(basename(path), "a name with a timeframe, such as BTC_USDT-5m.csv.gz", basename(path));
  return { path, symbol: named?.symbol, timeframe: frame, layout, candles };
};

export interface CandleFile {
  readonly path: string;
  /** As ccxt spells it; undefined when the name does not tell. */
  readonly symbol: string | undefined;
  readonly timeframe: Timeframe;
}

export interface Chosen {
  readonly symbols?: readonly string[] | undefined;
  readonly timeframe?: string | undefined;
}

/**
 * The candle files in a folder and those below it, by name, or the one file. A single file is taken whatever its name is, as long
 * as somebody tells its timeframe. Throws `Invalid` for `field` when there is no such path, or nothing in it that was asked for.
 */
export const candleFiles = (path: string, field: string, chosen: Chosen = {}): readonly CandleFile[] => {
  const wanted = chosen.timeframe === undefined ? undefined : timeframe(chosen.timeframe);
  const found = pathsUnder(path, field).flatMap((each): CandleFile[] => {
    const named = candleName(basename(each));
    if (each === path) return [{ path, symbol: named?.symbol, timeframe: (wanted ?? named?.timeframe)! }];
    if (named === undefined || (wanted !== undefined && named.timeframe !== wanted)) return [];
    return [{ path: each, symbol: named.symbol, timeframe: named.timeframe }];
  });
  const asked = chosen.symbols;
  const files =
    asked === undefined
      ? found
      : found.filter(({ symbol }) => symbol !== undefined && asked.includes(symbol));
  if (files.length === 0)
    throw new Invalid(field, "candle files named like BTC_USDT-5m.csv.gz, of the pairs asked for", path);
  return files;
};

const pathsUnder = (path: string, field: string): readonly string[] => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new Invalid(field, "a file or folder that exists", path);
  if (!found.isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
};

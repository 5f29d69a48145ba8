/**
 * Trades put away for good and brought back: `venue=/instrument=/date=/trades.parquet`, a file for each UTC day that is over, where the
 * recorder puts its own. Manifest and checksums are those of the candles.
 */
import { join } from "node:path";
import { TradeTable } from "../../domain/history/trade-table.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { DAY_MS, dateOf, FILE, folderOf } from "../ticks/duckdb-partitions.ts";
import { putAway, stateOf, type Archived, type Portion } from "./archive.ts";
import { readManifest, sha256, type ArchivedFile } from "./manifest.ts";
import { readTradeParquet, writeTradeParquet } from "./trade-parquet.ts";
import type { Wanted } from "./restore.ts";

export interface TradeSeries {
  readonly venue: string;
  readonly symbol: string;
  /** Ascending in time. */
  readonly trades: TradeTable;
}

/** Writes the days that are new, and the manifest. A day is over when a later trade is known. */
export const archiveTrades = async (
  archive: string,
  { venue, symbol, trades }: TradeSeries,
  force = false,
): Promise<Archived> => {
  for (let row = 1; row < trades.length; row += 1)
    if (trades.at[row]! < trades.at[row - 1]!)
      throw new Invalid(`${venue}:${symbol} trades`, "ascending times", trades.at[row]);
  const folder = folderOf(archive, `${venue}:${symbol}`);
  const shelf = { venue, symbol, timeframe: "trades", folder, file: FILE } as const;
  return putAway(archive, shelf, daysOf(trades), force);
};

function* daysOf(trades: TradeTable): Generator<Portion> {
  for (let start = 0; start < trades.length;) {
    const name = dateOf(trades.at[start]!);
    const next = trades.indexOf(Date.parse(name) + DAY_MS);
    const rows = trades.rows(start, next);
    yield {
      ...{ name, over: next < trades.length, rows: rows.length },
      ...{ from: rows.at[0]!, to: rows.at[rows.length - 1]! },
      content: () => contentOf(rows),
      write: (path) => writeTradeParquet(path, rows),
    };
    start = next;
  }
}

const contentOf = (rows: TradeTable): string =>
  sha256(
    Buffer.concat(
      (["at", "price", "amount", "side", "id"] as const).map((name) => {
        const { buffer, byteOffset, byteLength } = rows[name];
        return Buffer.from(buffer, byteOffset, byteLength);
      }),
    ),
  );

export interface TradeShelf {
  readonly venue: string;
  readonly symbol: string;
  readonly files: readonly ArchivedFile[];
}

/** The trades of an archive that are wanted, by instrument, oldest file first. */
export const tradeShelvesOf = async (
  archive: string,
  { symbols, from = -Infinity, until = Infinity }: Omit<Wanted, "timeframe">,
): Promise<readonly TradeShelf[]> => {
  const files = (await readManifest(archive, true)).filter(
    ({ timeframe, symbol, from: first, to }) =>
      timeframe === "trades" && symbols?.includes(symbol) !== false && to >= from && first < until,
  );
  return [...Map.groupBy(files, ({ venue, symbol }) => `${venue} ${symbol}`).values()].map((own) => ({
    ...{ venue: own[0]!.venue, symbol: own[0]!.symbol },
    files: own.sort((a, b) => a.from - b.from),
  }));
};

/** Throws `Invalid` for the first file that is not as it was written. */
export const restoreTrades = async (
  archive: string,
  { files }: TradeShelf,
  { from = -Infinity, until = Infinity }: Pick<Wanted, "from" | "until">,
): Promise<TradeTable> => {
  const trades = new TradeTable();
  for (const file of files) {
    const what = await stateOf(archive, file);
    if (what !== undefined) throw new Invalid(file.path, "the file that was archived", what);
    trades.append(await readTradeParquet(join(archive, file.path)));
  }
  return trades.within(from, until);
};

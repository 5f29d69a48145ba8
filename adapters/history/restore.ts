/** Series out of an archive, back as they were. Every file is checked against its checksum before a candle of it is taken. */
import { join } from "node:path";
import { CandleTable } from "../../domain/history/candle-table.ts";
import type { Timeframe } from "../../domain/market/candle.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { stateOf } from "./archive.ts";
import { readManifest, type ArchivedFile } from "./manifest.ts";
import { parquetBlocks } from "./parquet.ts";

export interface Wanted {
  readonly symbols?: readonly string[] | undefined;
  readonly timeframe?: string | undefined;
  /** First and one past the last open time, ms. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

export interface Shelf {
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly files: readonly ArchivedFile[];
}

/** The series of an archive that are wanted, each with its files, oldest first. */
export const shelvesOf = async (archive: string, wanted: Wanted): Promise<readonly Shelf[]> => {
  const { symbols, timeframe, from = -Infinity, until = Infinity } = wanted;
  const shelves = new Map<
    string,
    { venue: string; symbol: string; timeframe: Timeframe; files: ArchivedFile[] }
  >();
  for (const file of await readManifest(archive, true)) {
    if (symbols?.includes(file.symbol) === false) continue;
    const { timeframe: frame } = file;
    if (frame === "trades") continue;
    if ((timeframe ?? frame) !== frame) continue;
    if (file.to < from || file.from >= until) continue;
    const key = `${file.venue} ${file.symbol} ${frame}`;
    const shelf = shelves.get(key) ?? { ...file, timeframe: frame, files: [] };
    shelf.files.push(file);
    shelves.set(key, shelf);
  }
  return [...shelves.values()].map((shelf) => ({
    ...shelf,
    files: shelf.files.sort((a, b) => a.from - b.from),
  }));
};

/** Throws `Invalid` for the first file that is not as it was written. */
export const restoreShelf = async (
  archive: string,
  { files }: Shelf,
  wanted: Wanted,
): Promise<CandleTable> => {
  const candles = new CandleTable();
  for (const file of files) {
    const what = await stateOf(archive, file);
    if (what !== undefined) throw new Invalid(file.path, "the file that was archived", what);
    for await (const block of parquetBlocks(join(archive, file.path))) candles.append(block.candles);
  }
  return candles.within(wanted.from ?? -Infinity, wanted.until ?? Infinity);
};

/**
 * Candles put away for good: Parquet by venue, instrument, timeframe and day (`venue=/instrument=/timeframe=/date=/candles.parquet`;
 * daily and weekly candles by year), prices and volumes as whole numbers over a power of ten, so that they come back exactly. Only
 * periods that are over are taken, and what is once archived is not changed without force.
 */
import { existsSync } from "node:fs";
import { mkdir, open, readFile, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import type { CandleTable } from "../../domain/history/candle-table.ts";
import { divisorOf } from "../../domain/history/divisor.ts";
import { isAscending } from "../../domain/history/order.ts";
import { timeframes, type Timeframe } from "../../domain/market/candle.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { folderOf } from "../ticks/duckdb-partitions.ts";
import { readManifest, sha256, syncFolder, writeManifest, type ArchivedFile } from "./manifest.ts";
import { writeParquet, type Divisors } from "./parquet.ts";

const FILE = "candles.parquet";

export interface Series {
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Ascending. */
  readonly candles: CandleTable;
}

export interface Archived {
  readonly written: number;
  readonly unchanged: number;
  readonly rows: number;
  readonly bytes: number;
  /** Candles of a period that is not over. */
  readonly left: number;
}

/** Writes what is new of one series, and the manifest. Throws `Invalid` when archived candles would change, unless `force`. */
export const archiveSeries = async (archive: string, series: Series, force = false): Promise<Archived> => {
  const { venue, symbol, timeframe, candles } = series;
  if (!isAscending(candles))
    throw new Invalid(`${venue}:${symbol} ${timeframe}`, "ascending candles", "others");
  const files = new Map((await readManifest(archive)).map((file) => [file.path, file]));
  const folder = join(folderOf(archive, `${venue}:${symbol}`), `timeframe=${timeframe}`);
  const divisors = divisorsOf(candles);
  const told = { written: 0, unchanged: 0, rows: 0, bytes: 0, left: 0 };
  const begun: ArchivedFile[] = [];
  for (const { name, rows, over } of periodsOf(candles, timeframe)) {
    if (!over) {
      told.left += rows.length;
      continue;
    }
    const path = join(folder, `date=${name}`, FILE);
    const key = path
      .slice(archive.length + 1)
      .split(sep)
      .join("/");
    const content = contentOf(rows);
    const before = files.get(key);
    if (before?.candles === content && existsSync(path)) {
      told.unchanged += 1;
      continue;
    }
    if (before !== undefined && before.candles !== content && !force)
      throw new Invalid(key, "the candles that were archived (--force replaces them)", "others");
    const stored = await writeFile(path, rows, divisors);
    const [from, to] = [rows.at[0]!, rows.at[rows.length - 1]!];
    begun.push({
      path: key,
      ...stored,
      rows: rows.length,
      venue,
      symbol,
      timeframe,
      from,
      to,
      candles: content,
    });
    told.written += 1;
    told.rows += rows.length;
    told.bytes += stored.bytes;
  }
  for (const file of begun) files.set(file.path, file);
  if (begun.length > 0) await writeManifest(archive, [...files.values()]);
  return told;
};

interface Period {
  readonly name: string;
  readonly rows: CandleTable;
  readonly over: boolean;
}

/** By UTC day; by year from daily candles on, of which a day has one. */
function* periodsOf(candles: CandleTable, timeframe: Timeframe): Generator<Period> {
  const span = timeframes[timeframe];
  const known = candles.length === 0 ? 0 : candles.at[candles.length - 1]! + span;
  for (let start = 0; start < candles.length;) {
    const date = new Date(candles.at[start]!).toISOString().slice(0, 10);
    const name = span < timeframes["1d"] ? date : date.slice(0, 4);
    const end =
      span < timeframes["1d"] ? Date.parse(date) + timeframes["1d"] : Date.UTC(Number(name) + 1, 0, 1);
    const next = candles.indexOf(end);
    yield { name, rows: candles.rows(start, next), over: known >= end };
    start = next;
  }
}

const columns = ["open", "high", "low", "close", "volume", "trades"] as const;

const divisorsOf = (candles: CandleTable): Divisors =>
  Object.fromEntries(
    columns.flatMap((name) => {
      const divisor = divisorOf(candles[name].subarray(0, candles.length));
      return divisor === undefined ? [] : [[name, divisor]];
    }),
  );

const contentOf = (rows: CandleTable): string =>
  sha256(
    Buffer.concat(
      (["at", ...columns] as const).map((name) => {
        const column = rows[name];
        return Buffer.from(column.buffer, column.byteOffset, rows.length * 8);
      }),
    ),
  );

/** Beside its place, synced and renamed. */
const writeFile = async (
  path: string,
  rows: CandleTable,
  divisors: Divisors,
): Promise<{ readonly sha256: string; readonly bytes: number }> => {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.tmp`;
  await writeParquet(beside, rows, divisors);
  const file = await open(beside, "r");
  await file.sync();
  const bytes = await file.readFile();
  await file.close();
  await rename(beside, path);
  await syncFolder(dirname(path));
  return { sha256: sha256(bytes), bytes: bytes.length };
};

export interface Problem {
  readonly path: string;
  readonly what: "missing" | "damaged" | "not in the manifest";
}

/** Every file against its checksum, and what lies there beside them. */
export const verifyArchive = async (
  archive: string,
): Promise<{ readonly files: number; readonly bytes: number; readonly problems: readonly Problem[] }> => {
  const files = await readManifest(archive, true);
  const problems: Problem[] = [];
  let bytes = 0;
  for (const file of files) {
    const what = await stateOf(archive, file);
    bytes += file.bytes;
    if (what !== undefined) problems.push({ path: file.path, what });
  }
  const known = new Set(files.map(({ path }) => path));
  for (const entry of await readdir(archive, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
      .slice(archive.length + 1)
      .split(sep)
      .join("/");
    if (entry.isFile() && basename(path) === FILE && !known.has(path))
      problems.push({ path, what: "not in the manifest" });
  }
  return { files: files.length, bytes, problems };
};

/** Undefined for a file that is as it was written. */
export const stateOf = async (archive: string, file: ArchivedFile): Promise<Problem["what"] | undefined> => {
  const path = join(archive, file.path);
  if (!existsSync(path)) return "missing";
  return sha256(await readFile(path)) === file.sha256 ? undefined : "damaged";
};

/** Takes files out: of the manifest first, so that a crash leaves files too many and none too few. */
export const dropFromArchive = async (archive: string, dropped: readonly ArchivedFile[]): Promise<void> => {
  const gone = new Set(dropped.map(({ path }) => path));
  await writeManifest(
    archive,
    (await readManifest(archive, true)).filter(({ path }) => !gone.has(path)),
  );
  for (const { path } of dropped) await rm(dirname(join(archive, path)), { recursive: true, force: true });
};

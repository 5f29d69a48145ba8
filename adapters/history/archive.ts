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
/** What an archive may hold. */
const names = new Set([FILE, "trades.parquet"]);

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

/** A part of a series that becomes one file. */
export interface Portion {
  /** Of its folder: `date=<name>`. */
  readonly name: string;
  /** Whether nothing can be added to it any more. */
  readonly over: boolean;
  readonly rows: number;
  /** First and last time in it, ms. */
  readonly from: number;
  readonly to: number;
  /** Hash of what it holds. */
  content(): string;
  write(path: string): Promise<void>;
}

/** Writes what is new of one series, and the manifest. Throws `Invalid` when archived candles would change, unless `force`. */
export const archiveSeries = async (archive: string, series: Series, force = false): Promise<Archived> => {
  const { venue, symbol, timeframe, candles } = series;
  if (!isAscending(candles))
    throw new Invalid(`${venue}:${symbol} ${timeframe}`, "ascending candles", "others");
  const folder = join(folderOf(archive, `${venue}:${symbol}`), `timeframe=${timeframe}`);
  const divisors = divisorsOf(candles);
  const portions = function* (): Generator<Portion> {
    for (const { name, rows, over } of periodsOf(candles, timeframe))
      yield {
        ...{ name, over, rows: rows.length, from: rows.at[0]!, to: rows.at[rows.length - 1]! },
        content: () => contentOf(rows),
        write: (path) => writeParquet(path, rows, divisors),
      };
  };
  return putAway(archive, { venue, symbol, timeframe, folder, file: FILE }, portions(), force);
};

/** Throws `Invalid` when what was archived would change, unless `force`. */
export const putAway = async (
  archive: string,
  shelf: Pick<ArchivedFile, "venue" | "symbol" | "timeframe"> & {
    readonly folder: string;
    readonly file: string;
  },
  portions: Iterable<Portion>,
  force: boolean,
): Promise<Archived> => {
  const { folder, file, ...of } = shelf;
  const files = new Map((await readManifest(archive)).map((one) => [one.path, one]));
  const told = { written: 0, unchanged: 0, rows: 0, bytes: 0, left: 0 };
  const begun: ArchivedFile[] = [];
  for (const { name, over, rows, from, to, content: contentNow, write } of portions) {
    if (!over) {
      told.left += rows;
      continue;
    }
    const path = join(folder, `date=${name}`, file);
    const key = path
      .slice(archive.length + 1)
      .split(sep)
      .join("/");
    const content = contentNow();
    const before = files.get(key);
    if (before?.candles === content && existsSync(path)) {
      told.unchanged += 1;
      continue;
    }
    if (before !== undefined && before.candles !== content && !force)
      throw new Invalid(key, "what was archived (--force replaces it)", "others");
    const stored = await writeFile(path, write);
    begun.push({ path: key, ...stored, rows, ...of, from, to, candles: content });
    told.written += 1;
    told.rows += rows;
    told.bytes += stored.bytes;
  }
  for (const one of begun) files.set(one.path, one);
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
  write: (path: string) => Promise<void>,
): Promise<{ readonly sha256: string; readonly bytes: number }> => {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.tmp`;
  await write(beside);
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
    if (entry.isFile() && names.has(basename(path)) && !known.has(path))
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

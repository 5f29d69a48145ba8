/**
 * Sealed days: one Parquet file per instrument and UTC day, `venue=/instrument=/date=/trades.parquet`, sorted by
 * time and id, zstd, encodings v2, prices and quantities as whole numbers over one divisor a file (141342 / 1e8):
 * 3 bytes a trade, and exact, since the division gives back the nearest double. A file is written beside its
 * place, synced and renamed; a crash in between leaves rows in both places, and readers drop repeats.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { literal, tradesOf, type Database } from "./duckdb-database.ts";
import type { Gate } from "./duckdb-gate.ts";
import { DAY_MS, FILE, dateOf, folderOf } from "./duckdb-partitions.ts";

/** Powers of ten tried as divisor; none fits numbers that are no short decimals, which then stay doubles. */
const SCALES = 13;

const sync = (path: string): void => {
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
};

/** The smallest power of ten that makes every value of `column` a whole number below 2^53, or undefined. */
const divisorOf = async (
  connection: DuckDBConnection,
  source: string,
  column: string,
): Promise<string | undefined> => {
  const fits = Array.from(
    { length: SCALES },
    (_, scale) =>
      `bool_and(round(${column} * 1e${scale}) / 1e${scale} = ${column} and abs(${column}) * 1e${scale} < 9e15)`,
  );
  const found = await connection.runAndReadAll(`select ${fits.join(", ")} from (${source})`);
  const scale = found.getRows()[0]!.indexOf(true);
  return scale < 0 ? undefined : `1e${scale}`;
};

const scaled = (column: string, divisor: string | undefined): string =>
  divisor === undefined
    ? `${column}, 1e0::DOUBLE as ${column}_divisor`
    : `round(${column} * ${divisor})::BIGINT as ${column}, ${divisor}::DOUBLE as ${column}_divisor`;

/** Writes one day, merged with what was sealed of it before, and takes it out of the live table. */
const sealDay = async (
  connection: DuckDBConnection,
  folder: string,
  instrument: number,
  day: number,
): Promise<void> => {
  const file = join(folder, FILE);
  const end = day + DAY_MS;
  await connection.run("begin");
  try {
    const source = tradesOf(instrument, day, end, existsSync(file) ? [file] : []);
    const price = scaled("price", await divisorOf(connection, source, "price"));
    const quantity = scaled("quantity", await divisorOf(connection, source, "quantity"));
    mkdirSync(folder, { recursive: true });
    await connection.run(`copy (select at_ms, id, ${price}, ${quantity}, buy from (${source}) order by at_ms, id)
      to ${literal(`${file}.tmp`)} (format parquet, compression zstd, parquet_version v2)`);
    sync(`${file}.tmp`);
    renameSync(`${file}.tmp`, file);
    sync(folder);
    // In the same transaction: a late trade that came in meanwhile is not seen, not exported and not deleted.
    await connection.run(
      `delete from trade where instrument = ${instrument} and at_ms >= ${day} and at_ms < ${end}`,
    );
    await connection.run("commit");
  } catch (error) {
    await connection.run("rollback");
    throw error;
  }
};

/** Seals every live day that ends at or before `before` (ms). Returns the number of partitions written. */
export const sealBefore = async (
  database: Database,
  gate: Gate,
  archive: string,
  before: number,
): Promise<number> => {
  const connection = await database.connect();
  try {
    const days = await connection.runAndReadAll(
      `select distinct instrument, (at_ms // ${DAY_MS})::INTEGER from trade
       where at_ms < ${Math.floor(before / DAY_MS) * DAY_MS} order by 2, 1`,
    );
    for (const [instrument, day] of days.getRows() as [number, number][]) {
      if (gate.closed) throw new Error("the storage worker is being ended");
      const folder = folderOf(archive, database.names[instrument]!);
      await sealDay(connection, join(folder, `date=${dateOf(day * DAY_MS)}`), instrument, day * DAY_MS);
    }
    return days.currentRowCount;
  } finally {
    connection.closeSync();
  }
};

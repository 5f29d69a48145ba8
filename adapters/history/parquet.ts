/**
 * Candles in Parquet, by a DuckDB that lives in memory and is opened with the first file. Ours hold open times in ms and doubles;
 * an archive's hold whole numbers over a divisor a column. Anybody's are read by the names of their columns, like a CSV's header.
 */
import { basename } from "node:path";
import { BIGINT, DOUBLE, DuckDBDataChunk, DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { CandleTable } from "../../domain/history/candle-table.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { itemsOf, literal } from "../ticks/duckdb-database.ts";
import type { Block } from "./candle-text.ts";
import { fields, layoutOfNames } from "./layout.ts";
import { msOf } from "./times.ts";

const VECTOR_ROWS = 2_048;
const TRADES = fields.indexOf("trades");
const columns = ["open", "high", "low", "close", "volume", "trades"] as const;

let opened: Promise<DuckDBConnection> | undefined;
const connection = (): Promise<DuckDBConnection> =>
  (opened ??= DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "512MB" }).then(
    async (instance) => {
      const made = await instance.connect();
      const doubles = columns.map((name) => `${name} DOUBLE`).join(", ");
      await made.run(`create table candle(ts_ms BIGINT, ${doubles})`);
      return made;
    },
  ));

export type Divisors = Readonly<Partial<Record<(typeof columns)[number], number>>>;

/** Columns with a divisor are written as whole numbers, and the divisor beside them. */
export const writeParquet = async (
  path: string,
  candles: CandleTable,
  divisors: Divisors = {},
): Promise<void> => {
  const duckdb = await connection();
  await duckdb.run("truncate candle");
  const appender = await duckdb.createAppender("candle");
  for (let start = 0; start < candles.length; start += VECTOR_ROWS) {
    const end = Math.min(candles.length, start + VECTOR_ROWS);
    const chunk = DuckDBDataChunk.create([BIGINT, ...columns.map(() => DOUBLE)], end - start);
    const times = itemsOf(chunk, 0) as BigInt64Array;
    for (let row = start; row < end; row += 1) times[row - start] = BigInt(candles.at[row]!);
    chunk.getColumnVector(0).flush();
    for (const [nth, name] of columns.entries()) {
      (itemsOf(chunk, nth + 1) as Float64Array).set(candles[name].subarray(start, end));
      chunk.getColumnVector(nth + 1).flush();
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  const selected = columns.map((name) => {
    const divisor = divisors[name];
    return divisor === undefined
      ? name
      : `round(${name} * ${divisor})::BIGINT as ${name}, ${divisor}::DOUBLE as ${name}_divisor`;
  });
  await duckdb.run(`copy (select ts_ms, ${selected.join(", ")} from candle) to ${literal(path)}
    (format parquet, compression zstd, parquet_version v2)`);
};

/** In the file's order. Throws `Invalid` naming the file when it is no Parquet, or its columns are no candles. */
export async function* parquetBlocks(path: string): AsyncGenerator<Block> {
  const file = basename(path);
  const duckdb = await connection();
  const source = `read_parquet(${literal(path)}, hive_partitioning = false)`;
  const described = await duckdb.runAndReadAll(`describe select * from ${source}`).catch((error: unknown) => {
    throw new Invalid(file, "a Parquet file", (error as Error).message.split("\n")[0]);
  });
  const [names, types] = described.getColumns() as [string[], string[]];
  const { cells } = layoutOfNames(names, file);
  const selected = fields.map((field, index) => {
    const at = cells.indexOf(index);
    if (at < 0) return "0::DOUBLE";
    const name = `"${names[at]!.replaceAll('"', '""')}"`;
    if (index === 0 && /^(TIMESTAMP|DATE)/.test(types[at]!)) return `epoch_ms(${name}::TIMESTAMP)::DOUBLE`;
    const divided = names.includes(`${field}_divisor`) ? ` / ${field}_divisor` : "";
    const number = `(${name}${divided})::DOUBLE`;
    return index === TRADES ? `coalesce(${number}, 0)` : number;
  });
  // What is missing comes as no number, and only where one comes is it looked for.
  const numbers = selected.map((each, nth) => (nth === TRADES ? each : `coalesce(${each}, 'NaN'::DOUBLE)`));
  const result = await duckdb.stream(`select ${numbers.join(", ")} from ${source}`);
  const candles = new CandleTable(VECTOR_ROWS);
  let looked = false;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const { rowCount } = chunk;
    const values = fields.map((_field, nth) => (itemsOf(chunk, nth) as Float64Array).subarray(0, rowCount));
    if (!looked && values.some(lacks)) {
      await refuseHoles(duckdb, selected, source, file);
      looked = true;
    }
    candles.length = 0;
    for (const [nth, field] of fields.entries()) candles[field].set(values[nth]!);
    for (let row = 0; row < rowCount; row += 1) {
      const at = msOf(candles.at[row]!);
      if (!Number.isInteger(at))
        throw new Invalid(`${file} at`, "open times to the millisecond", candles.at[row]);
      candles.at[row] = at;
    }
    candles.length = rowCount;
    yield { layout: "parquet", candles };
  }
}

const lacks = (column: Float64Array): boolean => {
  for (let row = 0; row < column.length; row += 1) if (Number.isNaN(column[row]!)) return true;
  return false;
};

/** Throws `Invalid` naming the first column that lacks a number somewhere; one that says itself that it is none is another matter. */
const refuseHoles = async (
  duckdb: DuckDBConnection,
  selected: readonly string[],
  source: string,
  file: string,
): Promise<void> => {
  const holes = selected.map((each) => `count(*) filter (${each} is null)`);
  const counted = (await duckdb.runAndReadAll(`select ${holes.join(", ")} from ${source}`)).getRows()[0]!;
  const empty = fields.find((_field, index) => Number(counted[index]) > 0);
  if (empty !== undefined) throw new Invalid(`${file} ${empty}`, "a number in every row", "none in some");
};

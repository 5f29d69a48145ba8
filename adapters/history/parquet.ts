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
    return `coalesce((${name}${divided})::DOUBLE, ${field === "trades" ? "0" : "null"})`;
  });
  const holes = selected.map((each) => `count(*) filter (${each} is null)`);
  const counted = (await duckdb.runAndReadAll(`select ${holes.join(", ")} from ${source}`)).getRows()[0]!;
  const empty = fields.find((field, index) => field !== "trades" && Number(counted[index]) > 0);
  if (empty !== undefined) throw new Invalid(`${file} ${empty}`, "a number in every row", "none in some");
  const result = await duckdb.stream(`select ${selected.join(", ")} from ${source}`);
  const candles = new CandleTable(VECTOR_ROWS);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const values = fields.map((_field, nth) => itemsOf(chunk, nth) as Float64Array);
    candles.length = 0;
    for (let row = 0; row < chunk.rowCount; row += 1) {
      const at = msOf(values[0]![row]!);
      if (!Number.isInteger(at))
        throw new Invalid(`${file} at`, "open times to the millisecond", values[0]![row]);
      const [open, high, low, close, volume, trades] = values.slice(1).map((column) => column[row]!);
      candles.push(at, open!, high!, low!, close!, volume!, trades!);
    }
    yield { layout: "parquet", candles };
  }
}

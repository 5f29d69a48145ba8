/**
 * Trades in Parquet, sorted, as few bytes each as it goes: time and number as differences (Parquet's delta encoding), price and amount
 * as whole numbers over a power of ten that stands beside them, so that every double comes back exactly; what is no short decimal stays
 * a double.
 */
import { basename } from "node:path";
import {
  BIGINT,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  TINYINT,
  type DuckDBConnection,
} from "@duckdb/node-api";
import { divisorOf } from "../../domain/history/divisor.ts";
import { TradeTable } from "../../domain/history/trade-table.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { itemsOf, literal } from "../ticks/duckdb-database.ts";

const VECTOR_ROWS = 2_048;

let opened: Promise<DuckDBConnection> | undefined;
const connection = (): Promise<DuckDBConnection> =>
  (opened ??= DuckDBInstance.create(":memory:", { threads: "1", memory_limit: "512MB" }).then(
    async (instance) => {
      const made = await instance.connect();
      await made.run(
        "create table trade(ts_ms BIGINT, price DOUBLE, amount DOUBLE, side TINYINT, id BIGINT)",
      );
      return made;
    },
  ));

export const writeTradeParquet = async (path: string, trades: TradeTable): Promise<void> => {
  const duckdb = await connection();
  await duckdb.run("truncate trade");
  const appender = await duckdb.createAppender("trade");
  for (let start = 0; start < trades.length; start += VECTOR_ROWS) {
    const end = Math.min(trades.length, start + VECTOR_ROWS);
    const chunk = DuckDBDataChunk.create([BIGINT, DOUBLE, DOUBLE, TINYINT, BIGINT], end - start);
    const [at, id] = [itemsOf(chunk, 0) as BigInt64Array, itemsOf(chunk, 4) as BigInt64Array];
    for (let row = start; row < end; row += 1) {
      at[row - start] = BigInt(trades.at[row]!);
      id[row - start] = BigInt(trades.id[row]!);
    }
    (itemsOf(chunk, 1) as Float64Array).set(trades.price.subarray(start, end));
    (itemsOf(chunk, 2) as Float64Array).set(trades.amount.subarray(start, end));
    (itemsOf(chunk, 3) as Uint8Array).set(trades.side.subarray(start, end));
    for (let column = 0; column < 5; column += 1) chunk.getColumnVector(column).flush();
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  const scaled = (["price", "amount"] as const).map((name) => {
    const divisor = divisorOf(trades[name].subarray(0, trades.length));
    return divisor === undefined
      ? name
      : `round(${name} * ${divisor})::BIGINT as ${name}, ${divisor}::DOUBLE as ${name}_divisor`;
  });
  await duckdb.run(`copy (select ts_ms, id, ${scaled.join(", ")}, side from trade) to ${literal(path)}
    (format parquet, compression zstd, parquet_version v2)`);
};

/** In the file's order. Throws `Invalid` naming the file when it is none of ours. */
export const readTradeParquet = async (path: string): Promise<TradeTable> => {
  const duckdb = await connection();
  const source = `read_parquet(${literal(path)}, hive_partitioning = false)`;
  const described = await duckdb.runAndReadAll(`describe select * from ${source}`).catch((error: unknown) => {
    throw new Invalid(basename(path), "a Parquet file", (error as Error).message.split("\n")[0]);
  });
  const names = described.getColumns()[0] as string[];
  const lacking = ["ts_ms", "price", "amount", "side", "id"].find((name) => !names.includes(name));
  if (lacking !== undefined) throw new Invalid(`${basename(path)} ${lacking}`, "a column", names.join(", "));
  const divided = (name: string): string =>
    names.includes(`${name}_divisor`) ? `${name} / ${name}_divisor` : name;
  const columns = ["ts_ms", divided("price"), divided("amount"), "side", "id"].map(
    (each) => `(${each})::DOUBLE`,
  );
  const result = await duckdb.stream(`select ${columns.join(", ")} from ${source}`);
  const trades = new TradeTable();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return trades;
    const [at, price, amount, side, id] = columns.map((_, nth) => itemsOf(chunk, nth) as Float64Array);
    for (let row = 0; row < chunk.rowCount; row += 1)
      trades.push(at![row]!, price![row]!, amount![row]!, side![row]!, id![row]!);
  }
};

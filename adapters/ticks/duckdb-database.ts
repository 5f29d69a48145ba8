/**
 * The DuckDB file: its tables, appends of whole columns, and queries that read the live table and the sealed
 * Parquet days as one. Only appenders write (an INSERT costs 500 times as much); repeated rows are stored and
 * dropped when read: a trade by (at, id), a candle by its open time, where the last one written stands.
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import {
  BIGINT,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  INTEGER,
  UTINYINT,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBType,
} from "@duckdb/node-api";
import { BATCH_ROWS, batchOf, type Batch, type Column } from "./columns.ts";
import type { Append, DuckdbFiles, Query } from "./duckdb-messages.ts";
import { partitionsWithin } from "./duckdb-partitions.ts";

/** DuckDB's vector size. */
const VECTOR_ROWS = 2_048;

const types: Record<Batch["table"], readonly DuckDBType[]> = {
  trade: [BIGINT, BIGINT, DOUBLE, DOUBLE, INTEGER, UTINYINT],
  candle: [BIGINT, DOUBLE, DOUBLE, DOUBLE, DOUBLE, DOUBLE, INTEGER, INTEGER, INTEGER],
};

const schema = `
  create table if not exists instrument(number INTEGER, name VARCHAR);
  create table if not exists trade(
    at_ms BIGINT, id BIGINT, price DOUBLE, quantity DOUBLE, instrument INTEGER, buy UTINYINT);
  create table if not exists candle(
    open_at BIGINT, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume DOUBLE,
    trades INTEGER, instrument INTEGER, timeframe INTEGER);`;

/** One column of a chunk as the typed array beneath it. The package names it private; there is no other way to move a column whole. */
export const itemsOf = (chunk: DuckDBDataChunk, nth: number): Column =>
  (chunk.getColumnVector(nth) as unknown as { readonly items: Column }).items;

const copy = (to: Column, from: Column): void => (to as Float64Array).set(from as Float64Array);

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Trades of one instrument in [from, to) of the live table and the named Parquet files, each once. */
export const tradesOf = (
  instrument: number,
  from: number,
  to: number,
  partitions: readonly string[],
): string => {
  const within = `at_ms >= ${from} and at_ms < ${to}`;
  const sealed =
    partitions.length === 0
      ? ""
      : `union all by name select at_ms, id, price / price_divisor as price, quantity / quantity_divisor as quantity, buy
         from read_parquet([${partitions.map(literal).join(", ")}], union_by_name = true, hive_partitioning = false)
         where ${within}`;
  return `select at_ms, id, any_value(price) as price, any_value(quantity) as quantity, any_value(buy) as buy
    from (select at_ms, id, price, quantity, buy from trade where instrument = ${instrument} and ${within} ${sealed})
    group by at_ms, id`;
};

const sqlOf = (query: Query, partitions: readonly string[]): string => {
  const limit = Number.isFinite(query.limit) ? `limit ${query.limit}` : "";
  if (query.table === "trade")
    return `select at_ms, id, price, quantity, ${query.instrument}::INTEGER, buy
      from (${tradesOf(query.instrument, query.from, query.to, partitions)}) order by at_ms, id ${limit}`;
  return `from (
      select open_at, open, high, low, close, volume, trades, instrument, timeframe from candle
      where instrument = ${query.instrument} and timeframe = ${query.timeframeMs}
        and open_at >= ${query.from} and open_at < ${query.to}
      qualify row_number() over (partition by open_at order by rowid desc) = 1
      order by open_at desc ${limit})
    order by open_at`;
};

type Appenders = Record<Batch["table"] | "instrument", DuckDBAppender>;

export class Database {
  /** By number. */
  readonly names: string[];
  /** Newest trade appended, market time. */
  newest: number;
  readonly #instance: DuckDBInstance;
  readonly #reader: DuckDBConnection;
  readonly #appenders: Appenders;
  readonly #archive: string;

  constructor(
    instance: DuckDBInstance,
    reader: DuckDBConnection,
    appenders: Appenders,
    archive: string,
    found: { readonly names: string[]; readonly newest: number },
  ) {
    this.#instance = instance;
    this.#reader = reader;
    this.#appenders = appenders;
    this.#archive = archive;
    this.names = found.names;
    this.newest = found.newest;
  }

  append(message: Append): void {
    this.#name(message.names);
    const { columns } = batchOf(message.table, message.buffer);
    for (let start = 0; start < message.rows; start += VECTOR_ROWS) {
      const end = Math.min(message.rows, start + VECTOR_ROWS);
      const chunk = DuckDBDataChunk.create(types[message.table], end - start);
      for (let nth = 0; nth < columns.length; nth += 1) {
        copy(itemsOf(chunk, nth), columns[nth]!.subarray(start, end));
        chunk.getColumnVector(nth).flush();
      }
      this.#appenders[message.table].appendDataChunk(chunk);
    }
    if (message.table === "trade" && message.rows > 0)
      this.newest = Math.max(this.newest, Number((columns[0] as BigInt64Array)[message.rows - 1]));
  }

  /** Everything appended is on disk when this returns. */
  commit(): void {
    this.#appenders.trade.flushSync();
    this.#appenders.candle.flushSync();
  }

  async *pages(query: Query): AsyncGenerator<Batch> {
    const partitions =
      query.table === "trade" ? partitionsWithin(this.#archive, query.name, query.from, query.to) : [];
    const result = await this.#reader.stream(sqlOf(query, partitions));
    let page = batchOf(query.table);
    for (;;) {
      const chunk = await result.fetchChunk();
      const rows = chunk?.rowCount ?? 0;
      if (page.rows > 0 && (rows === 0 || page.rows + rows > BATCH_ROWS)) {
        yield page;
        page = batchOf(query.table);
      }
      if (chunk === null || rows === 0) return;
      page.columns.forEach((column, nth) =>
        copy(column.subarray(page.rows, page.rows + rows), itemsOf(chunk, nth)),
      );
      page.rows += rows;
    }
  }

  connect(): Promise<DuckDBConnection> {
    return this.#instance.connect();
  }

  close(): void {
    for (const appender of Object.values(this.#appenders)) appender.closeSync();
    this.#reader.closeSync();
    this.#instance.closeSync();
  }

  #name(names: readonly string[]): void {
    if (names.length === 0) return;
    for (const name of names) {
      this.#appenders.instrument.appendInteger(this.names.length);
      this.#appenders.instrument.appendVarchar(name);
      this.#appenders.instrument.endRow();
      this.names.push(name);
    }
    this.#appenders.instrument.flushSync();
  }
}

/** Opens or makes the file. Throws when another process holds it: one process owns a tick store. */
export const openDatabase = async (files: DuckdbFiles): Promise<Database> => {
  mkdirSync(dirname(files.path), { recursive: true });
  const instance = await DuckDBInstance.create(files.path, {
    threads: String(files.threads),
    memory_limit: files.memoryLimit,
  });
  const writer = await instance.connect();
  await writer.run(schema);
  const named = await writer.runAndReadAll("select name from instrument order by number");
  const newest = await writer.runAndReadAll("select coalesce(max(at_ms), 0)::DOUBLE from trade");
  return new Database(
    instance,
    await instance.connect(),
    {
      trade: await writer.createAppender("trade"),
      candle: await writer.createAppender("candle"),
      instrument: await writer.createAppender("instrument"),
    },
    files.archive,
    {
      names: named.getRows().map((row) => row[0] as string),
      newest: newest.getRows()[0]![0] as number,
    },
  );
};

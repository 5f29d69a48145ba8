/**
 * P19: CSV candles into columns by the reader that detects layouts, checks every cell and needs no more memory than the
 * columns; beside it a bare loop over the bytes of the whole file that knows the layout and believes everything. And the same
 * candles out of Parquet, beside DuckDB's own chunks copied as they come. P14: bytes that a trade takes in the archive, beside CSV packed by gzip.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { readCandles } from "../adapters/history/candle-file.ts";
import { writeCandles } from "../adapters/history/write-candles.ts";
import { writeTrades } from "../adapters/history/trade-file.ts";
import { itemsOf, literal } from "../adapters/ticks/duckdb-database.ts";
import { CandleTable } from "../domain/history/candle-table.ts";
import { TradeTable } from "../domain/history/trade-table.ts";
import { Chance } from "../domain/values/chance.ts";
import { inTurn, type Figure } from "./figure.ts";

const ROWS = 500_000;
const powers = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

const madeUp = (): CandleTable => {
  const chance = new Chance(1);
  const table = new CandleTable(ROWS);
  let price = 4_000_000;
  for (let i = 0; i < ROWS; i += 1) {
    const open = price;
    price += Math.round((chance.next() - 0.5) * 4_000);
    const high = Math.max(open, price) + Math.floor(chance.next() * 500);
    const low = Math.min(open, price) - Math.floor(chance.next() * 500);
    const volume = Math.floor(chance.next() * 1e9) / 1e6;
    table.push(1_500_000_000_000 + i * 60_000, open / 100, high / 100, low / 100, price / 100, volume, 0);
  }
  return table;
};

const bareLoop = (path: string): number => {
  const bytes = readFileSync(path);
  const columns = Array.from({ length: 6 }, () => new Float64Array(ROWS));
  let [row, column, mantissa, dot] = [0, 0, 0, -1];
  for (let i = bytes.indexOf(10) + 1; i < bytes.length; i += 1) {
    const byte = bytes[i]!;
    if (byte >= 48 && byte <= 57) mantissa = mantissa * 10 + (byte - 48);
    else if (byte === 46) dot = i;
    else {
      columns[column]![row] = dot < 0 ? mantissa : mantissa / powers[i - dot - 1]!;
      mantissa = 0;
      dot = -1;
      column += 1;
      if (byte === 10) [row, column] = [row + 1, 0];
    }
  }
  return row;
};

/** Million rows a second of CPU: the machine is shared. */
const rate = async (read: () => Promise<number> | number): Promise<number> => {
  const before = process.cpuUsage();
  const rows = await read();
  const { user, system } = process.cpuUsage(before);
  if (rows !== ROWS) throw new Error(`${rows} rows read`);
  return rows / (user + system);
};

/** The same columns, asked for by name and believed. */
const plainRead = async (duckdb: DuckDBConnection, path: string): Promise<number> => {
  const names = ["ts_ms::DOUBLE", "open", "high", "low", "close", "volume", "trades"];
  const columns = names.map(() => new Float64Array(ROWS));
  const result = await duckdb.stream(`select ${names.join(", ")} from read_parquet(${literal(path)})`);
  for (let row = 0; ;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return row;
    for (const [nth, column] of columns.entries()) column.set(itemsOf(chunk, nth) as Float64Array, row);
    row += chunk.rowCount;
  }
};

/** A day of one trade a second: a walk of a few ticks, amounts of three digits, either side. */
const archived = async (folder: string) => {
  const chance = new Chance(2);
  const trades = new TradeTable(86_400);
  let price = 5_000_000;
  for (let i = 0; i < 86_400; i += 1) {
    price += Math.floor(chance.next() * 7) - 3;
    const amount = Math.floor(chance.next() * 256) / 1_000;
    trades.push(1_500_000_000_000 + i * 1_000, price / 100, amount, chance.next() < 0.5 ? 1 : 2, i + 1);
  }
  const bytes = async (ending: string): Promise<number> => {
    const path = join(folder, `A_B-trades${ending}`);
    await writeTrades(trades, path);
    return statSync(path).size / trades.length;
  };
  const [ours, reference] = [await bytes(".parquet"), await bytes(".csv.gz")];
  return {
    ...{
      figure: "P14",
      what: "archive of trades",
      ours,
      reference,
      unit: "bytes a tick",
      ratio: ours / reference,
    },
    referenceName: "CSV packed by gzip",
    target: "<= 3.5 bytes a tick",
    met: ours <= 3.5,
  };
};

export const figure: Figure = {
  name: "history",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "shoal-bench-"));
    try {
      const candles = madeUp();
      const csv = join(folder, "A_B-1m.csv");
      const parquet = join(folder, "A_B-1m.parquet");
      await writeCandles(candles, { path: csv, format: "csv", timeframe: "1m" });
      await writeCandles(candles, { path: parquet, format: "parquet", timeframe: "1m" });
      const ours = (path: string) => () => rate(async () => (await readCandles(path)).candles.length);
      const bare = (): Promise<number> => rate(() => bareLoop(csv));
      const duckdb = await (await DuckDBInstance.create(":memory:", { threads: "2" })).connect();
      const plain = (): Promise<number> => rate(() => plainRead(duckdb, parquet));
      const line = { figure: "P19", unit: "M rows/s of CPU" };
      const fromCsv = await inTurn(ours(csv), bare);
      const fromParquet = await inTurn(ours(parquet), plain);
      const results = [
        {
          ...{ ...line, what: "CSV candles read", ...fromCsv },
          referenceName: "a bare byte loop that knows the layout",
          target: ">= 0.65 (3 of 4.6 M rows/s)",
          met: fromCsv.ratio >= 0.65,
        },
        {
          ...{ ...line, what: "the same from Parquet", ...fromParquet },
          referenceName: "DuckDB's chunks copied into columns",
          target: ">= 0.5",
          met: fromParquet.ratio >= 0.5,
        },
      ];
      duckdb.closeSync();
      return [...results, await archived(folder)];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

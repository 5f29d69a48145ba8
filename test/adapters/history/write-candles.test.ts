/** What is written in any format reads back as the same candles, whole or not at all. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCandles } from "../../../adapters/history/candle-file.ts";
import { formats, writeCandles, type Format } from "../../../adapters/history/write-candles.ts";
import { writeParquet } from "../../../adapters/history/parquet.ts";
import { CandleTable } from "../../../domain/history/candle-table.ts";
import { folder, rowsOf } from "./folder.ts";

const files = folder();
const start = Date.UTC(2021, 0, 4);
const tableOf = (rows: readonly (readonly number[])[]): CandleTable => {
  const table = new CandleTable(1);
  for (const [at, open, high, low, close, volume, trades] of rows)
    table.push(at!, open!, high!, low!, close!, volume!, trades!);
  return table;
};

const price = fc.double({ min: 1e-12, max: 1e12, noNaN: true, noDefaultInfinity: true });
const rows = fc
  .array(fc.tuple(price, price, price, price, fc.oneof(price, fc.constant(0))), {
    minLength: 1,
    maxLength: 30,
  })
  .map((cells) =>
    cells.map(([a, b, c, d, volume], i) => {
      const sorted = [a, b, c, d].sort((x, y) => x - y) as [number, number, number, number];
      return [start + i * 60_000, sorted[1], sorted[3], sorted[0], sorted[2], volume, i];
    }),
  );

describe.each(Object.keys(formats) as Format[])("%s", (format) => {
  const path = join(files.path, `BTC_USDT-1m-${format.replace(".", "-")}${formats[format]}`);
  // freqtrade's rows hold no number of trades.
  const kept = (row: readonly number[]): readonly number[] =>
    format === "freqtrade" ? [...row.slice(0, 6), 0] : row;

  it("reads back as it was", async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (written) => {
        await writeCandles(tableOf(written), { path, format, timeframe: "1m", force: true });
        expect(rowsOf((await readCandles(path)).candles)).toEqual(written.map(kept));
      }),
      { numRuns: 25 },
    );
  });

  it("is not written over without force, and leaves nothing beside it", async () => {
    const before = readFileSync(path);
    await expect(writeCandles(tableOf([]), { path, format, timeframe: "1m" })).rejects.toThrow(
      "expected a file that does not exist",
    );
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(files.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("text", () => {
  it("has no exponent, and the columns that Binance's public klines have", async () => {
    const table = tableOf([[start, 1e-7, 1.5e21, 1e-7, 2, 1.25e-9, 3]]);
    const path = join(files.path, "A_B-1m.csv");
    await writeCandles(table, { path, format: "csv", timeframe: "1m" });
    expect(readFileSync(path, "utf8")).toBe(
      `ts_ms,open,high,low,close,volume,trades\n${start},0.0000001,1500000000000000000000,0.0000001,2,0.00000000125,3\n`,
    );
    await writeCandles(table, { path, format: "binance", timeframe: "1m", force: true });
    expect(readFileSync(path, "utf8").trim().split(",").slice(6)).toEqual([
      `${start + 59_999}`,
      "0",
      "3",
      "0",
      "0",
      "0",
    ]);
  });
});

describe("Parquet", () => {
  it("may hold whole numbers over a divisor", async () => {
    const path = join(files.path, "scaled-1m.parquet");
    const row = [start, 100.25, 101, 99.5, 100.75, 0.00000001, 7];
    await writeParquet(path, tableOf([row]), { open: 100, high: 100, low: 100, close: 100, volume: 1e8 });
    expect(rowsOf((await readCandles(path)).candles)).toEqual([row]);
  });

  it("is refused when it is none", async () => {
    const path = files.put("none-1m.parquet", "text");
    await expect(readCandles(path)).rejects.toThrow("none-1m.parquet: expected a Parquet file");
    expect(existsSync(path)).toBe(true);
  });
});

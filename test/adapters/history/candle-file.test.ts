/** Candle files of every known layout become the same table; what is none is refused by file, line and field. */
import { truncateSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CandleRows } from "../../../adapters/history/candle-rows.ts";
import { candleFiles, readCandles } from "../../../adapters/history/candle-file.ts";
import { candleName } from "../../../adapters/history/candle-name.ts";
import { sheetOf } from "../../../adapters/history/layout.ts";
import { CandleTable } from "../../../domain/history/candle-table.ts";
import { describeRecorded, recordedPath } from "../../recorded.ts";
import { folder, rowsOf } from "./folder.ts";

const files = folder();
const [first, second] = [Date.UTC(2021, 0, 1), Date.UTC(2021, 0, 1, 1)];
const hour = (at: number): string => new Date(at).toISOString();
const prices = ["100.5,102,99.25,101,12.5", "101,103,100,102.75,0.00000001"];
const expected = [
  [first, 100.5, 102, 99.25, 101, 12.5, 0],
  [second, 101, 103, 100, 102.75, 1e-8, 0],
];
const withTrades = expected.map((row, i) => [...row.slice(0, 6), 7 + i]);
const csv = (times: readonly (string | number)[], header = "", more: readonly string[] = ["", ""]): string =>
  `${header}${times.map((time, i) => `${time},${prices[i]}${more[i]}`).join("\n")}\n`;

describe("layouts", () => {
  const ours = "ts_ms,open,high,low,close,volume\n";
  const kline = times([first * 1_000, second * 1_000]);
  function times(at: readonly number[]): string {
    return at.map((each, i) => `${each},${prices[i]},${each + 3_599_999},1262.5,${7 + i},6,600,0`).join("\n");
  }
  it.each([
    ["shoal", csv([first, second], ours), expected],
    ["shoal", csv([first, second], ours.replace("\n", ",trades\n"), [",7", ",8"]), withTrades],
    ["shoal", csv([first, second], ours).replaceAll("\n", "\r\n").trimEnd(), expected],
    ["shoal", `\uFEFF${csv([first, second], ours)}\n\n`, expected],
    ["header", csv([first / 1_000, second / 1_000], "Unix Timestamp,Open,High,Low,Close,Volume\n"), expected],
    ["header", csv([hour(first), hour(second)], "date,open,high,low,close,volume\n"), expected],
    ["header", csv(['"2021-01-01"', '"2021-01-01 02:00:00+01:00"'], "date,o,h,l,c,v\n"), expected],
    [
      "header",
      csv(["2021-01-01 00:00", "2021-01-01T01:00:00.000Z"], "time,o,h,l,c,v\n").replaceAll(",", ";"),
      expected,
    ],
    [
      "header",
      `see www.example.org\nunix,date,symbol,open,high,low,close,Volume BTC,Volume USDT,tradecount\n${[
        first,
        second,
      ]
        .map((at, i) => `${at},${hour(at)},BTC/USDT,${prices[i]},999,${7 + i}`)
        .join("\n")}\n`,
      withTrades,
    ],
    [
      "header",
      `,volume,close,low,high,open,timestamp\n0,12.5,101,99.25,102,100.5,${first}\n`,
      expected.slice(0, 1),
    ],
    ["kraken", csv([first / 1_000, second / 1_000], "", [",7", ",8"]), withTrades],
    ["binance", kline, withTrades],
    ["open-high-low-close-volume", csv([first, second]), expected],
    // Coinbase's rows: time, low, high, open, close, volume.
    ["low-high-open-close-volume", `${first / 1_000},99.25,102,100.5,101,12.5\n`, expected.slice(0, 1)],
    ["volume-open-high-low-close", `${first / 1_000},12.5,100.5,102,99.25,101\n`, expected.slice(0, 1)],
  ])("%s: %j", async (layout, text, rows) => {
    const read = await readCandles(files.put("BTC_USDT-1h.csv.gz", text));
    expect(rowsOf(read.candles)).toEqual(rows);
    expect(read).toMatchObject({ layout, symbol: "BTC/USDT", timeframe: "1h" });
  });

  const rows = [0, 1].map((i) => `[${[first, second][i]},${prices[i]}]`);
  it.each([
    ["freqtrade", `[${rows.join(",")}]`],
    ["freqtrade", JSON.stringify(JSON.parse(`[${rows.join(",")}]`), null, 2)],
    ["freqtrade", `{"timeframe":"1h","candles":[${rows.join(",")}],"signals":[]}`],
    [
      "json low-high-open-close-volume",
      `[[${first / 1_000},99.25,102,100.5,101,12.5],[${second / 1_000},"100","103","101","102.75","1e-8"]]`,
    ],
    [
      "json objects",
      JSON.stringify({
        candles: expected.map(([at, open, high, low, close, volume]) => ({
          ...{ start: String(at! / 1_000), low: String(low), high, open, close, volume: String(volume) },
        })),
      }),
    ],
  ])("%s: %j", async (layout, text) => {
    const read = await readCandles(files.put("BTC_USDT-1h.json", text));
    expect(rowsOf(read.candles)).toEqual(expected);
    expect(read.layout).toBe(layout);
  });

  it.each([
    ["ts_ms,open,high,low,close,volume\n1,2,3,4,5,6\n", "x-1h.csv:2 at: expected a time in s, ms, us or ns"],
    [csv([first, second], ours).replace("102.75", "n/a"), 'x-1h.csv:3 close: expected a number, found "n/a"'],
    [csv([first, second], ours).replace(",0.00000001", ""), 'x-1h.csv:3 volume: expected a number, found ""'],
    [csv([first, second], ours).replace("103", ""), 'x-1h.csv:3 high: expected a number, found ""'],
    [csv([first, "2021-02-30"], ours), "x-1h.csv:3 at: expected a time"],
    ["ts_ms,price,amount,side,id\n1,2,3,buy,5\n", "x-1h.csv:1: expected columns for time, open, high"],
    ["1,2,3\n", "x-1h.csv:1: expected a header with open, high, low, close and volume, or 6, 7 or 12"],
    ["", "x-1h.csv: expected candles"],
    [`[[${first},1,1,1,1,1],`, "x-1h.csv:2: expected a JSON array that is closed"],
  ])("%j is refused: %s", async (text, message) => {
    await expect(readCandles(files.put("x-1h.csv", text))).rejects.toThrow(message);
  });

  it("refuses a gzip file that is cut, a file that is not there, and a name that tells no timeframe", async () => {
    const path = files.put("cut-1h.csv.gz", csv([first, second], ours));
    truncateSync(path, 40);
    await expect(readCandles(path)).rejects.toThrow("expected a whole gzip file");
    await expect(readCandles(`${files.path}/none-1h.csv`)).rejects.toThrow("expected a file that exists");
    await expect(readCandles(files.put("one.csv", csv([first], ours)))).rejects.toThrow(
      "a name with a timeframe",
    );
    expect((await readCandles(files.put("two.csv", csv([first, second], ours)))).timeframe).toBe("1h");
  });
});

describe("a row", () => {
  const digits = fc.oneof(
    fc.double({ min: 0, max: 1e12, noNaN: true }).map(String),
    fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `${a}.${String(b).padStart(9, "0")}`),
    fc.tuple(fc.bigInt(0n, 10n ** 25n), fc.nat(24)).map(
      ([a, b]) =>
        `${a
          .toString()
          .padStart(26, "0")
          .slice(0, -b - 1)}.${a.toString().slice(0, b)}`,
    ),
  );

  it("gives the double nearest to its text, wherever the chunks of the file end", () => {
    fc.assert(
      fc.property(fc.array(digits, { minLength: 5, maxLength: 50 }), fc.nat(), (texts, cut) => {
        const rows = Array.from({ length: Math.floor(texts.length / 5) }, (_, i) =>
          texts.slice(5 * i, 5 * i + 5),
        );
        const text = rows.map((row) => `${first},${row.join(",")}\n`).join("");
        const reader = new CandleRows(sheetOf(["ts_ms,open,high,low,close,volume", ""], "f"), "f");
        const table = new CandleTable(1);
        const at = cut % text.length;
        const head = Buffer.from(text.slice(0, at));
        const used = reader.read(head, table);
        reader.read(Buffer.concat([head.subarray(used), Buffer.from(text.slice(at))]), table);
        expect(rowsOf(table).map((row) => row.slice(1, 6))).toEqual(rows.map((row) => row.map(Number)));
      }),
    );
  });
});

describe("names", () => {
  it.each([
    ["BTC_USDT-5m.csv.gz", "BTC/USDT", "5m", ""],
    ["BTC_EUR-20180404-1m.csv.gz", "BTC/EUR", "1m", "20180404"],
    ["ETH_USDT-perp-5m.csv", "ETH/USDT", "5m", "perp"],
    ["odd-ETH_USDT-1h-2018-02-offgrid.csv.gz", "ETH/USDT", "1h", "odd-2018-02-offgrid"],
    ["BTC_USDT_USDT-1h-futures.json", "BTC/USDT:USDT", "1h", "futures"],
    ["BTCUSDT-1h-2021-01.csv", "BTC/USDT", "1h", "2021-01"],
    ["BTC_USDT-1w.parquet", "BTC/USDT", "1w", ""],
  ])("%s", (name, symbol, timeframe, rest) => {
    expect(candleName(name)).toEqual({ symbol, timeframe, rest });
  });

  it.each(["BTC_USDT-trades.csv.gz", "README.md", "BTC_USDT-1h.zip", "1h.csv"])("%s is none", (name) => {
    expect(candleName(name)).toBeUndefined();
  });

  it("choose the files of a folder", () => {
    const own = folder();
    for (const name of ["A_B-1h.csv", "A_B-1d.csv", "C_B-1h.csv", "notes.txt"]) own.put(name, "");
    const names = (chosen: object): string[] =>
      candleFiles(own.path, "path", chosen).map(({ path }) => path.slice(own.path.length + 1));
    expect(names({})).toEqual(["A_B-1d.csv", "A_B-1h.csv", "C_B-1h.csv"]);
    expect(names({ timeframe: "1h", symbols: ["A/B"] })).toEqual(["A_B-1h.csv"]);
    expect(() => names({ symbols: ["X/Y"] })).toThrow(
      "path: expected candle files named like BTC_USDT-5m.csv.gz",
    );
    expect(() => candleFiles("/nowhere", "path")).toThrow("path: expected a file or folder that exists");
  });
});

describeRecorded("candles-kraken-1h-xbtusd", () => {
  it.each([
    [
      "candles-kraken-1h-xbtusd/raw/XBTUSD_60-first2000.csv",
      "candles-kraken-1h-xbtusd/XBT_USD-1h.csv.gz",
      "kraken",
    ],
    [
      "candles-bybit-1m-2025-06/raw/ADAUSDT_240m-first100.csv",
      "candles-bybit-1m-2025-06/ADA_USDT-4h.csv.gz",
      "header",
    ],
    [
      "candles-coinbase-4h-btcusd/raw/coinbase-candles-sample.json",
      "candles-coinbase-4h-btcusd/BTC_USD-4h.csv.gz",
      "json objects",
    ],
    [
      "candles-binance-1h-2020-12_2021-05/raw/SOL_USDT-1h.json.gz",
      "candles-binance-1h-2020-12_2021-05/SOL_USDT-1h.csv.gz",
      "freqtrade",
    ],
  ])("%s says the same as the CSV made of it", async (raw, made, layout) => {
    const [source, copy] = [await readCandles(recordedPath(raw)), await readCandles(recordedPath(made))];
    expect(source.layout).toBe(layout);
    expect(source.timeframe).toBe(copy.timeframe);
    const bare = (table: CandleTable): number[][] => rowsOf(table).map((row) => row.slice(0, 6));
    expect(bare(source.candles)).toEqual(bare(copy.candles.rows(0, source.candles.length)));
  });
});

/** Faults planted in sound candles are found where they were planted, and nothing else is. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCandles } from "../../../adapters/history/candle-file.ts";
import { CandleTable } from "../../../domain/history/candle-table.ts";
import { checkCandles, type Checked, type Kind } from "../../../domain/history/check.ts";
import { timeframeOf } from "../../../domain/history/timeframe-of.ts";
import { timeframes, type Timeframe } from "../../../domain/market/candle.ts";
import { describeRecorded, recordedPath } from "../../recorded.ts";

const MINUTE = 60_000;
const start = Date.UTC(2021, 0, 4);
type Row = [at: number, open: number, high: number, low: number, close: number, volume: number];

/** Closes 100, 101, 100, ...: a median move of 1 %, so that 20 % is an outlier. */
const sound = (rows: number, span: number = MINUTE): Row[] =>
  Array.from({ length: rows }, (_, i): Row => [start + i * span, 100, 102, 99, 100 + (i % 2), 5]);
const tableOf = (rows: readonly Row[]): CandleTable => {
  const table = new CandleTable(1);
  for (const row of rows) table.push(...row, 0);
  return table;
};
const kinds = (checked: Checked): Partial<Record<Kind, number>> =>
  Object.fromEntries(checked.findings.map(({ kind, count }) => [kind, count]));
const found = (rows: readonly Row[], now?: number): Partial<Record<Kind, number>> =>
  kinds(checkCandles(tableOf(rows), "1m", { now }));

describe("checkCandles", () => {
  const nth = (index: number, change: (row: Row) => Row): Row[] =>
    sound(20).map((row, i) => (i === index ? change([...row]) : row));
  const at = (row: Row, ms: number): Row => [row[0] + ms, row[1], row[2], row[3], row[4], row[5]];

  it.each<[string, readonly Row[], Partial<Record<Kind, number>>]>([
    ["nothing", sound(20), {}],
    ["no candles", [], {}],
    ["one candle", sound(1), {}],
    ["a gap of two", sound(20).filter((_, i) => i !== 5 && i !== 6), { gap: 1 }],
    ["a repeated candle", [...sound(3), sound(3)[2]!, ...sound(9).slice(3)], { duplicate: 1 }],
    [
      "another candle of the same time",
      [...sound(3), [...sound(3)[2]!.slice(0, 5), 6] as Row],
      { conflict: 1 },
    ],
    ["two candles exchanged", [sound(3)[0]!, sound(3)[2]!, sound(3)[1]!], { "out-of-order": 1 }],
    ["newest first", sound(4).reverse(), { "out-of-order": 3 }],
    ["half a minute late", nth(7, (row) => at(row, 30_000)), { "off-grid": 1 }],
    ["high below close", nth(8, (row) => [row[0], 100, 100.5, 99, 101, 5]), { broken: 1 }],
    ["low above open", nth(8, (row) => [row[0], 100, 102, 100.5, 101, 5]), { broken: 1 }],
    ["a price of zero", nth(8, (row) => [row[0], 0, 102, 0, 101, 5]), { broken: 1 }],
    ["a volume below zero", nth(8, (row) => [row[0], 100, 102, 99, 101, -5]), { broken: 1 }],
    ["no volume", nth(8, (row) => [row[0], 100, 102, 99, 101, 0]), { "zero-volume": 1 }],
    ["a close far above its neighbours", nth(8, (row) => [row[0], 100, 150, 99, 150, 5]), { spike: 1 }],
    ["a close far below its neighbours", nth(8, (row) => [row[0], 100, 102, 50, 50, 5]), { spike: 1 }],
    ["a high far above open and close", nth(8, (row) => [row[0], 100, 150, 99, 100, 5]), { wick: 1 }],
    ["a low far below", nth(8, (row) => [row[0], 100, 101, 50, 100, 5]), { wick: 1 }],
    // It stays there: the market moved.
    [
      "a move that lasts",
      sound(20).map((row, i): Row => (i < 8 ? row : [row[0], 150, 152, 149, 150, 5])),
      {},
    ],
  ])("%s", (_what, rows, expected) => {
    expect(found(rows)).toEqual(expected);
  });

  it("calls a candle that has not ended unfinished", () => {
    expect(found(sound(5), start + 5 * MINUTE)).toEqual({});
    expect(found(sound(5), start + 5 * MINUTE - 1)).toEqual({ unfinished: 1 });
  });

  it("tells where: the first that is missing, what is broken, how far off", () => {
    const rows = nth(9, (row) => [row[0], 100, 100.5, 99, 101, 5]).filter((_, i) => i !== 3 && i !== 4);
    const { findings, missing, sound: ok, from, to } = checkCandles(tableOf(rows), "1m");
    expect({ missing, ok, from, to }).toEqual({
      missing: 2,
      ok: false,
      from: start,
      to: start + 19 * MINUTE,
    });
    expect(findings).toEqual([
      { kind: "broken", count: 1, first: [{ at: start + 9 * MINUTE, what: "high 100.5 below close 101" }] },
      { kind: "gap", count: 1, first: [{ at: start + 3 * MINUTE, what: 2 }] },
    ]);
  });

  it("counts every row once: distinct, repeated or in conflict; and every slot: there or missing", () => {
    const frames = fc.constantFrom<Timeframe>("1m", "1h", "1d", "1w");
    const slots = fc.array(fc.nat(60), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(frames, slots, (frame, order) => {
        const span = timeframes[frame];
        const rows = order.map((slot): Row => [start + slot * span, 100, 102, 99, 101, 5]);
        const checked = checkCandles(tableOf(rows), frame);
        const distinct = new Set(order).size;
        const { duplicate = 0, conflict = 0, "out-of-order": backwards = 0 } = kinds(checked);
        expect(distinct + duplicate).toBe(checked.rows);
        expect(conflict).toBe(0);
        expect(checked.missing).toBe(Math.max(...order) - Math.min(...order) + 1 - distinct);
        expect(backwards).toBe(order.filter((slot, i) => slot < Math.max(...order.slice(0, i))).length);
        expect(checked.sound).toBe(duplicate === 0 && backwards === 0);
      }),
    );
  });
});

describe("timeframeOf", () => {
  it.each<[Timeframe, Row[]]>([
    ["1h", sound(30, 60 * MINUTE).filter((_, i) => i % 7 !== 3)],
    ["1m", sound(9).reverse()],
  ])("%s", (frame, rows) => {
    expect(timeframeOf(tableOf(rows))).toBe(frame);
  });

  it("is nobody's guess for one candle or a strange distance", () => {
    expect(timeframeOf(tableOf(sound(1)))).toBeUndefined();
    expect(timeframeOf(tableOf(sound(9, 7 * MINUTE)))).toBeUndefined();
  });
});

describeRecorded("candles-binance-1h-2020-12_2021-05", () => {
  // The figures of the data sets' own descriptions.
  it.each<[string, number, Partial<Record<Kind, number>>]>([
    ["candles-binance-1h-2020-12_2021-05/BTC_USDT-1h.csv.gz", 11, { gap: 6, "zero-volume": 2 }],
    ["candles-binance-5m-2020-12_2021-05/MATIC_USDT-5m.csv.gz", 177, { gap: 6, "zero-volume": 87 }],
    [
      "candles-binance-1h-2020-12_2021-05/odd-ETH_USDT-1h-2018-02-offgrid.csv.gz",
      32,
      { gap: 1, "off-grid": 43 },
    ],
    ["trades-binance-btcusdt-2020-11-16/BTC_USDT-1d-2019.csv.gz", 0, { broken: 176 }],
    ["candles-coinbase-4h-btcusd/BTC_USD-4h.csv.gz", 4, { gap: 2, spike: 1 }],
    ["candles-kraken-1h-xbtusd/XBT_USD-1h.csv.gz", 10_851, { gap: 3_252 }],
    ["candles-coinbase-1m-2018-04/BTC_EUR-20180406-1m.csv.gz", 121, { gap: 74 }],
  ])("%s", async (path, missing, expected) => {
    const { candles, timeframe } = await readCandles(recordedPath(path));
    const checked = checkCandles(candles, timeframe);
    expect(checked.missing).toBe(missing);
    // What counts as an outlier is ours to say; one spike is named there.
    const { wick, spike, ...rest } = kinds(checked);
    expect(wick).toSatisfy((count?: number) => count === undefined || count > 0);
    expect(expected.spike === undefined ? rest : { ...rest, spike }).toEqual(expected);
  });
});

/** Coarser candles equal those that come straight from the trades, or from the venue; partial ones are not made. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCandles } from "../../../adapters/history/candle-file.ts";
import { CandleTable } from "../../../domain/history/candle-table.ts";
import { divisorOf } from "../../../domain/history/divisor.ts";
import { inOrder, merged } from "../../../domain/history/order.ts";
import { resample } from "../../../domain/history/resample.ts";
import { CandleSeries } from "../../../domain/market/candle-series.ts";
import { openOf, timeframes, type Candle, type Timeframe } from "../../../domain/market/candle.ts";
import { decimal, timestamp, type Timestamp } from "../../../domain/values/values.ts";
import { rowsOf } from "../../adapters/history/folder.ts";
import { describeRecorded, recordedPath } from "../../recorded.ts";

// A Monday.
const start = Date.UTC(2021, 0, 4);
const MINUTE = timeframes["1m"];
const minutes = (...rows: readonly [minute: number, volume: number][]): CandleTable => {
  const table = new CandleTable(1);
  for (const [minute, volume] of rows)
    table.push(start + minute * MINUTE, 10 + minute, 20 + minute, 5, 11 + minute, volume, 2);
  return table;
};

describe("resample", () => {
  it("takes first open, extremes, last close and the exact sum of volumes", () => {
    // 0.1 + 0.2 + 0.3 is 0.6000000000000001 in doubles added one by one.
    const fine = minutes([0, 0.1], [1, 0.2], [2, 0.3]);
    const { candles, partial, incomplete } = resample(fine, "1m", "3m");
    expect(rowsOf(candles)).toEqual([[start, 10, 22, 5, 13, 0.6, 6]]);
    expect({ partial, incomplete }).toEqual({ partial: 0, incomplete: 0 });
  });

  it.each<[string, [number, number][], number[], object]>([
    [
      "begun before the first",
      [
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 1],
        [5, 1],
      ],
      [3],
      { partial: 1, incomplete: 0 },
    ],
    [
      "not ended with the last",
      [
        [0, 1],
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 1],
      ],
      [0],
      { partial: 1, incomplete: 0 },
    ],
    [
      "ended, since a later one is there",
      [
        [0, 1],
        [1, 1],
        [3, 1],
        [4, 1],
        [5, 1],
      ],
      [0, 3],
      { partial: 0, incomplete: 1 },
    ],
    [
      "nothing in one of them",
      [
        [0, 1],
        [1, 1],
        [2, 1],
        [6, 1],
        [7, 1],
        [8, 1],
      ],
      [0, 6],
      { partial: 0, incomplete: 0 },
    ],
    ["one candle only", [[1, 1]], [], { partial: 1, incomplete: 0 }],
    ["no candle", [], [], { partial: 0, incomplete: 0 }],
  ])("%s", (_what, rows, expected, counts) => {
    const { candles, partial, incomplete } = resample(minutes(...rows), "1m", "3m");
    expect(rowsOf(candles).map(([at]) => (at! - start) / MINUTE)).toEqual(expected);
    expect({ partial, incomplete }).toEqual(counts);
  });

  it("passes over candles without volume where others traded", () => {
    expect(rowsOf(resample(minutes([0, 0], [1, 3], [2, 0]), "1m", "3m").candles)).toEqual([
      [start, 11, 21, 5, 12, 3, 6],
    ]);
    expect(rowsOf(resample(minutes([0, 0], [1, 0], [2, 0]), "1m", "3m").candles)).toEqual([
      [start, 10, 22, 5, 13, 0, 6],
    ]);
  });

  it.each<[Timeframe, Timeframe]>([
    ["3m", "5m"],
    ["1h", "1h"],
    ["1h", "1m"],
    ["8h", "12h"],
  ])("%s does not make %s", (from, to) => {
    expect(() => resample(minutes(), from, to)).toThrow(
      `timeframe: expected a timeframe that is made of whole ${from} candles`,
    );
  });

  it("refuses candles out of order", () => {
    expect(() => resample(minutes([1, 1], [0, 1]), "1m", "3m")).toThrow("ascending open times");
  });

  it("equals what the trades make themselves, less what is partial", () => {
    const trade = fc.record({
      after: fc.nat(400_000),
      ticks: fc.integer({ min: 1, max: 10_000 }),
      lots: fc.integer({ min: 1, max: 1e9 }),
    });
    const pairs = fc.constantFrom<[Timeframe, Timeframe]>(
      ["1m", "5m"],
      ["3m", "15m"],
      ["5m", "1h"],
      ["1m", "1h"],
    );
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 120 }), pairs, (trades, [from, to]) => {
        const series = new CandleSeries(decimal("0.00000001"), [from, to]);
        const closed: Record<string, Candle[]> = { [from]: [], [to]: [] };
        let at = start;
        for (const [id, { after, ticks, lots }] of trades.entries()) {
          at += after;
          const told = series.push({
            at: at as Timestamp,
            price: ticks / 100,
            quantity: lots / 1e8,
            side: "buy",
            id,
          });
          for (const { timeframe, candle } of told) closed[timeframe]!.push(candle);
        }
        for (const { timeframe, candle } of series.closeBefore(timestamp(at + timeframes["1d"])))
          closed[timeframe]!.push(candle);
        const fine = CandleTable.of(closed[from]!);
        const { candles } = resample(fine, from, to);
        const [first, last] = [fine.at[0]!, fine.at[fine.length - 1]! + timeframes[from]];
        const whole = closed[to]!.filter(
          ({ openAt }) =>
            openAt + timeframes[to] <= last && (openAt > first || openOf(first as Timestamp, to) === first),
        );
        expect(rowsOf(candles)).toEqual(rowsOf(CandleTable.of(whole)));
      }),
      { numRuns: 50 },
    );
  });
});

describe("divisorOf", () => {
  it.each<[readonly number[], number | undefined]>([
    [[], 1],
    [[0, 5, 100], 1],
    [[0.1, 0.25], 100],
    [[6.72374365, 33.353996], 1e8],
    [[1 / 3], undefined],
    [[1e15, 0.001], undefined],
  ])("of %j is %j", (values, divisor) => {
    expect(divisorOf(Float64Array.from(values))).toBe(divisor);
  });

  it("gives every value back", () => {
    const value = fc
      .tuple(fc.nat(1e6), fc.nat(8))
      .map(([whole, decimals]) => Number(`${whole}e-${decimals}`));
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const divisor = divisorOf(Float64Array.from(values))!;
        expect(values.map((each) => Math.round(each * divisor) / divisor)).toEqual(values);
      }),
    );
  });
});

describe("order", () => {
  it("sorts, drops what repeats, and names what conflicts", () => {
    const told = inOrder(minutes([2, 1], [0, 1], [2, 1], [1, 1], [0, 7]));
    expect(rowsOf(told.candles).map(([at, , , , , volume]) => [(at! - start) / MINUTE, volume])).toEqual([
      [0, 7],
      [1, 1],
      [2, 1],
    ]);
    expect(told).toMatchObject({ duplicates: 1, conflicts: [start] });
  });

  it("merges: of a time that both have the fresh one stands", () => {
    const both = merged(minutes([0, 1], [1, 1]), minutes([1, 2], [2, 2]));
    expect(rowsOf(both).map((row) => row[5])).toEqual([1, 2, 2]);
  });
});

describeRecorded("candles-binance-1h-long", () => {
  it.each<[string, Timeframe, Timeframe, number]>([
    ["candles-binance-1h-long/BTC_USDT", "1h", "4h", 0],
    // Its first day began at 04:00, when the venue opened.
    ["candles-binance-1h-long/BTC_USDT", "1h", "1d", 1],
    ["candles-binance-1h-long/XRP_USDT", "1h", "4h", 0],
    ["candles-bybit-1m-2025-06/BTC_USDT", "1m", "4h", 0],
    ["candles-bybit-1m-2025-06/ADA_USDT", "5m", "30m", 0],
    ["trades-binance-xrpeth-2019-10/XRP_ETH", "1m", "5m", 0],
  ])("%s: %s makes the venue's own %s", async (path, from, to, missing) => {
    const fine = await readCandles(recordedPath(`${path}-${from}.csv.gz`));
    const own = await readCandles(recordedPath(`${path}-${to}.csv.gz`));
    const made = rowsOf(resample(fine.candles, from, to).candles);
    const by = new Map(made.map((row) => [row[0], row]));
    const compared = rowsOf(own.candles).filter((row) => by.has(row[0]));
    expect(own.candles.length - compared.length).toBe(missing);
    expect(compared.length).toBe(made.length);
    for (const row of compared) expect(by.get(row[0])).toEqual(row);
  });
});

/** Every recorded data set under the backtester: a right result, or a refusal that says what is wrong where. */
import { expect, it } from "vitest";
import { runBacktest } from "../../nodes/backtest.ts";
import { parseSlippage } from "../../simulation/backtest/slippage.ts";
import { describeRecorded, recordedPath } from "../recorded.ts";

interface Choice {
  readonly pairs?: readonly string[];
  readonly timeframe?: string;
  readonly timerange?: string;
}

const run = (path: string, choice: Choice) =>
  runBacktest({
    strategy: "moving-average-cross",
    params: { fast: 5, slow: 20 },
    path: recordedPath(path),
    convention: "next-open",
    accounting: "float",
    makerBps: 10,
    takerBps: 10,
    slippage: parseSlippage("none", "slippage"),
    orderLatencyMs: 0,
    startingBalance: 10_000,
    seed: 1,
    ...choice,
  });

/** Of which set, what is asked, how many candles are traded, and what the answer says of them. */
const results: readonly (readonly [string, Choice, object, readonly string[]])[] = [
  [
    "candles-binance-1h-2020-12_2021-05",
    { timerange: "20210501-20210503" },
    { timeframe: "1h", quote: "USDT" },
    ["left out, other candles of ETH/USDT", "11 candles missing in 6 gaps", "2 candles without volume"],
  ],
  [
    "candles-binance-5m-2020-12_2021-05",
    { timerange: "20210519-20210520", pairs: ["BTC/USDT", "ZEC/USDT"] },
    { timeframe: "5m", quote: "USDT" },
    ["left out, other candles of ZEC/USDT", "177 candles missing in 6 gaps", "28 candles without volume"],
  ],
  ["candles-ftx-1h-2021-01_2021-05", { timerange: "20210519-20210521" }, { quote: "USD" }, ["(wick)"]],
  ["candles-binance-1h-long", { timeframe: "1d" }, { timeframe: "1d", quote: "USDT" }, ["(wick)"]],
  // Hours in which nobody traded are not there.
  [
    "candles-kraken-1h-xbtusd",
    { timerange: "20131006-20140101" },
    { quote: "USD" },
    ["818 candles missing in 223 gaps"],
  ],
  // The close of one print, 30 % below every other venue.
  [
    "candles-coinbase-4h-btcusd",
    { timerange: "20180401-20180501" },
    { timeframe: "4h" },
    ["1 doubtful prices (spike), the first at 2018-04-03T20:00"],
  ],
  [
    "candles-bybit-1m-2025-06",
    { timeframe: "1m", timerange: "20250610-20250611" },
    { quote: "USDT" },
    ["without volume"],
  ],
  [
    "candles-bittrex-btc-2018-01",
    { timeframe: "1h" },
    { quote: "BTC" },
    ["1h made of 5m, 2 partial left out"],
  ],
  [
    "candles-coinbase-1m-2018-04",
    { pairs: ["BTC/EUR"] },
    { quote: "EUR" },
    ["657 candles missing in 156 gaps"],
  ],
  ["trades-binance-xrpeth-2019-10", { timeframe: "5m" }, { quote: "ETH" }, []],
  ["trades-binance-ethusdt-perp-2023-02", {}, { timeframe: "5m", quote: "USDT" }, []],
];

const hours = "candles-binance-1h-2020-12_2021-05";
const daily = "trades-binance-btcusdt-2020-11-16";
const noCandles = "--candles: expected candle files named like BTC_USDT-5m.csv.gz";
const refusals: readonly (readonly [string, Choice, string])[] = [
  [`${hours}/odd-ETH_USDT-1h-2018-02-offgrid.csv.gz`, {}, "off-grid at 2018-02-09T09:28:14.800Z, 43 in all"],
  [daily, {}, "broken at 2019-01-03T00:00:00.000Z (high 3766.78 below open"],
  [`${daily}/BTC_USDT-trades.csv.gz`, {}, "BTC_USDT-trades.csv.gz:1: expected columns for time, open, high"],
  ["candles-coinbase-1m-2018-04", {}, "--pairs: expected pairs of one quote asset (of EUR, USD)"],
  ["candles-coinbase-1m-2018-04/BTC_EUR-20180404-1m-quotebars.csv.gz", {}, "expected columns for time, open"],
  [
    "candles-bybit-1m-2025-06",
    {},
    "--timeframe: expected one of those of ADA/USDT (15m, 1h, 1m, 30m, 4h, 5m)",
  ],
  [
    "candles-bittrex-btc-2018-01",
    { timeframe: "1m", timerange: "20180115-20180116" },
    "--timerange: expected a time that there are candles of ETH/BTC in",
  ],
  ["orderbook-binance-spot-btcusdt-2024-08", {}, noCandles],
  ["ws-recordings-kraken-coinbase-binance", {}, noCandles],
  ["orderbook-tardis-samples", {}, noCandles],
  ["payloads-binance-kraken-coinbase", {}, noCandles],
  ["headlines-cryptolin", {}, noCandles],
  ["sentiment-vader-tweets", {}, noCandles],
  ["altdata-btc-daily", {}, noCandles],
  ["taxlots-rp2", {}, noCandles],
];

describeRecorded("candles-binance-1h-2020-12_2021-05", () => {
  it.each(results)("%s %j: a result, with what is odd in the data", async (path, choice, about, noted) => {
    const { answer } = await run(path, choice);
    expect(answer).toMatchObject(about);
    expect(answer.candles).toBeGreaterThan(100);
    expect(answer.trades.length).toBeGreaterThan(0);
    const { startingBalance, equity, trades, profitTotalRatio } = answer;
    // Every trade is closed at the end: what they earned is what the equity gained.
    const earned = trades.reduce((sum, { profit }) => sum + profit, 0);
    expect(earned / startingBalance).toBeCloseTo(profitTotalRatio, 9);
    expect(equity.every(([, value]) => value > 0)).toBe(true);
    const text = answer.notes.join("\n");
    for (const note of noted) expect(text).toContain(note);
  });

  it.each(refusals)("%s %j: refused, %s", async (path, choice, said) => {
    await expect(run(path, choice)).rejects.toThrow(said);
  });
});

describeRecorded("candles-binance-1h-2020-12_2021-05", () => {
  it("thirty instruments in one portfolio: their equity is one, and their profits sum to it", async () => {
    const { answer } = await run(hours, { timerange: "20210515-20210522" });
    expect(answer.markets.length).toBe(30);
    expect(new Set(answer.trades.map(({ pair }) => pair)).size).toBeGreaterThan(25);
    const earned = answer.trades.reduce((sum, { profit }) => sum + profit, 0);
    expect(earned).toBeCloseTo(answer.equity.at(-1)![1] - answer.startingBalance, 6);
  });
});

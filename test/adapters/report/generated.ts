/**
 * A backtest out of candles, as large as wished and without an engine: each market is held while a fast average of closes lies above a slow
 * one, with a stop, so that there are trades of every kind. Positions are marked at each close.
 */
import type { MarketCandles } from "../../../domain/reports/market.ts";
import { reportedMarket } from "../../../domain/reports/market.ts";
import type { ReportedBacktest, ReportedTrade } from "../../../domain/reports/reported.ts";
import { timeframes } from "../../../domain/market/candle.ts";

export interface Generation {
  readonly slow: number;
  readonly stop: number;
  readonly feeBps: number;
}

const startingBalance = 10_000;

/** All markets have the same open times. */
export const generated = (
  markets: readonly MarketCandles[],
  { slow, stop, feeBps }: Generation = { slow: 240, stop: 0.04, feeBps: 10 },
): ReportedBacktest => {
  const [first] = markets;
  const span = timeframes[first!.timeframe];
  const { length, at } = first!.candles;
  const value = new Float64Array(length).fill(startingBalance);
  const trades = markets.flatMap((market) => tradesOf(market, span, slow, stop, feeBps / 1e4, value));
  const [from, to] = [at[0]!, at[length - 1]! + span];
  return {
    strategy: "generated",
    params: { slow, stop },
    conventions: {
      fills: "at the close",
      fees: `${feeBps} bps of both sides`,
      stops: "at the close below the stop",
    },
    quote: "USDT",
    timeframe: first!.timeframe,
    startingBalance,
    from,
    to,
    markets: markets.map((market) => reportedMarket(market, from, to)),
    trades: trades.sort((a, b) => a.openAt - b.openAt),
    equity: { at: at.slice(0, length).map((open) => open + span), value },
    refusals: {},
    orderListHash: "",
  };
};

const tradesOf = (
  { pair, candles }: MarketCandles,
  span: number,
  slow: number,
  stop: number,
  fee: number,
  equity: Float64Array,
): readonly ReportedTrade[] => {
  const { close, at, length } = candles;
  const trades: ReportedTrade[] = [];
  const stake = startingBalance / 20;
  let [fastAverage, slowAverage, opened, booked, armed] = [close[0]!, close[0]!, -1, 0, false];
  for (let i = 0; i < length; i += 1) {
    const price = close[i]!;
    fastAverage += (price - fastAverage) * (8 / slow);
    slowAverage += (price - slowAverage) / slow;
    const above = fastAverage > slowAverage * 1.001;
    if (!above) armed = true;
    if (opened >= 0) {
      const openPrice = close[opened]!;
      const quantity = stake / openPrice;
      const reason =
        price < openPrice * (1 - stop)
          ? "stop_loss"
          : fastAverage < slowAverage
            ? "exit_signal"
            : i === length - 1
              ? "force_exit"
              : "";
      const fees = quantity * (openPrice + price) * fee;
      const profit = quantity * (price - openPrice) - fees;
      if (reason !== "") {
        const prices = { openPrice, closePrice: price, quantity, fees, mae: 0, mfe: 0 };
        const times = { openAt: at[opened]! + span, closeAt: at[i]! + span };
        const tag = opened % 3 === 0 ? "cross" : "cross-wide";
        const labels = { pair, side: "long" as const, tag, exitReason: reason };
        trades.push({ ...labels, ...times, ...prices, profit, profitRatio: profit / stake });
        booked += profit;
        [opened, armed] = [-1, false];
      } else equity[i] = equity[i]! + profit;
    } else if (above && armed && i > slow && i < length - 1) opened = i;
    equity[i] = equity[i]! + booked;
  }
  return trades;
};

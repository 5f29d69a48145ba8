/** What a result assumes, in words. docs/backtesting.md tells the same at length. */
import type { Needs } from "../../domain/strategy/strategy.ts";
import { contractTexts } from "./contracts/terms.ts";
import { slippageText } from "./slippage.ts";
import type { BacktestSettings, FillConvention } from "./settings.ts";

const fills: Readonly<Record<FillConvention, string>> = {
  "next-open":
    "next-open: decided at a close, filled at the next candle's open; limits at their price once a candle trades through it, at the open where that is better; stops at their price, at the open where that is worse, before targets and limits",
  "same-close":
    "same-close: decided at a close, filled at that close; limits and stops as in next-open, from the next candle on",
  "intra-candle":
    "intra-candle: decided at a close, met from the next open on along the path open-low-high-close (open-high-low-close where the candle fell); answers to fills on the way arrive at once",
};

export const conventionsOf = (
  settings: BacktestSettings,
  { warmupCandles, timeframes }: Needs,
): Readonly<Record<string, string>> => {
  const { convention, accounting, makerBps, takerBps, slippage, from, markets, contracts } = settings;
  const detail = markets[0]?.detail?.timeframe;
  return {
    fills: fills[convention],
    ...(detail !== undefined && {
      detail: `orders meet the candles of ${detail}, of which every word about fills and slippage is meant; the strategy is told those of ${timeframes.join(", ")}`,
    }),
    fees: `maker ${makerBps} bps, taker ${takerBps} bps of the notional, in quote`,
    slippage: slippageText(slippage),
    latency: latencyText(settings),
    accounting:
      accounting === "exact"
        ? "exact: the portfolio that trades live, in decimals"
        : "float: the portfolio's rules in doubles, without grid",
    positions: "spot: a wish to be short is a wish to be flat",
    ...(contracts && contractTexts(contracts, markets)),
    "warm-up":
      from === undefined
        ? `the first ${warmupCandles} candles of ${timeframes.join(", ")} of each market`
        : `candles that close by ${from} (ms)`,
    trades: "from flat to flat; open ones are valued at the last close, without a fee (force_exit)",
    equity: "cash and positions at the last close",
  };
};

const latencyText = ({ orderLatencyMs = 0, feedLatencyMs = 0 }: BacktestSettings): string => {
  const parts = [
    ...(feedLatencyMs > 0 ? [`candles are told ${feedLatencyMs} ms after their close`] : []),
    ...(orderLatencyMs > 0
      ? [`orders meet no price before ${orderLatencyMs} ms have passed, which is the next open after that`]
      : []),
  ];
  return parts.length === 0 ? "none" : parts.join("; ");
};

/** What a result assumes, in words. docs/backtesting.md tells the same at length. */
import type { Needs } from "../../domain/strategy/strategy.ts";
import { slippageText } from "./slippage.ts";
import type { BacktestSettings, FillConvention } from "./settings.ts";

const fills: Readonly<Record<FillConvention, string>> = {
  "next-open":
    "next-open: decided at a close, filled at the next candle's open; limits at their price once a candle trades through it, at the open where that is better; stops at their price, at the open where that is worse, before limits",
  "same-close":
    "same-close: decided at a close, filled at that close; limits and stops as in next-open, from the next candle on",
  "intra-candle":
    "intra-candle: decided at a close, met from the next open on along the path open-low-high-close (open-high-low-close where the candle fell); answers to fills on the way arrive at once",
};

export const conventionsOf = (
  { convention, accounting, makerBps, takerBps, slippage, from, orderLatencyMs = 0 }: BacktestSettings,
  { warmupCandles, timeframes }: Needs,
): Readonly<Record<string, string>> => ({
  fills: fills[convention],
  fees: `maker ${makerBps} bps, taker ${takerBps} bps of the notional, in quote`,
  slippage: slippageText(slippage),
  latency: orderLatencyMs === 0 ? "none" : `orders meet no price before ${orderLatencyMs} ms have passed`,
  accounting:
    accounting === "exact"
      ? "exact: the portfolio that trades live, in decimals"
      : "float: the portfolio's rules in doubles, without grid",
  positions: "spot: a wish to be short is a wish to be flat",
  "warm-up":
    from === undefined
      ? `the first ${warmupCandles} candles of ${timeframes.join(", ")} of each market`
      : `candles that close by ${from} (ms)`,
  trades: "from flat to flat; open ones are valued at the last close, without a fee (force_exit)",
  equity: "cash and positions at the last close",
});

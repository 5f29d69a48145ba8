/** Parameters with which strategies act within minutes of a quiet market: short memories, near levels, little patience. */
import type { Params } from "../../domain/strategy/strategy.ts";

export const quick: Readonly<Record<string, Params>> = {
  "moving-average-cross": { fast: 2, slow: 4 },
  "mean-reversion": { memory: 6, entry: 0.7, exit: 0.2 },
  momentum: { lookback: 3, memory: 5, entry: 0.3 },
  "channel-breakout": { entry: 2, exit: 1 },
  "bollinger-reversion": { length: 6, width: 1 },
  "trend-pullback": { fast: 2, slow: 4, rsi: 3, ceiling: 95, atr: 3 },
  "dca-timetable": { every: 5, times: 10 },
  "dca-ladder": { deviation: 0.1, safetyOrders: 3, takeProfit: 0.1 },
  grid: { below: 1, above: 1, cells: 20, minProfitBps: 0 },
  execute: { algorithm: "pov", participation: 25, minutes: 10, children: "limit", hold: 3 },
  composite: { enter: "close > ema(5)", exit: "5m: close < ema(3)" },
  "market-maker": { spreadBps: 10, toleranceBps: 1 },
  "avellaneda-stoikov": { memory: 5, horizon: 5, minSpreadBps: 1 },
  pairs: { hedge: "kalman", length: 30, entry: 1, stop: 0 },
  "cross-venue-arbitrage": {
    ...{ edgeBps: 0, rebalanceBps: 0, staleMs: 60_000 },
    ...{ hedgeMs: 10_000, marketMs: 20_000, pauseMs: 0 },
  },
  "triangular-arbitrage": { edgeBps: 0, staleMs: 60_000, legMs: 10_000, pauseMs: 0 },
};

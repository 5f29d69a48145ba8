/**
 * Daily returns of parameter sets over the same days: one backtest each, from one moment on, when the slowest of them is warm.
 * Bulk work, so in doubles; the chosen ones are run again out of sample.
 */
import { timeframes } from "../../domain/market/candle.ts";
import { dailyReturns } from "../../domain/performance/daily-equity.ts";
import type { Params, Strategy } from "../../domain/strategy/strategy.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { timestamp } from "../../domain/values/values.ts";
import { backtest, type BacktestSettings } from "../backtest/backtest.ts";

export const DAY_MS = 86_400_000;

export interface TrialDays {
  /** Midnight (UTC) before the first day and after the last, ms. */
  readonly from: number;
  readonly to: number;
  readonly days: number;
}

export interface TrialRun {
  /** One a day, from `from` on. */
  readonly returns: Float64Array;
  readonly trades: number;
}

/** Whole days that every set can trade on, warm; within `from` and `to` of the settings. Throws `Invalid` where there are few. */
export const trialDays = (settings: BacktestSettings, sets: readonly Params[]): TrialDays => {
  const { strategy, markets } = settings;
  const warm = Math.max(...sets.map((params) => warmUpMs(strategy, params)));
  const begin = Math.max(...markets.map(({ candles }) => candles.at[0]!));
  const end = Math.min(
    ...markets.map(({ candles, timeframe }) => candles.at[candles.length - 1]! + timeframes[timeframe]),
  );
  const from = Math.ceil(Math.max(begin + warm, settings.from ?? -Infinity) / DAY_MS) * DAY_MS;
  const to = Math.floor(Math.min(end, settings.to ?? Infinity) / DAY_MS) * DAY_MS;
  const days = Math.max(0, (to - from) / DAY_MS);
  if (days < 2)
    throw new Invalid(
      "--candles",
      `candles of two days beyond the ${Math.ceil(warm / DAY_MS)} of the longest warm-up`,
      days,
    );
  return { from, to, days };
};

/** One candle more than is asked for: the first of a coarser timeframe may be partial. */
export const warmUpMs = (strategy: Strategy, params: Params): number => {
  const { warmupCandles, timeframes: wanted } = strategy.needs(params);
  return (warmupCandles + 1) * Math.max(...wanted.map((each) => timeframes[each]));
};

/** Of one set that begins flat and warm at `from`. */
export const trialRun = (
  settings: BacktestSettings,
  params: Params,
  { from, to }: Pick<TrialDays, "from" | "to">,
): TrialRun => {
  const first = from - warmUpMs(settings.strategy, params);
  const { equity, trades } = backtest({
    ...settings,
    // What is before the warm-up is no part of the run: so a window begins as trading would.
    markets: settings.markets.map((market) => ({ ...market, candles: market.candles.within(first, to) })),
    params,
    accounting: "float",
    from: timestamp(from),
    to: timestamp(to),
  });
  const days = Math.round((to - from) / DAY_MS);
  const returns = new Float64Array(days);
  // A close at midnight ends the day before; days without a candle earn nothing.
  const found = dailyReturns(
    equity.at.map((at) => at - 1),
    equity.value,
    settings.startingBalance,
  );
  for (let i = 0; i < found.returns.length; i += 1) {
    const day = (found.at[i]! - from) / DAY_MS;
    if (day >= 0 && day < days) returns[day] = found.returns[i]!;
  }
  return { returns, trades: trades.length };
};

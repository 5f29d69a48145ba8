/**
 * One trial: a backtest with these parameters, judged. A strategy that throws for some parameters makes a failed trial, not a
 * failed search. All trials are tested over the same time, whatever their warm-up; each sees before it as many candles as
 * `shoal backtesting` would give it.
 */
import { timeframes } from "../../domain/market/candle.ts";
import type { Params } from "../../domain/strategy/strategy.ts";
import { timestamp } from "../../domain/values/values.ts";
import { backtest, type BacktestSettings } from "../backtest/backtest.ts";
import { judge, type Evaluation, type Judgement } from "./objectives.ts";

export interface Testing extends Omit<BacktestSettings, "params" | "accounting" | "from"> {
  /** Ms: candles that close by then warm up. */
  readonly from: number;
}

export const evaluate = (
  testing: Testing,
  params: Params,
  accounting: BacktestSettings["accounting"],
  judgement: Judgement,
): Evaluation => {
  try {
    return judge(backtest(settingsOf(testing, params, accounting)), judgement);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { losses: null, reason: `failed: ${message}`, figures: null };
  }
};

const settingsOf = (
  { from, ...testing }: Testing,
  params: Params,
  accounting: BacktestSettings["accounting"],
): BacktestSettings => {
  const needs = testing.strategy.needs(params);
  const longest = Math.max(...needs.timeframes.map((each) => timeframes[each]));
  const first = from - (needs.warmupCandles + 1) * longest;
  return {
    ...testing,
    params,
    accounting,
    from: timestamp(from),
    markets: testing.markets.map((market) => ({
      ...market,
      candles: market.candles.within(first, Infinity),
    })),
  };
};

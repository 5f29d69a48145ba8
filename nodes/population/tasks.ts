/** What can be asked of whoever reckons a population, and how it is reckoned: many sets in bulk, or one again by the engine. */
import { timeframes } from "../../domain/market/candle.ts";
import { timestamp } from "../../domain/values/values.ts";
import { backtest } from "../../simulation/backtest/backtest.ts";
import type { Accounting, BacktestMarket, BacktestSettings } from "../../simulation/backtest/settings.ts";
import { groundOf } from "../../simulation/population/ground.ts";
import { evaluatePopulation } from "../../simulation/population/population.ts";
import { rate, rateDays } from "../../simulation/population/rating.ts";
import { screenPopulation } from "../../simulation/population/screen/screen.ts";
import { type Evaluation, judge } from "../../simulation/search/objectives.ts";
import { type PullbackParams, trendPullback } from "../../strategies/trend-pullback.ts";

export interface PopulationData {
  readonly market: BacktestMarket;
  /** Ms: candles that close by then warm up. */
  readonly from: number;
  readonly costs: Pick<BacktestSettings, "startingBalance" | "makerBps" | "takerBps" | "slippage">;
  readonly loss: string;
  readonly tradesMin: number;
}

export type PopulationTask =
  | { readonly screen: readonly PullbackParams[] }
  | { readonly sets: readonly PullbackParams[] }
  | { readonly again: PullbackParams; readonly accounting: Accounting };

/** Columns of the sets, in their order: in single precision. */
export interface ScreenedSets {
  readonly loss: Float64Array;
  readonly dailySharpe: Float64Array;
}

/** In doubles. */
export interface RatedSets extends ScreenedSets {
  readonly equity: Float64Array;
  readonly trades: Float64Array;
  readonly profit: Float64Array;
  readonly candleDrawdown: Float64Array;
}

export type PopulationFound = ScreenedSets | RatedSets | Evaluation;

export const tasksOver = ({
  market,
  from,
  costs,
  loss,
  tradesMin,
}: PopulationData): ((task: PopulationTask) => PopulationFound) => {
  const ground = groundOf(market.candles, timeframes[market.timeframe], from);
  const { startingBalance } = costs;
  const screen = (sets: readonly PullbackParams[]): ScreenedSets =>
    rateDays(screenPopulation(ground, costs, sets), { loss, tradesMin, startingBalance });
  const bulk = (sets: readonly PullbackParams[]): RatedSets => {
    const result = evaluatePopulation(ground, costs, sets);
    const { equity, trades, profit, candleDrawdown } = result;
    return { ...rate(result, { loss, tradesMin, startingBalance }), equity, trades, profit, candleDrawdown };
  };
  /** As `shoal backtesting` would run it, over the very candles of the population. */
  const again = (params: PullbackParams, accounting: Accounting): Evaluation =>
    judge(
      backtest({
        strategy: trendPullback,
        params,
        markets: [market],
        convention: "next-open",
        accounting,
        from: timestamp(from),
        seed: 0,
        ...costs,
      }),
      { objectives: [loss], tradesMin, startingBalance },
    );
  return (task) =>
    "screen" in task
      ? screen(task.screen)
      : "sets" in task
        ? bulk(task.sets)
        : again(task.again, task.accounting);
};

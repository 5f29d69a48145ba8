/** What can be asked of whoever reckons a population, and how it is reckoned: many sets in bulk, or one again by the engine. */
import { timeframes } from "../../domain/market/candle.ts";
import type { Params } from "../../domain/strategy/strategy.ts";
import { timestamp } from "../../domain/values/values.ts";
import { backtest } from "../../simulation/backtest/backtest.ts";
import type { Accounting, BacktestMarket, BacktestSettings } from "../../simulation/backtest/settings.ts";
import { bulks } from "../../simulation/population/bulk.ts";
import { groundOf } from "../../simulation/population/ground.ts";
import { rate, rateDays } from "../../simulation/population/rating.ts";
import { type Evaluation, judge } from "../../simulation/search/objectives.ts";

export interface PopulationData {
  /** The name of one that can be reckoned in bulk. */
  readonly strategy: string;
  readonly market: BacktestMarket;
  /** Ms: candles that close by then warm up. */
  readonly from: number;
  readonly costs: Pick<BacktestSettings, "startingBalance" | "makerBps" | "takerBps" | "slippage">;
  readonly loss: string;
  readonly tradesMin: number;
}

export type PopulationTask =
  | { readonly screen: readonly Params[] }
  | { readonly sets: readonly Params[] }
  | { readonly again: Params; readonly accounting: Accounting };

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
  strategy,
  market,
  from,
  costs,
  loss,
  tradesMin,
}: PopulationData): ((task: PopulationTask) => PopulationFound) => {
  const ground = groundOf(market.candles, timeframes[market.timeframe], from);
  const { startingBalance } = costs;
  const its = bulks.get(strategy)!;
  const screen = (sets: readonly Params[]): ScreenedSets =>
    rateDays(its.screen!(ground, costs, sets), { loss, tradesMin, startingBalance });
  const bulk = (sets: readonly Params[]): RatedSets => {
    const result = its.evaluate(ground, costs, sets);
    const { equity, trades, profit, candleDrawdown } = result;
    return { ...rate(result, { loss, tradesMin, startingBalance }), equity, trades, profit, candleDrawdown };
  };
  /** As `shoal backtesting` would run it, over the very candles of the population. */
  const again = (params: Params, accounting: Accounting): Evaluation =>
    judge(
      backtest({
        strategy: its.strategy,
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

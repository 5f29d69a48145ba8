/** What a set comes to by a backtest of it, in the columns of a population. */
import { dailyReturns } from "../../../domain/performance/daily-equity.ts";
import { sumOf } from "../../../domain/performance/moments.ts";
import type { CandleTable } from "../../../domain/history/candle-table.ts";
import type { Params, Strategy } from "../../../domain/strategy/strategy.ts";
import { timestamp } from "../../../domain/values/values.ts";
import { backtest, type BacktestResult } from "../../../simulation/backtest/backtest.ts";
import type { PopulationCosts } from "../../../simulation/population/costs.ts";
import { type PopulationResult, returnsOf } from "../../../simulation/population/result.ts";
import { instrument } from "../backtest/scripted.ts";
import type { spans } from "./markets.ts";

export interface ByBacktest<P extends Params> {
  readonly strategy: Strategy<P>;
  readonly params: P;
  readonly candles: CandleTable;
  readonly timeframe: keyof typeof spans;
  readonly costs: PopulationCosts;
  readonly from: number;
}

/** With float accounting and next-open fills. */
export const byBacktest = <P extends Params>({
  strategy,
  params,
  candles,
  timeframe,
  costs,
  from,
}: ByBacktest<P>) =>
  backtest({
    strategy,
    params: { ...params, timeframe },
    markets: [{ instrument: instrument(), timeframe, candles }],
    convention: "next-open",
    accounting: "float",
    seed: 1,
    from: timestamp(from),
    ...costs,
  });

/** The deepest fall of the equity, point by point. */
const deepest = (equity: Float64Array, start: number): number => {
  let peak = start;
  let deepest = 0;
  for (const value of equity) {
    if (value > peak) peak = value;
    deepest = Math.max(deepest, 1 - value / peak);
  }
  return deepest;
};

/** The columns of one set, out of a backtest. */
export const figuresOf = ({ trades, equity }: BacktestResult, start: number) => {
  const profits = trades.map(({ profit }) => profit);
  const ends = equity.at.map((at) => at - 1);
  return {
    equity: equity.value.at(-1),
    trades: trades.length,
    wins: profits.filter((profit) => profit > 0).length,
    losses: profits.filter((profit) => profit < 0).length,
    profit: sumOf(profits),
    won: sumOf(profits.filter((profit) => profit > 0)),
    lost: sumOf(profits.filter((profit) => profit < 0)),
    holdMs: trades.reduce((sum, { openAt, closeAt }) => sum + closeAt - openAt, 0),
    candleDrawdown: deepest(equity.value, start),
    returns: dailyReturns(ends, equity.value, start).returns,
  };
};

const columns = [
  "equity",
  "trades",
  "wins",
  "losses",
  "profit",
  "won",
  "lost",
  "holdMs",
  "candleDrawdown",
] as const;

/** The same columns of one set of a population. */
export const ofSet = (found: PopulationResult, set: number, start: number) => ({
  ...Object.fromEntries(columns.map((name) => [name, found[name][set]])),
  returns: returnsOf(found, set, start),
});

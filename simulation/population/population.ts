/**
 * A population: many parameter sets of trend-pullback over one market's candles, reckoned together. Each comes out as a backtest of it
 * with float accounting and next-open fills does (`backtest` with all these candles and this `from`), bit for bit; candles, indicators
 * and costs are shared, and nothing is allocated for a candle.
 */
import type { PullbackParams } from "../../strategies/trend-pullback.ts";
import { costsOf, type PopulationCosts } from "./costs.ts";
import { field, FIELDS } from "./field.ts";
import type { Ground } from "./ground.ts";
import type { BlockColumns } from "./plain-walk.ts";
import { conclude, DayEquity, type PopulationResult } from "./result.ts";
import { SharedSeries } from "./series.ts";
import { fastestWalker, type Walkers } from "./walker.ts";

/** `walkers`: who walks, for a check of one by the other. Throws `Invalid` for a slippage that knows volumes. */
export const evaluatePopulation = (
  ground: Ground,
  costs: PopulationCosts,
  sets: readonly PullbackParams[],
  walkers: Walkers = fastestWalker,
): PopulationResult => {
  const count = sets.length;
  const series = new SharedSeries();
  const begun = stateOf(sets, series, costs.startingBalance);
  const { columns, state, walk } = walkers({
    sets: count,
    series: series.count,
    costs: costsOf(costs),
    span: ground.span,
  });
  state.set(begun);
  const days = new DayEquity(ground, state, count);
  let begin = 0;
  for (const block of ground.blocks) {
    const end = block.at(-1)!.end;
    load(ground, begin, end, columns);
    series.fill(ground.candles, begin, end, columns.series);
    for (const piece of block) {
      walk(count, piece.begin - begin, piece.end - begin, piece.live);
      if (piece.endsDay) days.end(columns.close[piece.end - 1 - begin]!);
    }
    begin = end;
  }
  return conclude(ground, state, count, days);
};

const stateOf = (
  sets: readonly PullbackParams[],
  series: SharedSeries,
  startingBalance: number,
): Float64Array => {
  const state = new Float64Array(sets.length * FIELDS);
  for (const [i, { fast, slow, rsi, ceiling, atr, distance, exposure }] of sets.entries()) {
    const row = i * FIELDS;
    state[row + field.ceiling] = ceiling;
    state[row + field.distance] = distance;
    state[row + field.exposure] = exposure;
    state[row + field.cash] = startingBalance;
    state[row + field.peak] = startingBalance;
    state[row + field.trough] = startingBalance;
    state[row + field.fast] = series.place("ema", fast);
    state[row + field.slow] = series.place("ema", slow);
    state[row + field.rsi] = series.place("rsi", rsi);
    state[row + field.atr] = series.place("atr", atr);
  }
  return state;
};

const load = ({ candles }: Ground, begin: number, end: number, columns: BlockColumns): void => {
  for (const name of ["at", "open", "low", "close"] as const)
    columns[name].set(candles[name].subarray(begin, end));
};

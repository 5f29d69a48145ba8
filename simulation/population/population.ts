/**
 * A population: many parameter sets of trend-pullback over one market's candles, reckoned together. Each comes out as a backtest of it
 * with float accounting and next-open fills does (`backtest` with all these candles and this `from`), bit for bit; candles, indicators
 * and costs are shared, and nothing is allocated for a candle.
 */
import { dailyReturns } from "../../domain/performance/daily-equity.ts";
import type { Numbers } from "../../domain/performance/moments.ts";
import type { PullbackParams } from "../../strategies/trend-pullback.ts";
import { costsOf, type PopulationCosts } from "./costs.ts";
import { field, FIELDS } from "./field.ts";
import type { Ground } from "./ground.ts";
import { bookTrade, type BlockColumns } from "./plain-walk.ts";
import { SharedSeries } from "./series.ts";
import { fastestWalker, type Walkers } from "./walker.ts";

/** Columns, one place for each set. Amounts in quote. */
export interface PopulationResult {
  /** At the last close. */
  readonly equity: Float64Array;
  readonly trades: Float64Array;
  readonly wins: Float64Array;
  readonly losses: Float64Array;
  /** Sums over trades: of all, of those that won, and of those that lost (0 or below). */
  readonly profit: Float64Array;
  readonly won: Float64Array;
  readonly lost: Float64Array;
  /** Ms in all trades together. */
  readonly holdMs: Float64Array;
  /** Deepest fall of the equity at the candles' closes below its highest, the starting balance included, as a ratio. */
  readonly candleDrawdown: Float64Array;
  /** Equity at the end of each day traded on: `days.length` places for each set. */
  readonly dayEquity: Float64Array;
  readonly days: Float64Array;
}

/** What a loss of daily returns needs of a population. */
export type DailyResult = Pick<PopulationResult, "trades" | "dayEquity" | "days">;

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
  const dayEquity = new Float64Array(count * ground.days.length);
  let day = 0;
  let begin = 0;
  for (const block of ground.blocks) {
    const end = block.at(-1)!.end;
    load(ground, begin, end, columns);
    series.fill(ground.candles, begin, end, columns.series);
    for (const piece of block) {
      walk(count, piece.begin - begin, piece.end - begin, piece.live);
      if (!piece.endsDay) continue;
      const price = columns.close[piece.end - 1 - begin]!;
      for (let set = 0; set < count; set += 1)
        dayEquity[set * ground.days.length + day] = equityOf(state, set * FIELDS, price);
      day += 1;
    }
    begin = end;
  }
  return conclude(ground, state, count, dayEquity);
};

/** Daily returns of one set, as Shoal reports them (docs/metrics.md). */
export const returnsOf = ({ days, dayEquity }: DailyResult, set: number, startingBalance: number): Numbers =>
  dailyReturns(days, dayEquity.subarray(set * days.length, (set + 1) * days.length), startingBalance).returns;

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

const equityOf = (state: Float64Array, row: number, price: number): number =>
  state[row + field.cash]! + state[row + field.quantity]! * price;

/** Values what is held at the last close and takes the columns out of the state. */
const conclude = (
  { candles, span, days }: Ground,
  state: Float64Array,
  count: number,
  dayEquity: Float64Array,
): PopulationResult => {
  const last = candles.length - 1;
  const price = candles.close[last]!;
  const equity = new Float64Array(count);
  for (let set = 0; set < count; set += 1) {
    const row = set * FIELDS;
    equity[set] = equityOf(state, row, price);
    const quantity = state[row + field.quantity]!;
    if (quantity > 0) bookTrade(state, row, quantity * price, 0, candles.at[last]! + span);
    const fall = 1 - state[row + field.trough]! / state[row + field.peak]!;
    if (fall > state[row + field.drawdown]!) state[row + field.drawdown] = fall;
  }
  const column = (place: number): Float64Array =>
    Float64Array.from({ length: count }, (_, set) => state[set * FIELDS + place]!);
  const sum = (place: number): Float64Array => {
    const rest = column(place + 1);
    return column(place).map((value, set) => value + rest[set]!);
  };
  return {
    equity,
    trades: column(field.trades),
    wins: column(field.wins),
    losses: column(field.losses),
    profit: sum(field.profit),
    won: sum(field.won),
    lost: sum(field.lost),
    holdMs: column(field.holdMs),
    candleDrawdown: column(field.drawdown),
    dayEquity,
    days,
  };
};

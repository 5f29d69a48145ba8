/**
 * A strategy run again on less, to see whether it decides otherwise: on candles that end earlier (look-ahead, or chance of its own),
 * and on candles that begin later (too short a warm-up). Only the strategy's own fault can make a difference: the engine hands it
 * closed candles, one by one.
 */
import { timeframes } from "../../domain/market/candle.ts";
import type { Strategy } from "../../domain/strategy/strategy.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { timestamp } from "../../domain/values/values.ts";
import type { BacktestMarket, BacktestSettings } from "../backtest/backtest.ts";
import { type DecisionDifference, decisionsOf, firstDifference } from "./decisions.ts";

/** Numbers apart by less are rounding. */
const ROUNDING = 1e-9;
/** Whatever the numbers. */
const ANY = Number.MAX_VALUE;

export interface CutRun {
  /** The last close that the run saw, ms; of the second run over everything the end. */
  readonly cut: number;
  readonly decisions: number;
  /** `one`: with all candles. */
  readonly difference: DecisionDifference | null;
}

/**
 * The decisions up to each of `cuts` moments of the second half, and of all once more, against those with all candles. `strategyOf`: the
 * strategy of so many candles, where what it knows was computed of them outside.
 */
export const cutRuns = (
  settings: BacktestSettings,
  cuts: number,
  strategyOf: (markets: readonly BacktestMarket[]) => Strategy = () => settings.strategy,
): readonly CutRun[] => {
  const run = (to: number) => {
    const markets = marketsWithin(settings.markets, -Infinity, to);
    return decisionsOf({ ...settings, markets, strategy: strategyOf(markets) });
  };
  const { first, last, span } = spanOf(settings.markets);
  const full = run(last);
  return Array.from({ length: cuts + 1 }, (_, i) => {
    const cut =
      i === cuts ? last : first + Math.round(((last - first) / span) * (0.5 + i / (2 * cuts))) * span;
    const decisions = run(cut);
    return {
      cut,
      decisions: decisions.length,
      difference: firstDifference(
        full.filter(({ at }) => at <= cut),
        decisions,
        ROUNDING,
      ),
    };
  });
};

export interface StartupRun {
  /** Candles of the strategy's longest timeframe before the first one it may act on. */
  readonly candles: number;
  readonly points: number;
  /** Points after which it wished something else than with all earlier candles. */
  readonly differing: number;
  /** Points after which the wishes are the same, but the numbers behind them are not. */
  readonly numbersDiffering: number;
  /** The first of the former, else of the latter. */
  readonly first: DecisionDifference | null;
}

export interface StartupPlan {
  readonly startups: readonly number[];
  /** Moments at which trading begins, evenly over the second half. */
  readonly points: number;
  /** Candles of the longest timeframe that are traded after each. */
  readonly traded: number;
  /** Largest relative distance of the numbers behind a decision that counts as equal. */
  readonly tolerance: number;
}

/** Throws `Invalid` where there are too few candles for the longest startup. */
export const startupRuns = (
  settings: BacktestSettings,
  { startups, points, traded, tolerance }: StartupPlan,
): readonly StartupRun[] => {
  const { strategy, params, markets } = settings;
  const frame = Math.max(...strategy.needs(params).timeframes.map((each) => timeframes[each]));
  const { first, last } = spanOf(markets);
  const begin = Math.max(first + (last - first) / 2, first + 2 * Math.max(...startups) * frame);
  const end = last - traded * frame;
  if (!(end >= begin))
    throw new Invalid(
      "--candles",
      `twice the longest startup of ${Math.max(...startups)} candles and ${traded} to trade`,
      Math.floor((last - first) / frame),
    );
  const moments = Array.from({ length: points }, (_, i) => {
    const at = points === 1 ? begin : begin + ((end - begin) * i) / (points - 1);
    return Math.ceil(at / frame) * frame;
  }).filter((at) => at <= end);
  const run = (from: number, startup: number) =>
    decisionsOf({
      ...settings,
      markets: marketsWithin(markets, from - startup * frame, from + traded * frame),
      from: timestamp(from),
    });
  const full = moments.map((from) => run(from, Infinity));
  return startups.map((candles) => {
    const runs = moments.map((from) => run(from, candles));
    const apart = (by: number) =>
      runs.map((decisions, i) => firstDifference(full[i]!, decisions, by)).filter((each) => each !== null);
    const wishes = apart(ANY);
    const numbers = apart(tolerance);
    return {
      candles,
      points: moments.length,
      differing: wishes.length,
      numbersDiffering: numbers.length - wishes.length,
      first: wishes[0] ?? numbers[0] ?? null,
    };
  });
};

const spanOf = (markets: readonly BacktestMarket[]) => {
  const span = Math.max(...markets.map(({ timeframe }) => timeframes[timeframe]));
  return {
    span,
    first: Math.max(...markets.map(({ candles }) => candles.at[0]!)),
    last: Math.min(...markets.map(({ candles }) => candles.at[candles.length - 1]!)) + span,
  };
};

/** Candles that open from `from` on and have closed by `to`. */
const marketsWithin = (
  markets: readonly BacktestMarket[],
  from: number,
  to: number,
): readonly BacktestMarket[] =>
  markets.map((market) => ({
    ...market,
    candles: market.candles.within(from, to - timeframes[market.timeframe] + 1),
  }));

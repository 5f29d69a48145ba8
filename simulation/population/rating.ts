/**
 * How good each set of a population was: the losses of a search (simulation/search/objectives.ts) that can be told from a population's
 * columns, the same numbers bit for bit. A loss is NaN for a set that is not rated.
 */
import { momentsOf, type Numbers } from "../../domain/performance/moments.ts";
import { over, type Ratios, returnRatios } from "../../domain/performance/return-ratios.ts";
import { sharpeSample } from "../../domain/performance/sharpe-tests.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { type DailyResult, type PopulationResult, returnsOf } from "./result.ts";

const YEAR = 365;

const ofRatios: Readonly<Record<string, (ratios: Ratios) => number>> = {
  profit: ({ totalReturn }) => -totalReturn,
  cagr: ({ cagr }) => -cagr,
  sortino: ({ sortino }) => -sortino,
  calmar: ({ calmar }) => -calmar,
  omega: ({ omega }) => -omega,
  drawdown: ({ maxDrawdown }) => maxDrawdown,
  ulcer: ({ ulcerIndex }) => ulcerIndex,
};
const ofTrades: Readonly<Record<string, (result: PopulationResult, set: number) => number>> = {
  "profit-factor": ({ won, lost }, set) => -over(won[set]!, -lost[set]!),
  "win-rate": ({ wins, trades }, set) => -(wins[set]! / trades[set]!),
};

/** Those of daily returns, which a screen in single precision can tell too. */
const dailyLosses: readonly string[] = ["sharpe", ...Object.keys(ofRatios)];
export const populationLosses: readonly string[] = [...dailyLosses, ...Object.keys(ofTrades)];

export interface Ratings {
  readonly loss: Float64Array;
  /** Of daily returns, not annualised; NaN where nothing deviates. */
  readonly dailySharpe: Float64Array;
}

interface Rating {
  readonly loss: string;
  /** A set with fewer is not rated. */
  readonly tradesMin: number;
  readonly startingBalance: number;
}

/** Throws `Invalid` for a loss that needs more than a population keeps. */
export const rate = (result: PopulationResult, rating: Rating): Ratings => {
  checkLoss(rating.loss, false);
  const ofSet = ofTrades[rating.loss];
  return ofSet === undefined
    ? rateDays(result, rating)
    : rated(result, rating, (_, set) => ofSet(result, set));
};

/** Throws `Invalid` for a loss of trades, of which a screen knows only how many there are. */
export const rateDays = (result: DailyResult, rating: Rating): Ratings => {
  checkLoss(rating.loss, true);
  const ofDays = ofRatios[rating.loss];
  return rated(result, rating, (returns) => {
    if (ofDays !== undefined) return ofDays(returnRatios(returns, YEAR));
    const { mean, deviation } = momentsOf(returns);
    return -(over(mean, deviation) * Math.sqrt(YEAR));
  });
};

const rated = (
  result: DailyResult,
  { tradesMin, startingBalance }: Rating,
  lossOf: (returns: Numbers, set: number) => number,
): Ratings => {
  const count = result.trades.length;
  const loss = new Float64Array(count).fill(NaN);
  const dailySharpe = new Float64Array(count);
  for (let set = 0; set < count; set += 1) {
    const returns = returnsOf(result, set, startingBalance);
    dailySharpe[set] = sharpeSample(returns).sharpe;
    if (result.trades[set]! < tradesMin) continue;
    const value = lossOf(returns, set);
    if (Number.isFinite(value)) loss[set] = value;
  }
  return { loss, dailySharpe };
};

/** `screened`: whether a screen must tell it. */
export const checkLoss = (name: string, screened: boolean): void => {
  const known = screened ? dailyLosses : populationLosses;
  if (!known.includes(name))
    throw new Invalid(
      "--loss",
      `one of ${known.join(", ")}${screened ? ", which --screen can tell" : ""}`,
      name,
    );
};

/** The best `most` of those that are rated, best first; of equals the first. */
export const bestOf = (loss: Float64Array, most: number): readonly number[] =>
  Array.from(loss.keys())
    .filter((set) => !Number.isNaN(loss[set]))
    .sort((a, b) => loss[a]! - loss[b]! || a - b)
    .slice(0, most);

/**
 * How much a Sharpe ratio is worth, given its sample and how many were tried. Sharpe ratios here are per period, not
 * annualised. Bailey and López de Prado: "The Sharpe ratio efficient frontier" (2012: probabilistic Sharpe, minimum
 * track record), "The deflated Sharpe ratio" (2014); with Borwein and Zhu, "Pseudo-mathematics and financial
 * charlatanism" (2014: minimum backtest length). What is undefined is NaN.
 */
import { momentsOf, type Numbers } from "./moments.ts";
import { normalProbability, normalQuantile } from "./normal.ts";

export interface SharpeSample {
  /** Per period. */
  readonly sharpe: number;
  /** Returns it was measured on. */
  readonly count: number;
  readonly skew: number;
  /** Raw: 3 for normal returns. */
  readonly kurtosis: number;
}

export const sharpeSample = (returns: Numbers): SharpeSample => {
  const { mean, deviation, count, skew, kurtosis } = momentsOf(returns);
  return { sharpe: deviation > 0 ? mean / deviation : NaN, count, skew, kurtosis };
};

/** Variance of a Sharpe estimate times (count - 1), for returns that are not normal (Mertens 2002). */
const spread = ({ sharpe, skew, kurtosis }: SharpeSample): number =>
  1 - skew * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;

/** Probability that the true Sharpe ratio is above `benchmark`. */
export const probabilisticSharpe = (sample: SharpeSample, benchmark = 0): number =>
  normalProbability(((sample.sharpe - benchmark) * Math.sqrt(sample.count - 1)) / Math.sqrt(spread(sample)));

const EULER = 0.5772156649015329;

/** Highest of `trials` independent standard normals, expected; 0 for one. Fractions of a trial are allowed. */
const expectedMaximum = (trials: number): number =>
  trials <= 1
    ? 0
    : (1 - EULER) * normalQuantile(1 - 1 / trials) + EULER * normalQuantile(1 - 1 / (trials * Math.E));

/** The best Sharpe ratio that `trials` trials without any skill give, when their ratios deviate so much. */
export const expectedMaxSharpe = (trials: number, deviation: number): number =>
  trials <= 1 ? 0 : deviation * expectedMaximum(trials);

/**
 * Deflated Sharpe ratio: the probability that the best of `trials` has skill. `deviation` is that of the trials'
 * Sharpe ratios per period; unless it is known, what trials without skill show in so many returns.
 */
export const deflatedSharpe = (
  sample: SharpeSample,
  trials: number,
  deviation = 1 / Math.sqrt(sample.count - 1),
): number => probabilisticSharpe(sample, expectedMaxSharpe(trials, deviation));

/** Returns needed until this Sharpe ratio is above `benchmark` with that confidence; Infinity when it is not above it. */
export const minimumTrackRecord = (sample: SharpeSample, benchmark = 0, confidence = 0.95): number => {
  if (sample.sharpe <= benchmark) return Infinity;
  return 1 + spread(sample) * (normalQuantile(confidence) / (sample.sharpe - benchmark)) ** 2;
};

/** Years below which the best of `trials` is expected to show this annual Sharpe ratio by luck alone. */
export const minimumBacktestYears = (trials: number, annualSharpe: number): number =>
  (expectedMaximum(trials) / annualSharpe) ** 2;

/** Independent trials that `trials` with this mean correlation are worth: rho + (1 - rho) trials, at least 1. */
export const effectiveTrials = (trials: number, meanCorrelation: number): number =>
  Math.max(1, meanCorrelation + (1 - meanCorrelation) * trials);

/**
 * The best of several trials, and what its Sharpe ratio is worth after so many: deflated by their number, or by how many
 * independent ones they amount to (Bailey and López de Prado 2014). Ratios are per period.
 */
import { Invalid } from "../values/invalid.ts";
import { momentsOf, type Numbers } from "./moments.ts";
import {
  deflatedSharpe,
  effectiveTrials,
  expectedMaxSharpe,
  minimumBacktestYears,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeSample,
} from "./sharpe-tests.ts";

export interface TrialSelection {
  /** Which trial has the highest Sharpe ratio. */
  readonly best: number;
  readonly sharpe: number;
  /** How many were tried, those that are not among the returns too. */
  readonly tried: number;
  readonly effective: number;
  /** Between the returns of any two trials, on average. */
  readonly meanCorrelation: number;
  /** Of the trials' Sharpe ratios. */
  readonly deviation: number;
  /** The best that so many trials give by luck. */
  readonly expectedMax: number;
  readonly probabilistic: number;
  readonly deflated: number;
  /** The same for the effective number of trials. */
  readonly deflatedEffective: number;
  /** Returns until the best is above `expectedMax` with 95 %. */
  readonly trackRecord: number;
  /** Years that so many trials need, lest luck alone shows the best one's Sharpe ratio of a year. */
  readonly backtestYears: number;
}

/** `tried`: at least as many as there are `trials`. NaN and Infinity where something is undefined. */
export const selectTrial = (
  trials: readonly Numbers[],
  tried = trials.length,
  periods = 365,
): TrialSelection => {
  if (trials.length < 2) throw new Invalid("trials", "two or more", trials.length);
  if (tried < trials.length) throw new Invalid("tried", `at least ${trials.length}, the trials given`, tried);
  const samples = trials.map(sharpeSample);
  const ratios = samples.map(({ sharpe }) => (Number.isNaN(sharpe) ? 0 : sharpe));
  const best = ratios.indexOf(Math.max(...ratios));
  const sample = samples[best]!;
  const { deviation } = momentsOf(ratios);
  const meanCorrelation = meanCorrelationOf(trials);
  const effective = effectiveTrials(tried, Math.max(0, meanCorrelation));
  const expectedMax = expectedMaxSharpe(tried, deviation);
  return {
    best,
    sharpe: sample.sharpe,
    tried,
    effective,
    meanCorrelation,
    deviation,
    expectedMax,
    probabilistic: probabilisticSharpe(sample),
    deflated: deflatedSharpe(sample, tried, deviation),
    deflatedEffective: deflatedSharpe(sample, effective, deviation),
    trackRecord: minimumTrackRecord(sample, expectedMax),
    backtestYears: minimumBacktestYears(tried, sample.sharpe * Math.sqrt(periods)),
  };
};

/** From the variance of the sum of the standardised returns: no pair is looked at. Trials that never vary count as 0. */
const meanCorrelationOf = (trials: readonly Numbers[]): number => {
  const count = trials[0]!.length;
  const sum = new Float64Array(count);
  let varying = 0;
  for (const returns of trials) {
    const { mean, deviation } = momentsOf(returns);
    if (!(deviation > 0)) continue;
    varying += 1;
    for (let i = 0; i < count; i += 1) sum[i]! += (returns[i]! - mean) / deviation;
  }
  let square = 0;
  for (const each of sum) square += each * each;
  return (square / (count - 1) - varying) / (trials.length * (trials.length - 1));
};

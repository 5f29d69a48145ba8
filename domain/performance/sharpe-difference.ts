/**
 * Whether two Sharpe ratios over the same periods differ: the test of Jobson and Korkie ("Performance hypothesis testing
 * with the Sharpe and Treynor measures", 1981) with Memmel's correction (2003). It holds for many returns that are normal and
 * independent in time; returns that are not want the paired bootstrap beside it (Ledoit and Wolf 2008).
 */
import { Invalid } from "../values/invalid.ts";
import { covarianceOf, momentsOf, type Numbers } from "./moments.ts";
import { normalProbability, normalQuantile } from "./normal.ts";

export interface SharpeDifference {
  /** Sharpe ratios per period. */
  readonly sharpes: readonly [a: number, b: number];
  /** The first less the second. */
  readonly difference: number;
  readonly correlation: number;
  /** Of the estimated difference. */
  readonly deviation: number;
  /** Two-sided, of the true difference being 0. */
  readonly pValue: number;
  /** Periods after which a difference of this size would be significant at 5 %; Infinity for none. */
  readonly periodsNeeded: number;
}

/**
 * Returns over the same periods. Variance of the difference, times the number of periods:
 * 2 - 2 r + (a^2 + b^2 - 2 a b r^2) / 2, with the ratios a and b and the correlation r. NaN where one never varies.
 */
export const sharpeDifference = (first: Numbers, second: Numbers): SharpeDifference => {
  if (first.length !== second.length)
    throw new Invalid("returns", `${first.length}, as the other series has`, second.length);
  const one = momentsOf(first);
  const two = momentsOf(second);
  const a = ratio(one);
  const b = ratio(two);
  // The product of rounded deviations may be a hair below the covariance of equal series.
  const correlation = Math.max(
    -1,
    Math.min(1, covarianceOf(first, second) / (one.deviation * two.deviation)),
  );
  const variance = 2 - 2 * correlation + (a * a + b * b - 2 * a * b * correlation * correlation) / 2;
  const deviation = Math.sqrt(Math.max(0, variance) / first.length);
  const difference = a - b;
  const z = difference === 0 ? 0 : Math.abs(difference) / deviation;
  return {
    sharpes: [a, b],
    difference,
    correlation,
    deviation,
    pValue: 2 * normalProbability(-z),
    periodsNeeded: (normalQuantile(0.975) / z) ** 2 * first.length,
  };
};

const ratio = ({ mean, deviation }: { readonly mean: number; readonly deviation: number }): number =>
  deviation > 0 ? mean / deviation : NaN;

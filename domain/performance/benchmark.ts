/**
 * Returns beside those of a benchmark over the same periods. Beta is the slope of the regression on the benchmark,
 * alpha what Jensen (1968) leaves over, the risk-free rate 0. Capture compares geometric means over the periods
 * in which the benchmark rose, or fell (as Morningstar does). What is undefined is NaN.
 */
import { covarianceOf, meanOf, momentsOf, type Numbers } from "./moments.ts";
import { growthOf, over } from "./return-ratios.ts";

export interface Against {
  /** A year: (mean - beta * mean of the benchmark) * periods; compounded in empyrical's way. */
  readonly alpha: number;
  readonly beta: number;
  readonly correlation: number;
  /** A year: deviation (ddof 1) of the difference * root of periods. */
  readonly trackingError: number;
  /** Mean of the difference over its deviation, a year; per period in empyrical's way. */
  readonly informationRatio: number;
  readonly upCapture: number;
  readonly downCapture: number;
}

export const againstBenchmark = (
  returns: Numbers,
  benchmark: Numbers,
  periods: number,
  empyrical = false,
): Against => {
  const own = momentsOf(returns);
  const market = momentsOf(benchmark);
  const covariance = covarianceOf(returns, benchmark);
  const beta = over(covariance, market.deviation ** 2);
  const left = own.mean - beta * market.mean;
  const difference = momentsOf(Float64Array.from(returns, (r, i) => r - benchmark[i]!));
  const year = Math.sqrt(periods);
  const capture = empyrical ? growthRate(periods) : growthRate(1);
  const among = (which: (r: number) => boolean): number =>
    captureOf(capture, returns, benchmark, (i) => which(benchmark[i]!));
  return {
    alpha: empyrical ? (1 + left) ** periods - 1 : left * periods,
    beta,
    correlation: over(covariance, own.deviation * market.deviation),
    trackingError: difference.deviation * year,
    informationRatio: over(difference.mean, difference.deviation) * (empyrical ? 1 : year),
    upCapture: among((r) => r > 0),
    downCapture: among((r) => r < 0),
  };
};

const growthRate =
  (periods: number) =>
  (returns: readonly number[]): number =>
    growthOf(
      returns.reduce((wealth, r) => wealth * (1 + r), 1),
      returns.length,
      periods,
    );

const captureOf = (
  rate: (returns: readonly number[]) => number,
  returns: Numbers,
  benchmark: Numbers,
  has: (i: number) => boolean,
): number => {
  const own = Array.from(returns).filter((_, i) => has(i));
  const market = rate(Array.from(benchmark).filter((_, i) => has(i)));
  return market === 0 ? NaN : rate(own) / market;
};

/** Mean return of a year per unit of beta (Treynor 1965). */
export const treynorOf = (returns: Numbers, beta: number, periods: number): number =>
  beta === 0 ? NaN : (meanOf(returns) * periods) / beta;

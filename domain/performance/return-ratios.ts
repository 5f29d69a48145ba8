/**
 * Ratios of a series of returns, as Shoal defines them (docs/metrics.md). Returns are per period and simple (0.01 is
 * one percent), `periods` is how many there are in a year. The risk-free rate is 0. What is undefined is NaN.
 */
import { drawdownOf, wealthOf } from "./drawdown.ts";
import { meanOf, momentsOf, type Numbers } from "./moments.ts";
import { quantileOf, sortedOf } from "./quantile.ts";

/** What each convention defines in its own way. */
export interface Ratios {
  readonly totalReturn: number;
  readonly cagr: number;
  readonly volatility: number;
  readonly sharpe: number;
  readonly sortino: number;
  readonly calmar: number;
  readonly omega: number;
  readonly maxDrawdown: number;
  readonly ulcerIndex: number;
  readonly var95: number;
  readonly cvar95: number;
}

/** Final wealth ^ (periods / count) - 1. */
export const growthOf = (finalWealth: number, count: number, periods: number): number =>
  count === 0 ? NaN : finalWealth ** (periods / count) - 1;

/** Root of the mean over `count` periods of the squared returns below 0. */
export const downsideOf = (returns: Numbers, count = returns.length): number => {
  let squares = 0;
  for (let i = 0; i < returns.length; i += 1) squares += Math.min(0, returns[i]!) ** 2;
  return Math.sqrt(squares / count);
};

/** Gains above `threshold` over losses below it (Keating and Shadwick 2002). */
export const omegaOf = (returns: Numbers, threshold = 0): number => {
  let gains = 0;
  let losses = 0;
  for (let i = 0; i < returns.length; i += 1) {
    const above = returns[i]! - threshold;
    if (above > 0) gains += above;
    else losses -= above;
  }
  return losses > 0 ? gains / losses : NaN;
};

/** |95th percentile| / |5th percentile|. */
export const tailRatioOf = (sorted: Numbers): number => {
  const low = Math.abs(quantileOf(sorted, 0.05));
  return low > 0 ? Math.abs(quantileOf(sorted, 0.95)) / low : NaN;
};

/** Mean of the values at or below `limit`, of values in rising order. */
export const meanBelow = (sorted: Numbers, limit: number): number => {
  let sum = 0;
  let count = 0;
  while (count < sorted.length && sorted[count]! <= limit) sum += sorted[count++]!;
  return count === 0 ? NaN : sum / count;
};

/** A ratio whose divisor must be above 0. */
export const over = (value: number, divisor: number): number => (divisor > 0 ? value / divisor : NaN);

export const returnRatios = (returns: Numbers, periods: number): Ratios => {
  const { mean, deviation } = momentsOf(returns);
  const wealth = wealthOf(returns);
  const { depth, ulcer } = drawdownOf(wealth);
  const year = Math.sqrt(periods);
  const cagr = growthOf(wealth.at(-1)!, returns.length, periods);
  const sorted = sortedOf(returns);
  const low = quantileOf(sorted, 0.05);
  return {
    totalReturn: returns.length === 0 ? NaN : wealth.at(-1)! - 1,
    cagr,
    volatility: deviation * year,
    sharpe: over(mean, deviation) * year,
    sortino: returns.length < 2 ? NaN : over(meanOf(returns), downsideOf(returns)) * year,
    calmar: over(cagr, depth),
    omega: omegaOf(returns),
    maxDrawdown: returns.length === 0 ? NaN : depth,
    ulcerIndex: ulcer,
    var95: -low,
    cvar95: -meanBelow(sorted, low),
  };
};

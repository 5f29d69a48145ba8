/**
 * Walk-forward efficiency (Pardo 2008): what a year earned out of sample over what a year earned in sample, where the
 * parameters were chosen. Near 1 the choice carries over; near 0 it was fitted to noise. A year's earnings are the
 * mean return times the periods in a year, so windows of any lengths compare.
 */
import { meanOf, type Numbers } from "../../domain/performance/moments.ts";

export interface WindowReturns {
  readonly inSample: Numbers;
  readonly outOfSample: Numbers;
}

export interface Efficiency {
  /** A year in sample, the mean of the windows; null without windows. */
  readonly inSample: number | null;
  readonly outOfSample: number | null;
  /** Null where nothing was earned in sample. */
  readonly efficiency: number | null;
  /** Of each window; null where it earned nothing in sample. */
  readonly windows: readonly (number | null)[];
  /** Share of the windows that earned something out of sample; null without windows. */
  readonly profitable: number | null;
}

export const walkForwardEfficiency = (windows: readonly WindowReturns[], periods = 365): Efficiency => {
  const years = windows.map(({ inSample, outOfSample }) => ({
    inSample: yearOf(inSample, periods),
    outOfSample: yearOf(outOfSample, periods),
  }));
  const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : meanOf(values));
  const inSample = mean(years.map((year) => year.inSample));
  const outOfSample = mean(years.map((year) => year.outOfSample));
  return {
    inSample,
    outOfSample,
    efficiency: ratio(outOfSample, inSample),
    windows: years.map((year) => ratio(year.outOfSample, year.inSample)),
    profitable: mean(years.map((year) => (year.outOfSample > 0 ? 1 : 0))),
  };
};

const yearOf = (returns: Numbers, periods: number): number =>
  returns.length === 0 ? 0 : meanOf(returns) * periods;

const ratio = (value: number | null, divisor: number | null): number | null =>
  value === null || divisor === null || divisor <= 0 ? null : value / divisor;

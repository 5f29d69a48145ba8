/**
 * Wealth and its drawdowns. Wealth starts at 1 and multiplies by 1 + return; once it is lost it stays 0. A drawdown
 * is 1 - wealth / highest wealth so far, so it is a positive ratio, and a loss in the first period is one too.
 */
import type { Numbers } from "./moments.ts";

/** Wealth before the first return and after each: one longer than the returns. */
export const wealthOf = (returns: Numbers): Float64Array => {
  const wealth = new Float64Array(returns.length + 1);
  wealth[0] = 1;
  for (let i = 0; i < returns.length; i += 1) wealth[i + 1] = Math.max(0, wealth[i]! * (1 + returns[i]!));
  return wealth;
};

/** Places are places in the wealth: 0 is before the first return, i is after return i. */
export interface Drawdown {
  /** 0 where wealth never falls. */
  readonly depth: number;
  /** The last high before the deepest point. */
  readonly peak: number;
  readonly trough: number;
  /** Where the peak is reached again; null while it is not. */
  readonly recovery: number | null;
  /** The most steps from a high to the step that reached it again, or to the end. */
  readonly longest: number;
  /** Ulcer index (Martin and McCann 1989), as a ratio: root of the mean square of the drawdown after each return. */
  readonly ulcer: number;
}

/** Of any path of values above zero; the first value is the first high. */
export const drawdownOf = (wealth: Numbers): Drawdown => {
  let high = 0;
  let depth = 0;
  let peak = 0;
  let trough = 0;
  let longest = 0;
  let squares = 0;
  for (let i = 1; i < wealth.length; i += 1) {
    if (wealth[i]! >= wealth[high]!) {
      if (i - high > 1) longest = Math.max(longest, i - high);
      high = i;
      continue;
    }
    const down = 1 - wealth[i]! / wealth[high]!;
    squares += down * down;
    longest = Math.max(longest, i - high);
    if (down > depth) {
      depth = down;
      peak = high;
      trough = i;
    }
  }
  return {
    depth,
    peak,
    trough,
    recovery: depth === 0 ? null : recoveryOf(wealth, peak, trough),
    longest,
    ulcer: Math.sqrt(squares / (wealth.length - 1)),
  };
};

const recoveryOf = (wealth: Numbers, peak: number, trough: number): number | null => {
  for (let i = trough + 1; i < wealth.length; i += 1) if (wealth[i]! >= wealth[peak]!) return i;
  return null;
};

/**
 * An equity curve as a path from the starting balance: how far it lies below its high at each point, and its deepest fall in money.
 * Percentages of a fall are of the high it fell from.
 */
import type { Numbers } from "../performance/moments.ts";
import type { Equity } from "./reported.ts";

/** Equity over its highest so far, minus 1: 0 at a high, below 0 under it. The starting balance is the first high. */
export const underwaterOf = ({ value }: Equity, startingBalance: number): Float64Array => {
  const under = new Float64Array(value.length);
  let high = startingBalance;
  for (let i = 0; i < value.length; i += 1) {
    high = Math.max(high, value[i]!);
    under[i] = high > 0 ? value[i]! / high - 1 : 0;
  }
  return under;
};

export interface MoneyDrawdown {
  /** Quote, above 0. */
  readonly depth: number;
  /** Of the high. */
  readonly ratio: number;
  readonly high: number;
  readonly low: number;
  /** Ms. */
  readonly highAt: number;
  readonly lowAt: number;
  /** When the high was reached again; null while it was not. */
  readonly recoveredAt: number | null;
}

/** The deepest fall in money; null where equity never falls. `from` is when the starting balance was there. */
export const moneyDrawdownOf = (
  { at, value }: Equity,
  startingBalance: number,
  from: number,
): MoneyDrawdown | null => {
  const point = (i: number): number => (i < 0 ? startingBalance : value[i]!);
  const time = (i: number): number => (i < 0 ? from : at[i]!);
  let [high, deepestHigh, low, depth] = [-1, -1, -1, 0];
  for (let i = 0; i < value.length; i += 1) {
    if (point(i) >= point(high)) high = i;
    else if (point(high) - point(i) > depth) {
      depth = point(high) - point(i);
      [deepestHigh, low] = [high, i];
    }
  }
  if (depth === 0) return null;
  let recovered = low;
  while (recovered < value.length && point(recovered) < point(deepestHigh)) recovered += 1;
  return {
    depth,
    ratio: depth / point(deepestHigh),
    high: point(deepestHigh),
    low: point(low),
    highAt: time(deepestHigh),
    lowAt: time(low),
    recoveredAt: recovered < value.length ? time(recovered) : null,
  };
};

/** Lowest and highest equity, the starting balance among them. */
export const rangeOf = (values: Numbers, start: number): { readonly min: number; readonly max: number } => {
  let [min, max] = [start, start];
  for (let i = 0; i < values.length; i += 1) {
    min = Math.min(min, values[i]!);
    max = Math.max(max, values[i]!);
  }
  return { min, max };
};

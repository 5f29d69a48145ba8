/** Quantiles with linear interpolation between the two nearest values: type 7 of Hyndman and Fan, numpy's default. */
import type { Numbers } from "./moments.ts";

export const sortedOf = (values: Numbers): Float64Array => Float64Array.from(values).sort();

/** Of values in rising order, `share` from 0 to 1; NaN for none. */
export const quantileOf = (sorted: Numbers, share: number): number => {
  if (sorted.length === 0) return NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (place - below);
};

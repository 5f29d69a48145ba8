/**
 * M4 (Jugel et al. 2014): of each stretch of time, as wide as a pixel column, the first, lowest, highest and last point. A line through them
 * covers the same pixels as one through all points, so no extreme is lost.
 */
import type { Numbers } from "../performance/moments.ts";

/** Rising indices of the points that stay: at most four a stretch; all of them where they are few. `at` must not fall. */
export const m4 = (at: Numbers, values: Numbers, stretches: number): readonly number[] => {
  const count = at.length;
  if (count <= 4 * stretches) return Array.from({ length: count }, (_, i) => i);
  const from = at[0]!;
  const width = (at[count - 1]! - from) / stretches;
  const kept: number[] = [];
  for (let start = 0; start < count;) {
    const stretch = Math.min(stretches - 1, Math.floor((at[start]! - from) / width));
    const end = stretch === stretches - 1 ? Infinity : from + (stretch + 1) * width;
    let [low, high, last] = [start, start, start];
    while (last + 1 < count && at[last + 1]! < end) {
      last += 1;
      if (values[last]! < values[low]!) low = last;
      if (values[last]! > values[high]!) high = last;
    }
    kept.push(...[...new Set([start, low, high, last])].sort((a, b) => a - b));
    start = last + 1;
  }
  return kept;
};

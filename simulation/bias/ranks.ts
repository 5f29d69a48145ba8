/** Ranks of numbers, less their mean: what is equal shares the mean of its ranks. Their sum is 0. */
import type { Numbers } from "../../domain/performance/moments.ts";

export const ranksOf = (values: Numbers): Float64Array => {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  const middle = (values.length - 1) / 2;
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    for (let i = from; i < to; i += 1) ranks[order[i]!] = (from + to - 1) / 2 - middle;
    from = to;
  }
  return ranks;
};

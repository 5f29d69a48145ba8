/**
 * Paired bootstrap of two series of returns: the same periods are drawn for both, in stretches, so that neither what they
 * share nor what follows what is lost. How often is the difference of two histories, centred on the observed one, as large as
 * that? Sharpe ratios are compared as Ledoit and Wolf do ("Robust performance hypothesis testing", 2008), without studentising.
 */
import type { Numbers } from "../../domain/performance/moments.ts";
import { quantileOf } from "../../domain/performance/quantile.ts";
import { Chance } from "../../domain/values/chance.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { resampleOf, usualBlock } from "./resampling.ts";

export interface PairedPlan {
  readonly method: "bootstrap" | "block" | "stationary";
  readonly runs: number;
  readonly seed: number | string;
  /** Length of a stretch; the cube root of the returns unless given. */
  readonly block?: number;
}

export interface PairedDifference {
  /** The first less the second; NaN where a Sharpe ratio is undefined. */
  readonly observed: number;
  /** Two-sided, of the true difference being 0: (k + 1) / (runs + 1). */
  readonly pValue: number;
  /** Between the 2.5 and the 97.5 percentile of the runs. */
  readonly interval: readonly [low: number, high: number];
}

export interface PairedBootstrap {
  /** Mean return of a period. */
  readonly mean: PairedDifference;
  /** Sharpe ratio of a period. */
  readonly sharpe: PairedDifference;
}

export const pairedBootstrap = (
  first: Numbers,
  second: Numbers,
  { method, runs, seed, block }: PairedPlan,
): PairedBootstrap => {
  const count = first.length;
  if (second.length !== count)
    throw new Invalid("returns", `${count}, as the other series has`, second.length);
  if (!Number.isInteger(runs) || runs < 1) throw new Invalid("runs", "a whole number from 1", runs);
  const places = Float64Array.from({ length: count }, (_, i) => i);
  const resample = resampleOf(places, method, block ?? usualBlock(count));
  const drawn = new Float64Array(count);
  const means = new Float64Array(runs);
  const sharpes = new Float64Array(runs);
  const found = { mean: 0, sharpe: 0 };
  const observed = { ...differenceOf(first, second, places, found) };
  const source = new Chance(seed);
  for (let run = 0; run < runs; run += 1) {
    resample(drawn, source.fork(`run ${run}`));
    differenceOf(first, second, drawn, found);
    means[run] = found.mean;
    sharpes[run] = found.sharpe;
  }
  return { mean: judged(observed.mean, means), sharpe: judged(observed.sharpe, sharpes) };
};

interface Difference {
  mean: number;
  sharpe: number;
}

/** Of the periods at `places`; written into `into`. Variances are over n - 1, of a series that never varies there NaN. */
const differenceOf = (first: Numbers, second: Numbers, places: Numbers, into: Difference): Difference => {
  const n = places.length;
  let a = 0;
  let b = 0;
  for (let i = 0; i < n; i += 1) {
    a += first[places[i]!]!;
    b += second[places[i]!]!;
  }
  a /= n;
  b /= n;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < n; i += 1) {
    squaresA += (first[places[i]!]! - a) ** 2;
    squaresB += (second[places[i]!]! - b) ** 2;
  }
  into.mean = a - b;
  into.sharpe =
    squaresA > 0 && squaresB > 0
      ? a / Math.sqrt(squaresA / (n - 1)) - b / Math.sqrt(squaresB / (n - 1))
      : NaN;
  return into;
};

const judged = (observed: number, runs: Float64Array): PairedDifference => {
  if (Number.isNaN(observed)) return { observed, pValue: NaN, interval: [NaN, NaN] };
  const sorted = runs.filter((run) => !Number.isNaN(run)).sort();
  let asLarge = 0;
  for (const run of sorted) if (Math.abs(run - observed) >= Math.abs(observed)) asLarge += 1;
  return {
    observed,
    pValue: (asLarge + 1) / (sorted.length + 1),
    interval: [quantileOf(sorted, 0.025), quantileOf(sorted, 0.975)],
  };
};

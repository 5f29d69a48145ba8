/**
 * Several results side by side over the days that all of them have: each against the first, or each against each, with the
 * tests of sharpe-difference.ts and paired.ts, and Holm's adjustment for how many comparisons there are.
 */
import { holm } from "../../domain/performance/holm.ts";
import { sharpeDifference, type SharpeDifference } from "../../domain/performance/sharpe-difference.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { pairedBootstrap, type PairedBootstrap, type PairedPlan } from "./paired.ts";

export interface DatedReturns {
  readonly name: string;
  readonly returns: readonly number[];
  /** Start of each day, ms, rising. */
  readonly at: readonly number[];
}

export interface Comparison {
  /** `a` is compared with `b`: differences are a's less b's. */
  readonly a: string;
  readonly b: string;
  readonly sharpe: SharpeDifference;
  readonly bootstrap: PairedBootstrap;
  /** By Holm over all comparisons: of the Sharpe ratios by Jobson, Korkie and Memmel, by bootstrap, and of the mean returns. */
  readonly adjusted: { readonly sharpe: number; readonly bootstrap: number; readonly mean: number };
}

/** Below these no bootstrap of days says anything. */
const DAYS_MIN = 20;

/** The days that all series have, and the returns of each there. Throws `Invalid` where there are too few. */
export const commonDays = (
  series: readonly DatedReturns[],
): { readonly at: readonly number[]; readonly returns: readonly Float64Array[] } => {
  const places = series.map(({ at }) => new Map(at.map((day, i) => [day, i])));
  const at = series[0]!.at.filter((day) => places.every((known) => known.has(day)));
  if (at.length < DAYS_MIN)
    throw new Invalid("results", `at least ${DAYS_MIN} days that all of them have`, at.length);
  return {
    at,
    returns: series.map(({ returns }, i) => Float64Array.from(at, (day) => returns[places[i]!.get(day)!]!)),
  };
};

/** `names` and the returns of each over the same days. The seed of a pair comes of its names, whatever stands beside it. */
export const comparisons = (
  names: readonly string[],
  returns: readonly Float64Array[],
  { everyPair, ...plan }: PairedPlan & { readonly everyPair: boolean },
): readonly Comparison[] => {
  const pairs = names.flatMap((_, a) =>
    names.slice(0, everyPair ? a : Math.min(a, 1)).map((_other, b) => [a, b] as const),
  );
  const found = pairs.map(([a, b]) => ({
    a: names[a]!,
    b: names[b]!,
    sharpe: sharpeDifference(returns[a]!, returns[b]!),
    bootstrap: pairedBootstrap(returns[a]!, returns[b]!, {
      ...plan,
      seed: `${plan.seed}/${names[a]!}/${names[b]!}`,
    }),
  }));
  const sharpe = holm(found.map((each) => each.sharpe.pValue));
  const bootstrap = holm(found.map((each) => each.bootstrap.sharpe.pValue));
  const mean = holm(found.map((each) => each.bootstrap.mean.pValue));
  return found.map((each, i) => ({
    ...each,
    adjusted: { sharpe: sharpe[i]!, bootstrap: bootstrap[i]!, mean: mean[i]! },
  }));
};

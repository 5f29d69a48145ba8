/**
 * A walk-forward: on each window the best of all trials is chosen by its returns in sample and used on the days after it,
 * where nothing has been chosen (Pardo 2008). Positions are days. Returns in sample are those of one run of each trial over all
 * days; those out of sample come from the caller, who runs the chosen trial afresh there.
 */
import type { Numbers } from "../../domain/performance/moments.ts";
import { selectTrial } from "../../domain/performance/trial-selection.ts";
import type { Range } from "../cross-validation/purging.ts";
import { walkForwardEfficiency } from "./efficiency.ts";
import { bestOf, type ScoreName } from "./score.ts";
import { type WalkForwardPlan, walkForwardWindows } from "./windows.ts";

export interface WindowChoice {
  readonly train: Range;
  readonly test: Range;
  /** Number of the trial. */
  readonly chosen: number;
  readonly inSample: Numbers;
  readonly outOfSample: Numbers;
  /** Of the trial with the best Sharpe ratio in sample, after so many trials; NaN for one trial. */
  readonly deflatedSharpe: number;
  /** Out of sample over in sample, a year each; null where nothing was earned in sample. */
  readonly efficiency: number | null;
}

export interface WalkForward {
  readonly windows: readonly WindowChoice[];
  /** All tests in order. */
  readonly stitched: Float64Array;
  /** A year in sample and out of sample, means of the windows, and the second over the first. */
  readonly inSample: number;
  readonly outOfSample: number;
  readonly efficiency: number | null;
  /** Share of the windows that earned something out of sample. */
  readonly profitable: number;
}

export interface WalkForwardSettings extends Omit<WalkForwardPlan, "from" | "to"> {
  readonly score: ScoreName;
  /** Days in a year. */
  readonly periods: number;
}

/**
 * `trials`: daily returns of each over the same days. `run`: the returns of a trial that begins flat at the test's first day.
 * `among`: the trials to choose from by these days; unless given, all. Those that it adds to `trials` may be among them.
 */
export const walkForward = (
  trials: readonly Numbers[],
  { score, periods, ...plan }: WalkForwardSettings,
  run: (trial: number, test: Range) => Numbers,
  {
    days = trials[0]!.length,
    among = () => [...trials.keys()],
  }: { readonly days?: number; readonly among?: (train: Range) => readonly number[] } = {},
): WalkForward => {
  const cut = (returns: Numbers, { from, to }: Range): Float64Array =>
    Float64Array.from(returns).subarray(from, to);
  const chosen = walkForwardWindows({ ...plan, from: 0, to: days }).map(({ train, test }) => {
    const numbers = among(train);
    const inside = numbers.map((number) => cut(trials[number]!, train));
    const best = bestOf(score, inside);
    const trial = numbers[best]!;
    return {
      train,
      test,
      chosen: trial,
      inSample: inside[best]!,
      outOfSample: run(trial, test),
      deflatedSharpe: inside.length < 2 ? NaN : selectTrial(inside, inside.length, periods).deflated,
    };
  });
  const found = walkForwardEfficiency(chosen, periods);
  return {
    windows: chosen.map((window, i) => ({ ...window, efficiency: found.windows[i]! })),
    stitched: Float64Array.from(chosen.flatMap(({ outOfSample }) => Array.from(outOfSample))),
    // There is a window, or `walkForwardWindows` would have thrown.
    inSample: found.inSample!,
    outOfSample: found.outOfSample!,
    efficiency: found.efficiency,
    profitable: found.profitable!,
  };
};

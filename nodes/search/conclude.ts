/**
 * What came of a search: the best trial, or the front of several objectives; the survivors once more with exact accounting;
 * and what the best Sharpe ratio is worth after so many trials.
 */
import { momentsOf } from "../../domain/performance/moments.ts";
import { figure } from "../../domain/performance/return-metrics.ts";
import {
  deflatedSharpe,
  expectedMaxSharpe,
  probabilisticSharpe,
  type SharpeSample,
} from "../../domain/performance/sharpe-tests.ts";
import type { Evaluation } from "../../simulation/search/objectives.ts";
import { firstFront, ranking } from "../../simulation/search/pareto.ts";
import type { Figures } from "../../simulation/search/tested.ts";
import type { Evaluator } from "./evaluator.ts";
import type { FoundTrial } from "./trial-line.ts";

/** The best ones, at most `most`, best first; of several objectives members of the front, by their first loss. */
export const survivorsOf = (
  trials: readonly FoundTrial[],
  several: boolean,
  most: number,
): readonly FoundTrial[] => {
  const losses = trials.map((trial) => trial.losses);
  const places = several ? firstFront(losses) : ranking(losses).filter((place) => losses[place] !== null);
  return places.slice(0, most).map((place) => trials[place]!);
};

export type Survivor = ReturnType<typeof survivorAnswer>;

/** Each run again in decimals, by the portfolio that trades live, and what that changes. */
export const runExactly = async (
  survivors: readonly FoundTrial[],
  objectives: readonly string[],
  evaluator: Evaluator,
): Promise<readonly Survivor[]> => {
  const exact = await evaluator.evaluate(survivors.map(({ params }) => ({ params, accounting: "exact" })));
  return survivors.map((trial, i) => survivorAnswer(trial, exact[i]!, objectives));
};

const survivorAnswer = (trial: FoundTrial, exact: Evaluation, objectives: readonly string[]) => ({
  index: trial.index,
  params: trial.params,
  losses: named(objectives, trial.losses),
  figures: trial.figures,
  exact: {
    losses: named(objectives, exact.losses),
    reason: exact.reason,
    figures: exact.figures,
    /** Exact less float. */
    difference: {
      trades: less(exact.figures, trial.figures, "trades"),
      profit: less(exact.figures, trial.figures, "profit"),
      totalReturn: less(exact.figures, trial.figures, "totalReturn"),
    },
  },
});

const named = (names: readonly string[], losses: readonly number[] | null) =>
  losses && Object.fromEntries(names.map((name, i) => [name, losses[i]!]));

const less = (
  a: Figures | null,
  b: Figures | null,
  name: "trades" | "profit" | "totalReturn",
): number | null => {
  const [one, other] = [a?.[name], b?.[name]];
  return one == null || other == null ? null : one - other;
};

/**
 * Deflated by all trials that ended with figures: each was looked at before this one was chosen. Ratios are per day; a trial
 * that never varied counts with 0. Null where undefined.
 */
export const honestyOf = (trials: readonly FoundTrial[], best: FoundTrial) =>
  honestyOfRatios(
    trials.flatMap(({ figures }) => (figures === null ? [] : [figures.daily.sharpe ?? 0])),
    best.figures!.daily,
  );

/** `ratios`: the daily Sharpe ratio of every trial; `best`: that of the chosen one, with its sample. */
export const honestyOfRatios = (
  ratios: readonly number[],
  { sharpe, returns, skew, kurtosis }: Figures["daily"],
) => {
  const { deviation } = momentsOf(ratios);
  const sample: SharpeSample = {
    sharpe: sharpe ?? NaN,
    count: returns,
    skew: skew ?? NaN,
    kurtosis: kurtosis ?? NaN,
  };
  const known = ratios.length > 1 ? deviation : 0;
  return {
    trials: ratios.length,
    /** Deviation of the trials' daily Sharpe ratios, and the best that they give by luck. */
    deviation: figure(known),
    expectedMaxSharpe: figure(expectedMaxSharpe(ratios.length, known)),
    sharpe,
    probabilisticSharpe: figure(probabilisticSharpe(sample)),
    deflatedSharpe: figure(deflatedSharpe(sample, ratios.length, known)),
  };
};

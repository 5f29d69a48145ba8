/** `shoal overfitting`: whether the best of many trials is more than luck: PBO by CSCV and the deflated Sharpe ratio. */
import type { Command } from "commander";
import { figure } from "../domain/performance/return-metrics.ts";
import { overfitting } from "../domain/performance/overfitting.ts";
import { selectTrial } from "../domain/performance/trial-selection.ts";
import { realityCheck } from "../simulation/monte-carlo/reality-check.ts";
import { readTrials } from "./performance/trials-file.ts";
import { answer, table } from "./terminal.ts";
import { verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly returns: string;
  readonly blocks?: number;
  readonly trials?: number;
  readonly periods: number;
  readonly runs: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** A selection passes with at least this deflated Sharpe ratio and at most this probability of overfitting. */
const DEFLATED_MIN = 0.95;
const OVERFITTING_MAX = 0.5;

export const make = (): Command =>
  withJson(
    verb({
      name: "overfitting",
      about:
        "Whether the best of many trials is more than luck: probability of backtest overfitting, deflated Sharpe ratio.",
      examples: [
        ["overfitting --returns trials.csv", "one column of daily returns a trial, names in the header"],
        [
          "overfitting --returns trials.csv --trials 500 --json",
          "the columns are what is left of 500 trials",
        ],
      ],
    }),
  )
    .requiredOption("--returns <file>", "returns as ratios: CSV, one column a trial (.gz too)")
    .option(
      "--blocks <n>",
      "blocks of time, an even number (default: 16, fewer where returns are few)",
      wholeNumber(2, 20),
    )
    .option(
      "--trials <n>",
      "how many were tried in all (default: as many as there are columns)",
      wholeNumber(2, 1e9),
    )
    .option("--periods <n>", "returns in a year", wholeNumber(1, 100_000_000), 365)
    .option("--runs <n>", "draws of the reality check", wholeNumber(1, 1_000_000), 1_000)
    .option("--seed <n>", "of those draws", wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .action(({ returns: file, blocks, trials, periods, runs, seed, json }: Options) => {
      const { names, returns } = readTrials("--returns", file);
      const count = returns[0]!.length;
      const split = overfitting(returns, blocks ?? Math.max(2, Math.min(16, 2 * Math.floor(count / 4))));
      const chosen = selectTrial(returns, trials, periods);
      const year = Math.sqrt(periods);
      const value = {
        trials: names.length,
        tried: chosen.tried,
        returns: count,
        periods,
        best: { name: names[chosen.best]!, sharpe: figure(chosen.sharpe * year) },
        pbo: split.probability,
        blocks: split.blocks,
        combinations: split.combinations,
        medianLogit: split.medianLogit,
        sharpeInSample: split.sharpeInSample * year,
        sharpeOutOfSample: split.sharpeOutOfSample * year,
        degradation: figure(split.degradation),
        lossProbability: split.lossProbability,
        probabilisticSharpe: figure(chosen.probabilistic),
        deflatedSharpe: figure(chosen.deflated),
        deflatedSharpeEffective: figure(chosen.deflatedEffective),
        realityCheckP: realityCheck(returns, { runs, seed }),
        effectiveTrials: chosen.effective,
        meanCorrelation: figure(chosen.meanCorrelation),
        trialsDeviation: figure(chosen.deviation * year),
        expectedMaxSharpe: figure(chosen.expectedMax * year),
        minimumTrackRecord: figure(chosen.trackRecord),
        minimumBacktestYears: figure(chosen.backtestYears),
        passes: chosen.deflated >= DEFLATED_MIN && split.probability <= OVERFITTING_MAX,
      };
      answer(json === true, value, () => overfittingText(value));
    });

type Shown = Readonly<Record<string, unknown>> & {
  readonly best: { readonly name: string; readonly sharpe: number | null };
  readonly passes: boolean;
};

const meanings: readonly (readonly [name: string, title: string, meaning: string])[] = [
  ["pbo", "PBO", "share of the choices in which the best in sample is in the lower half out of sample"],
  ["combinations", "Choices", "halves of the blocks of time"],
  [
    "medianLogit",
    "Median logit",
    "of the best one's rank out of sample; above 0: it stays in the upper half",
  ],
  ["sharpeInSample", "Sharpe in sample", "of the best in sample, a year"],
  ["sharpeOutOfSample", "Sharpe out of sample", "of the same, a year"],
  ["degradation", "Degradation", "slope of the second on the first"],
  ["lossProbability", "Loss probability", "share of the choices in which it lost out of sample"],
  [
    "expectedMaxSharpe",
    "Expected best",
    "Sharpe ratio of a year that luck alone gives the best of the trials",
  ],
  ["effectiveTrials", "Effective trials", "independent ones that they amount to"],
  [
    "probabilisticSharpe",
    "Probabilistic Sharpe",
    "P(true Sharpe > 0) of the best, had it been the only trial",
  ],
  ["deflatedSharpe", "Deflated Sharpe", "P(true Sharpe > 0) of the best, after so many trials"],
  ["deflatedSharpeEffective", "Deflated, effective", "the same after the effective number of trials"],
  [
    "realityCheckP",
    "Reality check",
    "p-value: a mean as high from trials as alike as these that earn nothing",
  ],
  ["minimumTrackRecord", "Track record", "returns until the best is above what luck gives, with 95 %"],
  ["minimumBacktestYears", "Backtest length", "years that so many trials need at this Sharpe ratio"],
];

const overfittingText = (value: Shown): string =>
  [
    `best of ${String(value["tried"])} trials: ${value.best.name}, Sharpe ${cellOf(value.best.sharpe)} a year over ${String(value["returns"])} returns`,
    table(
      [["Figure"], ["Value", "right"], ["Meaning"]],
      meanings.map(([name, title, meaning]) => [title, cellOf(value[name]), meaning]),
      "",
    ),
    value.passes
      ? "passes: more than luck explains"
      : `does not pass: it takes a deflated Sharpe ratio of ${DEFLATED_MIN} and a PBO of at most ${OVERFITTING_MAX}`,
  ].join("\n");

const cellOf = (value: unknown): string => {
  if (typeof value !== "number") return "undefined";
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
};

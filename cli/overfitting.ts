/**
 * `shoal overfitting`: whether the best of many trials is more than luck: PBO by CSCV, the deflated Sharpe ratio, and what choosing earns
 * under combinatorial purged cross-validation. The trials are columns of a file, or parameter sets of a strategy.
 */
import { type Command, InvalidArgumentError } from "commander";
import { quantileOf, sortedOf } from "../domain/performance/quantile.ts";
import { figure } from "../domain/performance/return-metrics.ts";
import { overfitting } from "../domain/performance/overfitting.ts";
import { selectTrial } from "../domain/performance/trial-selection.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { combinatorialSelection } from "../simulation/cross-validation/selection.ts";
import { realityCheck } from "../simulation/monte-carlo/reality-check.ts";
import { readTrials, type Trials } from "./performance/trials-file.ts";
import { progressLine } from "./progress.ts";
import { answer, say, table } from "./terminal.ts";
import { type TrialOptions, trialsRequest, variedText, withTrials } from "./trials/options.ts";
import { verb, wholeNumber, withJson } from "./verb.ts";

interface Options extends TrialOptions {
  readonly returns?: string;
  readonly strategy?: string;
  readonly blocks?: number;
  readonly trials?: number;
  readonly periods: number;
  readonly runs: number;
  readonly groups: number;
  readonly testGroups: number;
  readonly embargo: number;
  readonly json?: boolean;
}

/** A selection passes with at least this deflated Sharpe ratio and at most this probability of overfitting. */
const DEFLATED_MIN = 0.95;
const OVERFITTING_MAX = 0.5;

export const make = (): Command =>
  withTrials(
    withJson(
      verb({
        name: "overfitting",
        about:
          "Whether the best of many trials is more than luck: probability of backtest overfitting, deflated Sharpe ratio.",
        examples: [
          [
            "overfitting --returns trials.csv --trials 500",
            "a column of daily returns each, what is left of 500 trials",
          ],
          [
            "overfitting --strategy mean-reversion --candles BTC_USDT-1h.csv.gz --epochs 50 --json",
            "its parameter sets",
          ],
        ],
      }),
    ),
  )
    .option("--returns <file>", "returns as ratios: CSV, one column a trial (.gz too)")
    .option("-s, --strategy <name>", "instead: a strategy, whose parameter sets are the trials")
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
    .option("--groups <n>", "groups of time, for the cross-validation", wholeNumber(2, 20), 6)
    .option("--test-groups <n>", "of them test together", wholeNumber(1, 19), 2)
    .option("--embargo <share>", "of the time left out behind each test", share, 0.01)
    .option(
      "--seed <n>",
      "of the draws, and of random parameter sets",
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
      1,
    )
    .action(async (options: Options) => {
      const { names, returns } = await trialsOf(options);
      const { periods, trials, runs, seed, json } = options;
      const count = returns[0]!.length;
      const blocks = options.blocks ?? Math.max(2, Math.min(16, 2 * Math.floor(count / 4)));
      const split = overfitting(returns, blocks);
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
        cpcv: crossValidated(returns, names, options),
        passes: chosen.deflated >= DEFLATED_MIN && split.probability <= OVERFITTING_MAX,
      };
      answer(json === true, value, () => overfittingText(value));
    });

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 1))
    throw new InvalidArgumentError("expected a share from 0, below 1");
  return value;
}

const trialsOf = async (options: Options): Promise<Trials> => {
  const { returns, strategy } = options;
  if ((returns === undefined) === (strategy === undefined))
    throw new Invalid("--returns", "a file of returns, or --strategy with --candles instead", returns);
  if (strategy === undefined) return readTrials("--returns", returns!);
  const { runTrials } = await import("../nodes/trials.ts");
  const shown = progressLine();
  const trials = await runTrials(trialsRequest(strategy, options), (done, all) =>
    shown.show(`${done} of ${all} parameter sets`, done / all),
  ).finally(() => shown.end());
  for (const note of trials.notes) say(note);
  return { names: trials.sets.map((set) => variedText(set, trials.varied)), returns: trials.returns };
};

/** What choosing by the `loss` earns where nothing was chosen; ratios of a year. */
const crossValidated = (
  returns: readonly Float64Array[],
  names: readonly string[],
  { groups, testGroups, embargo, periods, loss }: Options,
) => {
  // A position may be held over midnight: the day after a test's last is known with it.
  const found = combinatorialSelection(returns, { groups, testGroups, embargo, horizon: 1, score: loss });
  const year = Math.sqrt(periods);
  const paths = found.paths.map((sharpe) => sharpe * year);
  const sorted = sortedOf(paths);
  return {
    ...{ groups, testGroups, embargo, loss },
    splits: found.splits,
    paths,
    medianSharpe: quantileOf(sorted, 0.5),
    lowestSharpe: sorted[0]!,
    sharpeInSample: found.sharpeInSample * year,
    sharpeOutOfSample: found.sharpeOutOfSample * year,
    lossProbability: found.lossProbability,
    chosen: Object.fromEntries(
      found.chosen.flatMap((times, trial) => (times === 0 ? [] : [[names[trial]!, times] as const])),
    ),
  };
};

type Shown = Readonly<Record<string, unknown>> & {
  readonly best: { readonly name: string; readonly sharpe: number | null };
  readonly passes: boolean;
  readonly cpcv: ReturnType<typeof crossValidated>;
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
    `cross-validated (${value.cpcv.splits} splits, ${value.cpcv.paths.length} paths): Sharpe ${value.cpcv.sharpeInSample.toFixed(2)} in sample, ${value.cpcv.sharpeOutOfSample.toFixed(2)} out of sample; paths ${value.cpcv.paths.map((path) => path.toFixed(2)).join(", ")}`,
    value.passes
      ? "passes: more than luck explains"
      : `does not pass: it takes a deflated Sharpe ratio of ${DEFLATED_MIN} and a PBO of at most ${OVERFITTING_MAX}`,
  ].join("\n");

const cellOf = (value: unknown): string => {
  if (typeof value !== "number") return "undefined";
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
};

/** `shoal compare`: results side by side over the days they share, and whether what lies between them is more than luck. */
import { type Command, Option } from "commander";
import { returnMetrics, figure } from "../domain/performance/return-metrics.ts";
import { tradeMetrics } from "../domain/performance/trade-metrics.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { commonDays, type Comparison, comparisons } from "../simulation/monte-carlo/comparison.ts";
import { figureText, figureTitle } from "./performance/figures.ts";
import { readResult, type Result } from "./performance/result-file.ts";
import { answer, table, timeText } from "./terminal.ts";
import { verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly eachWithEach?: boolean;
  readonly method: "bootstrap" | "block" | "stationary";
  readonly block?: number;
  readonly runs: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** A difference counts as shown below this adjusted p-value. */
const LEVEL = 0.05;
const PERIODS = 365;

export const make = (): Command =>
  withJson(
    verb({
      name: "compare",
      about: "Results side by side over the days they share, with the significance of their differences.",
      examples: [
        ["compare base.json wider-stop.json", "two answers of backtesting --json"],
        ["compare hold=btc.csv a.json b.json --each-with-each --json", "named, and every two of them"],
      ],
    }),
  )
    .argument(
      "<results...>",
      "JSON of a backtest (ours, or freqtrade's of one strategy), or CSV of returns or equity with times; NAME=FILE names one",
    )
    .option("--each-with-each", "compare every two of them, not only each with the first")
    .addOption(
      new Option("--method <name>", "how days are drawn")
        .choices(["bootstrap", "block", "stationary"])
        .default("stationary"),
    )
    .option("--block <n>", "days of a stretch (default: cube root of the days)", wholeNumber(1, 1e9))
    .option("--runs <n>", "draws of the bootstrap", wholeNumber(1, 1_000_000), 2_000)
    .option("--seed <n>", "of those draws", wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .action((files: readonly string[], options: Options) => {
      const { method, runs, seed, block, eachWithEach: everyPair = false } = options;
      const results = files.map(readResult);
      if (results.length < 2) throw new Invalid("results", "two results or more", results.length);
      const names = results.map(({ name }) => name);
      const twice = names.find((name, i) => names.indexOf(name) !== i);
      if (twice !== undefined) throw new Invalid("results", "names of their own (NAME=FILE)", twice);
      const common = commonDays(results);
      const found = comparisons(names, common.returns, {
        method,
        runs,
        seed,
        everyPair,
        ...(block === undefined ? {} : { block }),
      });
      const runsShown = results.map((result, i) => ({
        ...summaryOf(result, common.returns[i]!),
        trades: result.trades === undefined ? null : tradeMetrics(result.trades, "shoal"),
      }));
      const value = {
        days: common.at.length,
        from: timeText(common.at[0]).slice(0, 10),
        to: timeText(common.at.at(-1)).slice(0, 10),
        periods: PERIODS,
        method,
        runs,
        seed,
        level: LEVEL,
        results: runsShown,
        comparisons: found.map(shownComparison),
        differingConventions: differingConventions(results),
      };
      answer(options.json === true, value, () => textOf(value));
    });

const summaryOf = ({ name, file, at }: Result, returns: Float64Array) => ({
  name,
  file,
  leftOutDays: at.length - returns.length,
  metrics: returnMetrics({ returns }, { periods: PERIODS }).figures,
});

const shownComparison = ({ a, b, sharpe, bootstrap, adjusted }: Comparison) => {
  const year = Math.sqrt(PERIODS);
  const { mean, sharpe: drawn } = bootstrap;
  const better = adjusted.bootstrap <= LEVEL;
  return {
    a,
    b,
    correlation: figure(sharpe.correlation),
    sharpeDifference: figure(sharpe.difference * year),
    sharpeInterval: drawn.interval.map((each) => figure(each * year)),
    jobsonKorkieP: figure(sharpe.pValue),
    bootstrapP: figure(drawn.pValue),
    meanDifference: figure(mean.observed * PERIODS),
    meanInterval: mean.interval.map((each) => figure(each * PERIODS)),
    meanP: figure(mean.pValue),
    adjusted: {
      jobsonKorkieP: figure(adjusted.sharpe),
      bootstrapP: figure(adjusted.bootstrap),
      meanP: figure(adjusted.mean),
    },
    daysNeeded: figure(Math.ceil(sharpe.periodsNeeded)),
    verdict: better ? (sharpe.difference > 0 ? "better" : "worse") : "no difference shown",
  };
};

/** Results that were made under other rules differ by those too. */
const differingConventions = (results: readonly Result[]): Readonly<Record<string, readonly string[]>> => {
  const told = results.filter(({ conventions }) => Object.keys(conventions).length > 0);
  const rules = new Set(told.flatMap(({ conventions }) => Object.keys(conventions)));
  return Object.fromEntries(
    [...rules]
      .map((rule) => [rule, told.map(({ conventions }) => conventions[rule] ?? "not told")] as const)
      .filter(([, texts]) => new Set(texts).size > 1),
  );
};

interface Shown {
  readonly days: number;
  readonly from: string;
  readonly to: string;
  readonly results: readonly (Pick<Result, "name"> & {
    readonly metrics: ReturnType<typeof returnMetrics>["figures"];
    readonly trades: ReturnType<typeof tradeMetrics> | null;
  })[];
  readonly comparisons: readonly ReturnType<typeof shownComparison>[];
  readonly differingConventions: Readonly<Record<string, readonly string[]>>;
}

const ofReturns = [
  ...["totalReturn", "cagr", "volatility", "sharpe", "sortino", "calmar", "maxDrawdown"],
  ...["longestUnderwater", "cvar95", "positiveShare"],
];
const ofTrades = ["trades", "winRate", "profitFactor", "expectancyRatio", "sqn"];

const textOf = ({
  days,
  from,
  to,
  results,
  comparisons: found,
  differingConventions: rules,
}: Shown): string =>
  [
    `${days} days that all have, ${from} to ${to}`,
    table(
      [["Figure"], ...results.map(({ name }) => [name, "right"] as const)],
      [
        ...ofReturns.map((name) => rowOf(name, results, (each) => each.metrics)),
        ...ofTrades.map((name) => rowOf(name, results, (each) => each.trades ?? {})),
      ],
      "no figures",
    ),
    table(
      [
        ["Compared"],
        ["Sharpe", "right"],
        ["95 % interval", "right"],
        ["JK-Memmel p", "right"],
        ["Bootstrap p", "right"],
        ["by Holm", "right"],
        ["Days needed", "right"],
        ["Verdict"],
      ],
      found.map((each) => [
        `${each.a} - ${each.b}`,
        shown(each.sharpeDifference, 2),
        each.sharpeInterval.map((end) => shown(end, 2)).join(" to "),
        shown(each.jobsonKorkieP, 4),
        shown(each.bootstrapP, 4),
        shown(each.adjusted.bootstrapP, 4),
        shown(each.daysNeeded, 0),
        each.verdict,
      ]),
      "nothing to compare",
    ),
    "p: how often a difference as large comes of results that do not differ; by Holm: for so many comparisons",
    ...Object.entries(rules).map(([rule, texts]) => `not made alike: ${rule}: ${texts.join(" | ")}`),
  ].join("\n");

const rowOf = (
  name: string,
  results: Shown["results"],
  figuresOf: (result: Shown["results"][number]) => object,
): readonly string[] => [
  figureTitle(name),
  ...results.map((result) => {
    const value = (figuresOf(result) as Readonly<Record<string, number | null | undefined>>)[name];
    return value === undefined ? "" : figureText(name, value);
  }),
];

const shown = (value: number | null | undefined, places: number): string =>
  value === null || value === undefined ? "undefined" : value.toFixed(places);

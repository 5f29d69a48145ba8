/** `shoal walk-forward`: parameters chosen on each stretch of time and used on the next, where nothing was chosen. */
import type { Command } from "commander";
import { figure, returnMetrics } from "../domain/performance/return-metrics.ts";
import { selectTrial } from "../domain/performance/trial-selection.ts";
import { monteCarlo } from "../simulation/monte-carlo/monte-carlo.ts";
import { samplerNames, type SamplerName } from "../nodes/search/prepare.ts";
import { DAY_MS, trialRun } from "../simulation/walk-forward/trial-returns.ts";
import { walkForward } from "../simulation/walk-forward/walk-forward.ts";
import { walkForwardWindows } from "../simulation/walk-forward/windows.ts";
import type { SearchedTrials } from "../nodes/searched-trials.ts";
import type { Trials } from "../nodes/trials.ts";
import { figureText, figureTitle } from "./performance/figures.ts";
import { progressLine } from "./progress.ts";
import { answer, say, table, timeText } from "./terminal.ts";
import { type TrialOptions, trialsRequest, variedText, withTrials } from "./trials/options.ts";
import { verb, wholeNumber, withJson } from "./verb.ts";

interface Options extends TrialOptions<SamplerName> {
  readonly strategy: string;
  readonly trainDays: number;
  readonly testDays: number;
  readonly embargoDays: number;
  readonly anchored?: boolean;
  readonly runs: number;
  readonly json?: boolean;
}

const PERIODS = 365;
/** Of parameters in the table. */
const DIGITS = 6;

export const make = (): Command =>
  withTrials(
    withJson(
      verb({
        name: "walk-forward",
        about: "Parameters chosen on each stretch of time and used on the next, where nothing was chosen.",
        examples: [
          [
            "walk-forward --strategy moving-average-cross --spaces fast,slow --candles BTC_USDT-1h.csv.gz",
            "90 days to choose, 30 to use",
          ],
          [
            "walk-forward --strategy mean-reversion --candles history --train-days 180 --anchored --epochs 300 --json",
            "all from the start on",
          ],
        ],
      }),
    ).requiredOption("-s, --strategy <name>", "which one; `list-strategies` has them"),
    ["grid", ...samplerNames.filter((name) => name !== "grid")],
  )
    .option("--train-days <n>", "days to choose on, at first", wholeNumber(2, 100_000), 90)
    .option("--test-days <n>", "days to use the choice on", wholeNumber(1, 100_000), 30)
    .option("--embargo-days <n>", "days left out between the two", wholeNumber(0, 10_000), 1)
    .option("--anchored", "all stretches begin at the first day and grow (default: they roll)")
    .option("--runs <n>", "draws for the p-value", wholeNumber(1, 1_000_000), 1_000)
    .option("--seed <n>", "equal seeds give equal answers", wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .action(async (options: Options) => {
      const value = await walked(options);
      answer(options.json === true, value, () => textOf(value));
    });

const walked = async (options: Options) => {
  const trials = await trialsOf(options);
  for (const note of trials.notes) say(note);
  const { settings, sets, returns, from, days, varied } = trials;
  const dayAt = (day: number): number => from + day * DAY_MS;
  const { trainDays, testDays, embargoDays, anchored = false, loss, runs, seed } = options;
  const trades: number[] = [];
  const found = walkForward(
    returns,
    { train: trainDays, test: testDays, gap: embargoDays, anchored, score: loss, periods: PERIODS },
    (trial, test) => {
      const run = trialRun(settings, sets[trial]!, { from: dayAt(test.from), to: dayAt(test.to) });
      trades.push(run.trades);
      return run.returns;
    },
    { days, ...("among" in trials ? { among: trials.among } : {}) },
  );
  trials.end();
  const { windows, stitched } = found;
  const at = windows.flatMap(({ test }) =>
    Array.from({ length: test.to - test.from }, (_, i) => dayAt(test.from + i)),
  );
  const all = selectTrial(returns, returns.length, PERIODS);
  const { figures } = returnMetrics(
    { returns: stitched, at },
    { periods: PERIODS, trials: sets.length, trialsDeviation: all.deviation },
  );
  let equity = settings.startingBalance;
  return {
    strategy: settings.strategy.name,
    conventions: conventionsOf(options),
    varied,
    trials: sets.length,
    ...{ trainDays, testDays, embargoDays, anchored, loss, seed, sampler: options.sampler },
    days,
    from: timeText(from).slice(0, 10),
    to: timeText(trials.to).slice(0, 10),
    windows: windows.map((window, i) => ({
      trainFrom: dateText(dayAt(window.train.from)),
      testFrom: dateText(dayAt(window.test.from)),
      testTo: dateText(dayAt(window.test.to)),
      params: sets[window.chosen]!,
      inSample: ofWindow(window.inSample),
      outOfSample: ofWindow(window.outOfSample),
      trades: trades[i]!,
      deflatedSharpe: figure(window.deflatedSharpe),
      efficiency: window.efficiency,
    })),
    inSample: found.inSample,
    outOfSample: found.outOfSample,
    efficiency: found.efficiency,
    profitable: found.profitable,
    metrics: figures,
    pValue: monteCarlo(stitched, { method: "stationary", runs, seed }).pValue,
    // Of the best of all days: what a backtest of the whole time would have shown.
    bestInHindsight: {
      params: sets[all.best]!,
      sharpe: figure(all.sharpe * Math.sqrt(PERIODS)),
      deflatedSharpe: figure(all.deflated),
    },
    equity: at.map((day, i) => [day + DAY_MS, (equity *= 1 + stitched[i]!)] as const),
  };
};

/** Those of grid and random are run before; those of samplers that learn, window by window. `end`: of the progress. */
const trialsOf = async (options: Options): Promise<(Trials | SearchedTrials) & { end(): void }> => {
  const shown = progressLine();
  const { sampler, epochs } = options;
  try {
    if (sampler === "grid" || sampler === "random") {
      const { runTrials } = await import("../nodes/trials.ts");
      const found = await runTrials(trialsRequest(options.strategy, { ...options, sampler }), (done, all) =>
        shown.show(`${done} of ${all} parameter sets`, done / all),
      );
      shown.end();
      return { ...found, end: () => undefined };
    }
    const { searchTrials } = await import("../nodes/searched-trials.ts");
    let windows = 1;
    const found = await searchTrials(trialsRequest(options.strategy, options), options.loss, (run) =>
      shown.show(`${run} parameter sets`, Math.min(1, run / (windows * epochs))),
    );
    const { trainDays: train, testDays: test, embargoDays: gap, anchored = false } = options;
    windows = walkForwardWindows({ from: 0, to: found.days, ...{ train, test, gap, anchored } }).length;
    return { ...found, end: () => shown.end() };
  } catch (error) {
    shown.end();
    throw error;
  }
};

type Walked = Awaited<ReturnType<typeof walked>>;

const conventionsOf = (
  { convention, feeBps, makerFeeBps = feeBps, slippage, loss, sampler }: Options,
  searched = sampler === "tpe" || sampler === "genetic",
) => ({
  fills: convention,
  fees: `maker ${makerFeeBps} bps, taker ${feeBps} bps`,
  slippage,
  accounting: "float",
  returns: "daily equity, UTC",
  choice: `highest ${loss} of the days in sample, of one run of each parameter set over all days`,
  sets: searched
    ? "searched for each window by its days in sample alone"
    : "the same for all windows, picked without a look at results",
  outOfSample: "a run of its own: flat and warm at the first day, valued at the last close of the last",
  efficiency: "mean return of a day times 365, out of sample over in sample",
});

const dateText = (at: number): string => timeText(at).slice(0, 10);

const ofWindow = (returns: ArrayLike<number>) => {
  const { totalReturn, sharpe, maxDrawdown } = returnMetrics({ returns }, { periods: PERIODS }).figures;
  return { totalReturn, sharpe, maxDrawdown };
};

const percent = (value: number | null): string => (value === null ? "" : `${(value * 100).toFixed(2)} %`);
const two = (value: number | null): string => (value === null ? "" : value.toFixed(2));

const shown = [
  "totalReturn",
  "cagr",
  "sharpe",
  "sortino",
  "maxDrawdown",
  "probabilisticSharpe",
  "deflatedSharpe",
] as const;

const textOf = (value: Walked): string =>
  [
    `${value.strategy}: ${value.trials} parameter sets, ${value.days} days, ${value.from} to ${value.to}; ${value.anchored ? "anchored" : "rolling"} windows`,
    table(
      [
        ["Test from"],
        ["to"],
        ["Chosen"],
        ["In sample", "right"],
        ["Sharpe", "right"],
        ["Out of sample", "right"],
        ["Sharpe", "right"],
        ["Trades", "right"],
        ["Efficiency", "right"],
      ],
      value.windows.map((each) => [
        each.testFrom,
        each.testTo,
        variedText(each.params, value.varied, DIGITS),
        percent(each.inSample.totalReturn),
        two(each.inSample.sharpe),
        percent(each.outOfSample.totalReturn),
        two(each.outOfSample.sharpe),
        each.trades,
        two(each.efficiency),
      ]),
      "no windows",
    ),
    `a year in sample ${percent(value.inSample)}, out of sample ${percent(value.outOfSample)}; efficiency ${value.efficiency === null ? "undefined" : value.efficiency.toFixed(2)}; ${percent(value.profitable)} of the windows earned`,
    table(
      [["Out of sample, joined"], ["Value", "right"]],
      [
        ...shown.map((name) => [figureTitle(name), figureText(name, value.metrics[name])]),
        ["p-value", value.pValue === null ? "" : value.pValue.toFixed(4)],
      ],
      "none",
    ),
    `best in hindsight: ${variedText(value.bestInHindsight.params, value.varied, DIGITS)}, Sharpe ${two(value.bestInHindsight.sharpe)}, deflated ${two(value.bestInHindsight.deflatedSharpe)} after ${value.trials} trials`,
  ].join("\n\n");

/** A strategy over candles that end earlier or begin later, for lookahead-analysis and recursive-analysis: its options and answers. */
import type { Command } from "commander";
import type { BacktestSettings } from "../../simulation/backtest/backtest.ts";
import type { Decision, DecisionDifference } from "../../simulation/bias/decisions.ts";
import { cutRuns, type StartupPlan, startupRuns } from "../../simulation/bias/strategy-bias.ts";
import { say, table, timeText } from "../terminal.ts";
import { jsonOption } from "../trials/json-option.ts";
import { list } from "../verb.ts";

export interface StrategyOptions {
  readonly strategy?: string;
  readonly strategiesDir?: string;
  readonly params?: string;
  readonly pairs?: readonly string[];
  readonly timeframe?: string;
}

export const withStrategy = (command: Command): Command =>
  command
    .option("-s, --strategy <name>", "instead: a strategy, by what it decides")
    .option("--strategies-dir <path>", "a folder of your own strategies")
    .option("--params <json>", "its parameters; the others have their defaults")
    .option("-p, --pairs <list>", "only these pairs of a folder of candles", list)
    .option("-i, --timeframe <frame>", "of the candles; made of finer ones where there are none");

export const strategySettings = async (
  strategy: string,
  { strategiesDir, params, pairs, timeframe }: StrategyOptions,
  path: string,
): Promise<BacktestSettings> => {
  const { prepareBacktest } = await import("../../nodes/backtest.ts");
  const { settings, notes } = await prepareBacktest({
    ...{ strategy, strategiesDir, path, pairs, timeframe },
    params: jsonOption("--params", params),
    convention: "next-open",
    accounting: "float",
    startingBalance: 10_000,
    makerBps: 10,
    takerBps: 10,
    slippage: { model: "none" },
    seed: 1,
  });
  for (const note of notes) say(note);
  return settings;
};

export const cutAnswer = (settings: BacktestSettings, cuts: number) => {
  const runs = cutRuns(settings, cuts);
  return {
    strategy: settings.strategy.name,
    params: settings.params,
    decisions: runs.at(-1)!.decisions,
    hasBias: runs.some(({ difference }) => difference !== null),
    // The last is over everything once more.
    repeatable: runs.at(-1)!.difference === null,
    cuts: runs.slice(0, -1),
  };
};

export const cutText = ({
  strategy,
  decisions,
  cuts,
  hasBias,
  repeatable,
}: ReturnType<typeof cutAnswer>): string =>
  [
    table(
      [["Candles until"], ["Decisions", "right"], ["First difference"]],
      cuts.map((run) => [
        timeText(run.cut),
        run.decisions,
        differenceText(run.difference, "all candles", "cut"),
      ]),
      "no cuts",
    ),
    repeatable
      ? `${strategy}: ${decisions} decisions over all candles, the same in a second run`
      : `${strategy}: a second run over all candles decided otherwise: it draws chance, or remembers`,
    hasBias ? "biased" : "no look-ahead found",
  ].join("\n");

export const startupAnswer = (settings: BacktestSettings, plan: StartupPlan) => {
  const { warmupCandles } = settings.strategy.needs(settings.params);
  const startups = [...new Set([...plan.startups, Math.max(1, warmupCandles)])].sort((a, b) => a - b);
  const runs = startupRuns(settings, { ...plan, startups });
  return {
    strategy: settings.strategy.name,
    params: settings.params,
    warmupCandles,
    ...{ points: plan.points, traded: plan.traded, tolerance: plan.tolerance },
    enough: runs.find(({ candles }) => candles === Math.max(1, warmupCandles))!.differing === 0,
    startups: runs,
  };
};

export const startupText = ({
  strategy,
  warmupCandles,
  enough,
  startups,
}: ReturnType<typeof startupAnswer>): string =>
  [
    table(
      [
        ["Startup candles", "right"],
        ["Decides otherwise", "right"],
        ["By other numbers", "right"],
        ["First difference"],
      ],
      startups.map(({ candles, differing, numbersDiffering, points, first }) => [
        candles,
        `${differing} of ${points}`,
        `${numbersDiffering} of ${points}`,
        differenceText(first, "all candles", "startup"),
      ]),
      "none",
    ),
    `${strategy}: its warm-up of ${warmupCandles} candles is ${enough ? "long enough here" : "too short, or what it decides depends on its first candle"}`,
  ].join("\n");

const differenceText = (difference: DecisionDifference | null, one: string, other: string): string =>
  difference === null
    ? ""
    : `${one}: ${decisionText(difference.one)}; ${other}: ${decisionText(difference.other)}`;

const decisionText = (decision: Decision | undefined): string =>
  decision === undefined
    ? "nothing"
    : `${timeText(decision.at)} ${decision.wish} ${decision.numbers.map((each) => each.toPrecision(6)).join(" ")}`.trim();

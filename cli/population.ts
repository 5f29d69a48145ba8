/** `shoal population`: many parameter sets of a strategy reckoned in bulk, the best run again exactly. */
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { Invalid } from "../domain/values/invalid.ts";
import type { PopulationAnswer } from "../nodes/population.ts";
import { parseSlippage } from "../simulation/backtest/slippage.ts";
import { Exit, exits } from "./exit.ts";
import { trialsTable } from "./hyperopt/trials-table.ts";
import { basisPoints } from "./market-options.ts";
import { progressLine } from "./progress.ts";
import { answer, say, table } from "./terminal.ts";
import { jsonOption } from "./trials/json-option.ts";
import { amount, list, verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly strategy: string;
  readonly candles: string;
  readonly pairs?: readonly string[];
  readonly timeframe?: string;
  readonly timerange?: string;
  readonly sets: number;
  readonly setsFile?: string;
  readonly seed: number;
  readonly workers: number;
  readonly loss: string;
  readonly keep: number;
  readonly screen?: number;
  readonly minTrades: number;
  readonly spaces?: readonly string[];
  readonly params?: string;
  readonly feeBps: number;
  readonly makerFeeBps?: number;
  readonly slippage: string;
  readonly startingBalance: number;
  readonly tickSize?: string;
  readonly lotSize?: string;
  readonly json?: boolean;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "population",
      about: "Reckon many parameter sets in bulk, on all cores; the best are run again exactly.",
      examples: [
        [
          "population --candles BTC_USDT-1m.csv.gz --sets 1000000 --screen 1000",
          "the best of a million sets by Sharpe ratio: all in single precision, 1,000 in doubles",
        ],
        [
          "population --strategy composite --sets-file rules.jsonl --candles BTC_USDT-1h.csv.gz",
          "the best of the rules in a file",
        ],
      ],
    }),
  )
    .option(
      "-s, --strategy <name>",
      "one that can be reckoned in bulk: trend-pullback or composite",
      "trend-pullback",
    )
    .requiredOption("--candles <path>", "a file of candles, or a folder of such files")
    .option("-p, --pairs <list>", "the pair, where the folder has several", list)
    .option("-i, --timeframe <frame>", "of the candles; made of finer ones where there are none")
    .option("--timerange <range>", "20210101-20210301, 20210101- or -20210301, UTC; what is before warms up")
    .option("-n, --sets <n>", "parameter sets, drawn at random", wholeNumber(1, 1_000_000), 10_000)
    .option("--sets-file <path>", "sets from a file instead: a JSON object of parameters on each line")
    .option("--seed <n>", "equal seeds give equal answers", wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option(
      "-j, --workers <n>",
      "threads; the answer does not depend on it (default: one for each core)",
      wholeNumber(1, 1_024),
      availableParallelism(),
    )
    .option("--loss <name>", "what is best: docs/population.md", "sharpe")
    .option("--keep <n>", "so many of the best are run again", wholeNumber(1, 1_000), 5)
    .option(
      "--screen <n>",
      "reckon all sets in single precision first, and only the best n of them in doubles",
      wholeNumber(1, 100_000),
    )
    .option("--min-trades <n>", "a set with fewer is not rated", wholeNumber(1, 1_000_000), 1)
    .option("--spaces <list>", "parameters to draw (default: all that --params does not fix)", list)
    .option("--params <json>", "parameters that are fixed; others that are not drawn have their defaults")
    .option("--fee-bps <n>", "fee of takers, and of makers unless told, in basis points", basisPoints, 10)
    .option("--maker-fee-bps <n>", "fee of makers: what is reserved follows the higher one", basisPoints)
    .option("--slippage <model>", "none, bps:N, spread:N", "none")
    .option("--starting-balance <n>", "in quote", amount, 10_000)
    .option("--tick-size <step>", "step of prices, for the exact runs (default: 0.00000001)")
    .option("--lot-size <step>", "step of quantities, for the exact runs (default: 0.00000001)")
    .action(run);

const run = async (options: Options): Promise<void> => {
  const { candles: path, feeBps, makerFeeBps = feeBps, json = false, minTrades, loss } = options;
  if (loss.includes(",")) throw new Invalid("--loss", "one objective", loss);
  const { population } = await import("../nodes/population.ts");
  const shown = progressLine();
  let found: PopulationAnswer;
  try {
    found = await population({
      ...options,
      path,
      params: jsonOption("--params", options.params),
      tradesMin: minTrades,
      makerBps: makerFeeBps,
      takerBps: feeBps,
      slippage: parseSlippage(options.slippage, "--slippage"),
      tell: say,
      show: (done, of) => shown.show(`set ${done} of ${of}`, done / of),
    });
  } finally {
    shown.end();
  }
  answer(json, found, () => textOf(found));
  if (found.survivors.length === 0) throw new Exit(exits.failed, "no set could be rated");
};

const MILLION = 1e6;

const textOf = (found: PopulationAnswer): string => {
  const { survivors, honesty, sets, rated, elapsedMs, strategyCandlesPerSecond: rate } = found;
  const [best] = survivors;
  const head = `${found.strategy} on ${found.pair}: ${sets} sets over ${found.candles} candles in ${(elapsedMs / 1_000).toFixed(1)} s, ${(rate / MILLION).toFixed(1)} million strategy-candles a second, ${rated} rated`;
  if (best === undefined) return head;
  return [
    head,
    screenText(found.screen),
    trialsTable([found.loss], survivors),
    differences(survivors),
    table([["Parameter"], ["Best", "right"]], Object.entries(best.params), "none"),
    honesty === null
      ? ""
      : `deflated Sharpe ratio after ${honesty.trials} sets: ${honesty.deflatedSharpe?.toFixed(4) ?? "undefined"} (probabilistic: ${honesty.probabilisticSharpe?.toFixed(4) ?? "undefined"})`,
    `population: ${found.populationHash}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
};

const screenText = (screen: PopulationAnswer["screen"]): string =>
  screen === null
    ? ""
    : `${screen.passed} passed the screen; the best are among its first ${screen.lastPlace}, and no loss differs by more than ${screen.lossDifference.toExponential(1)}`;

/** What exact accounting changes. */
const differences = (survivors: PopulationAnswer["survivors"]): string =>
  table(
    [
      ["Exactly"],
      ["Trades", "right"],
      ["Profit", "right"],
      ["Trades, difference", "right"],
      ["Profit, difference", "right"],
    ],
    survivors.map(({ index, exact: { figures, difference } }) => [
      index,
      figures?.trades,
      figures?.profit.toFixed(4),
      difference.trades ?? undefined,
      difference.profit?.toExponential(2),
    ]),
    "none",
  );

/** `shoal hyperopt`: searches the parameters of a strategy, by backtests side by side; broken off, it goes on where it was. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { Invalid } from "../domain/values/invalid.ts";
import type { HyperoptAnswer } from "../nodes/hyperopt.ts";
import type { Progress } from "../nodes/search/run.ts";
import { samplerNames, type SamplerName } from "../nodes/search/prepare.ts";
import { Exit, exits } from "./exit.ts";
import { trialsTable } from "./hyperopt/trials-table.ts";
import { type CandleOptions, type CostOptions, costsOf, withCandles, withCosts } from "./market-options.ts";
import { progressLine } from "./progress.ts";
import { answer, say, table } from "./terminal.ts";
import { aroundOf, type AroundOptions, withAround } from "./trials/around.ts";
import { jsonOption } from "./trials/json-option.ts";
import { list, verb, wholeNumber, withJson } from "./verb.ts";

interface Options extends CandleOptions, CostOptions, AroundOptions {
  readonly strategy: string;
  readonly candles: string;
  readonly epochs: number;
  readonly seed: number;
  readonly workers?: number;
  readonly nats?: string;
  readonly sampler: SamplerName;
  readonly loss: readonly string[];
  readonly spaces?: readonly string[];
  readonly params?: string;
  readonly minTrades: number;
  readonly batch: number;
  readonly survivors: number;
  readonly tickSize?: string;
  readonly lotSize?: string;
  readonly dataDir: string;
  readonly dir?: string;
  readonly fresh?: boolean;
  readonly json?: boolean;
}

export const make = (): Command =>
  searched(
    withJson(
      verb({
        name: "hyperopt",
        about: "Search the parameters of a strategy by backtests, on all cores; broken off, it goes on.",
        examples: [
          [
            "hyperopt --strategy moving-average-cross --candles BTC_USDT-1h.csv.gz --epochs 200 --loss sharpe",
            "TPE over all parameters",
          ],
          [
            "hyperopt -s mean-reversion --candles history/binance -i 1h --spaces memory,entry --loss profit,drawdown -j 4 --json",
            "a front of two objectives",
          ],
        ],
      }),
    ),
  )
    .option("--tick-size <step>", "step of prices (default: 0.00000001)")
    .option("--lot-size <step>", "step of quantities (default: 0.00000001)")
    .option("--data-dir <path>", "searches are kept below it, in hyperopt/", ".shoal")
    .option("--dir <path>", "folder of this search (default: one by strategy and settings)")
    .option("--fresh", "begin anew, whatever was found before")
    .action(run);

const searched = (command: Command): Command =>
  withCosts(
    withAround(
      withCandles(
        command
          .requiredOption("-s, --strategy <name>", "which one; `list-strategies` has them")
          .requiredOption("--candles <path>", "a file of candles, or a folder of such files"),
      ),
    ),
  )
    .option("-e, --epochs <n>", "trials", wholeNumber(1, 200_000), 100)
    .option("--seed <n>", "equal seeds give equal answers", wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option(
      "-j, --workers <n>",
      "threads here; the answer does not depend on it (default: one for each core; with --nats none)",
      wholeNumber(0, 1_024),
    )
    .option("--nats <url>", "trainers evaluate: processes started with --role trainer on this NATS")
    .addOption(new Option("--sampler <name>", "who proposes").choices(samplerNames).default("tpe"))
    .option("--loss <list>", "one objective, or several for a Pareto front: docs/hyperopt.md", list, [
      "sharpe",
    ])
    .option("--spaces <list>", "parameters to search (default: all that --params does not fix)", list)
    .option("--params <json>", "parameters that are fixed; others that are not searched have their defaults")
    .option("--min-trades <n>", "a trial with fewer is not rated", wholeNumber(1, 1_000_000), 1)
    .option("--batch <n>", "trials between two lessons of the sampler", wholeNumber(1, 10_000), 16)
    .option("--survivors <n>", "so many of the best are run again exactly", wholeNumber(1, 1_000), 5);

const run = async (options: Options): Promise<void> => {
  const { candles: path, json = false, loss, minTrades, dataDir } = options;
  const workers = options.workers ?? (options.nats === undefined ? availableParallelism() : 0);
  if (workers === 0 && options.nats === undefined)
    throw new Invalid("--workers", "at least one, or --nats", workers);
  if (loss.length === 0) throw new Invalid("--loss", "at least one objective", "none");
  const { hyperopt } = await import("../nodes/hyperopt.ts");
  const shown = progressLine();
  let found: HyperoptAnswer;
  try {
    found = await hyperopt({
      ...options,
      workers,
      path,
      params: jsonOption("--params", options.params),
      around: aroundOf(options),
      objectives: loss,
      tradesMin: minTrades,
      ...costsOf(options),
      root: join(dataDir, "hyperopt"),
      fresh: options.fresh ?? false,
      tell: say,
      show: (progress) => shown.show(progressText(progress, loss), doneOf(progress)),
    });
  } finally {
    shown.end();
  }
  answer(json, found, () => textOf(found));
  if (found.best === null)
    throw new Exit(
      exits.failed,
      `no trial could be rated: ${Object.keys(found.unrated).slice(0, 3).join("; ")}`,
    );
};

/** Of what is left to evaluate: what was read cost no time. */
const doneOf = ({ done, resumed, epochs }: Progress): number =>
  epochs === resumed ? 1 : (done - resumed) / (epochs - resumed);

const progressText = ({ done, epochs, best }: Progress, losses: readonly string[]): string => {
  const found = best?.losses == null ? "none rated" : `best ${losses[0]} ${best.losses[0]!.toPrecision(6)}`;
  return `epoch ${done} of ${epochs}, ${found}`;
};

/** Reasons why trials were not rated, the most frequent. */
const UNRATED_SHOWN = 3;

const textOf = (found: HyperoptAnswer): string => {
  const { best, honesty, evaluations, rated, impossible, elapsedMs } = found;
  const searchedText = `${found.strategy}, ${found.sampler}: ${evaluations} trials in ${(elapsedMs / 1_000).toFixed(1)} s, ${rated} rated, ${impossible} impossible combinations left out`;
  const unrated = Object.entries(found.unrated).sort(([, a], [, b]) => b - a);
  const unratedText = unrated
    .slice(0, UNRATED_SHOWN)
    .map(([reason, count]) => `not rated: ${count}, ${reason}`);
  if (best === null) return [searchedText, ...unratedText].join("\n");
  const { difference } = best.exact;
  return [
    [searchedText, ...unratedText].join("\n"),
    trialsTable(found.losses, "front" in found ? found.front : found.survivors),
    table([["Parameter"], ["Best", "right"]], Object.entries(best.params), "none"),
    `exactly: profit ${best.exact.figures?.profit.toFixed(4) ?? "none"}, ${difference.profit?.toExponential(2) ?? "unknown"} from the float run`,
    honesty === null
      ? ""
      : `deflated Sharpe ratio after ${honesty.trials} trials: ${honesty.deflatedSharpe?.toFixed(4) ?? "undefined"} (probabilistic: ${honesty.probabilisticSharpe?.toFixed(4) ?? "undefined"})`,
    `the same with shoal backtesting, the same candles and costs: --strategy ${found.strategy} --params '${JSON.stringify(best.params)}' --timerange ${found.from}-${found.to ?? ""}`,
    `evaluations: ${found.evaluationsHash}`,
  ].join("\n\n");
};

/** Options of verbs that run many parameter sets of a strategy, and the request that they make; progress goes to stderr. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { Invalid } from "../../domain/values/invalid.ts";
import { type FillConvention, fillConventions } from "../../simulation/backtest/settings.ts";
import { parseSlippage } from "../../simulation/backtest/slippage.ts";
import { type ScoreName, scoreNames } from "../../simulation/walk-forward/score.ts";
import type { TrialsRequest } from "../../nodes/trials.ts";
import { say } from "../terminal.ts";
import { amount, list, wholeNumber } from "../verb.ts";

export interface TrialOptions {
  readonly strategiesDir?: string;
  readonly params?: string;
  readonly spaces?: readonly string[];
  readonly candles?: string;
  readonly pairs?: readonly string[];
  readonly timeframe?: string;
  readonly timerange?: string;
  readonly feeBps: number;
  readonly convention: FillConvention;
  readonly slippage: string;
  readonly startingBalance: number;
  readonly epochs: number;
  readonly sampler: "grid" | "random";
  readonly loss: ScoreName;
  readonly seed: number;
}

const bps = (text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 10_000))
    throw new InvalidArgumentError("expected basis points from 0, below 10000");
  return value;
};

export const withTrials = (command: Command): Command =>
  command
    .option("--strategies-dir <path>", "a folder of your own strategies")
    .option("--params <json>", "parameters that stay; the others are varied")
    .option(
      "--spaces <list>",
      "parameters to vary (default: all that --params does not name, but for the timeframe)",
      list,
    )
    .option("--candles <path>", "a file of candles, or a folder of such files")
    .option("-p, --pairs <list>", "only these pairs, such as BTC/USDT,ETH/USDT", list)
    .option("-i, --timeframe <frame>", "of the candles; made of finer ones where there are none")
    .option("--timerange <range>", "20210101-20210301, 20210101- or -20210301, UTC; what is before warms up")
    .option("--fee-bps <n>", "fee of makers and takers, in basis points", bps, 10)
    .addOption(
      new Option("--convention <name>", "how orders are filled")
        .choices(fillConventions)
        .default("next-open"),
    )
    .option(
      "--slippage <model>",
      "none, bps:N, spread:N, volume-share[:impact], square-root[:factor]",
      "none",
    )
    .option("--starting-balance <n>", "in quote", amount, 10_000)
    .option("-e, --epochs <n>", "parameter sets at most", wholeNumber(2, 100_000), 100)
    .addOption(
      new Option("--sampler <name>", "how they are picked").choices(["grid", "random"]).default("grid"),
    )
    .addOption(
      new Option("--loss <name>", "figure by which the best is chosen").choices(scoreNames).default("sharpe"),
    );

/** `strategy`: as the verb was told. Throws `Invalid` naming the option. */
export const trialsRequest = (strategy: string, options: TrialOptions): TrialsRequest => {
  const {
    candles: path,
    feeBps,
    slippage,
    params,
    convention,
    epochs,
    sampler,
    seed,
    startingBalance,
  } = options;
  if (path === undefined) throw new Invalid("--candles", "a file or folder of candles", path);
  return {
    strategy,
    strategiesDir: options.strategiesDir,
    params: jsonOption("--params", params),
    spaces: options.spaces,
    path,
    pairs: options.pairs,
    timeframe: options.timeframe,
    timerange: options.timerange,
    makerBps: feeBps,
    takerBps: feeBps,
    slippage: parseSlippage(slippage, "--slippage"),
    ...{ convention, epochs, sampler, seed, startingBalance },
  };
};

/** `{}` where it is not given. Throws `Invalid` naming the option. */
export const jsonOption = (option: string, text: string | undefined): unknown => {
  try {
    return text === undefined ? {} : (JSON.parse(text) as unknown);
  } catch (error) {
    throw new Invalid(option, `JSON (${(error as Error).message})`, text);
  }
};

/** A line each tenth of the way, with the time that is left. */
export const progress = (): ((done: number, all: number) => void) => {
  const began = performance.now();
  let told = 0;
  return (done, all) => {
    const tenth = Math.floor((10 * done) / all);
    if (tenth <= told) return;
    told = tenth;
    const left = ((performance.now() - began) / done) * (all - done);
    say(`${done} of ${all} parameter sets, ${(left / 1_000).toFixed(0)} s left`);
  };
};

/** Of a set only what varies; numbers whole, or to so many digits for people. */
export const variedText = (
  set: Readonly<Record<string, unknown>>,
  varied: readonly string[],
  digits = 17,
): string =>
  varied
    .map((name) => {
      const value = set[name];
      return `${name}=${typeof value === "number" ? Number(value.toPrecision(digits)) : String(value)}`;
    })
    .join(" ");

/** Options of verbs that run many parameter sets of a strategy, and the request that they make. */
import { type Command, Option } from "commander";
import { Invalid } from "../../domain/values/invalid.ts";
import type { SamplerName } from "../../nodes/search/prepare.ts";
import type { TrialsRequest } from "../../nodes/trials.ts";
import { type ScoreName, scoreNames } from "../../simulation/walk-forward/score.ts";
import { type CandleOptions, type CostOptions, costsOf, withCandles, withCosts } from "../market-options.ts";
import { list, wholeNumber } from "../verb.ts";
import { jsonOption } from "./json-option.ts";
import { aroundOf, type AroundOptions, withAround } from "./around.ts";

export interface TrialOptions<Sampler extends SamplerName = "grid" | "random">
  extends CandleOptions, CostOptions, AroundOptions {
  readonly params?: string;
  readonly spaces?: readonly string[];
  readonly candles?: string;
  readonly epochs: number;
  readonly sampler: Sampler;
  readonly loss: ScoreName;
  readonly seed: number;
}

/** `samplers`: those that the verb can use, the default first. */
export const withTrials = (
  command: Command,
  samplers: readonly SamplerName[] = ["grid", "random"],
): Command =>
  withCosts(
    withAround(withCandles(command))
      .option("--params <json>", "parameters that stay; the others are varied")
      .option(
        "--spaces <list>",
        "parameters to vary (default: all that --params does not name, but for the timeframe)",
        list,
      )
      .option("--candles <path>", "a file of candles, or a folder of such files"),
  )
    .option("-e, --epochs <n>", "parameter sets at most", wholeNumber(2, 100_000), 100)
    .addOption(new Option("--sampler <name>", "how they are picked").choices(samplers).default(samplers[0]))
    .addOption(
      new Option("--loss <name>", "figure by which the best is chosen").choices(scoreNames).default("sharpe"),
    );

/** `strategy`: as the verb was told. Throws `Invalid` naming the option. */
export const trialsRequest = <Sampler extends SamplerName>(
  strategy: string,
  options: TrialOptions<Sampler>,
): TrialsRequest<Sampler> => {
  const { candles: path, params, epochs, sampler, seed, spaces } = options;
  const { strategiesDir, pairs, timeframe, timerange } = options;
  if (path === undefined) throw new Invalid("--candles", "a file or folder of candles", path);
  return {
    ...{ strategy, strategiesDir, spaces, path, pairs, timeframe, timerange, epochs, sampler, seed },
    params: jsonOption("--params", params),
    around: aroundOf(options),
    ...costsOf(options),
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

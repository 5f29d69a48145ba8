/** Options of `shoal backtesting` that put protective exits around a strategy, by the names that freqtrade users know. */
import type { Command } from "commander";
import type { ProtectiveExits } from "../../domain/strategy/exits/protected.ts";
import { readRangeStop } from "../../domain/strategy/exits/range-stop.ts";
import { readRoi, readStoploss, readTrailing } from "../../domain/strategy/exits/read-rules.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { wholeNumber } from "../verb.ts";

export interface ExitOptions {
  readonly stoploss?: string;
  readonly minimalRoi?: string;
  readonly trailingStop?: boolean;
  readonly trailingStopPositive?: string;
  readonly trailingStopPositiveOffset?: string;
  readonly trailingOnlyOffsetIsReached?: boolean;
  readonly unfilledTimeout?: number;
  readonly rangeStop?: string;
}

export const withExits = (command: Command): Command =>
  command
    .option("--stoploss <ratio>", "leave at this loss, such as -0.05, by a stop at the venue")
    .option("--minimal-roi <json>", 'take profit by minutes held, such as {"0":0.1,"60":0.02}')
    .option("--trailing-stop", "the stop follows the highs")
    .option("--trailing-stop-positive <ratio>", "its distance once the profit is above the offset")
    .option("--trailing-stop-positive-offset <ratio>", "that profit (default: 0)")
    .option("--trailing-only-offset-is-reached", "it stays until the profit has reached the offset")
    .option(
      "--range-stop <rule>",
      "a stop by the average true range: atr:2 or chandelier:3; :N behind it is its candles, 14 and 22 unless told",
    )
    .option("--unfilled-timeout <minutes>", "give up orders that rest longer", wholeNumber(0, 1e9));

/** Undefined where none was asked for. Throws `Invalid` naming the option. */
export const exitsOf = (options: ExitOptions): ProtectiveExits | undefined => {
  const { stoploss, minimalRoi, trailingStop, trailingStopPositive, unfilledTimeout, rangeStop } = options;
  for (const [name, given] of [
    ["--trailing-stop-positive", trailingStopPositive],
    ["--trailing-stop-positive-offset", options.trailingStopPositiveOffset],
    ["--trailing-only-offset-is-reached", options.trailingOnlyOffsetIsReached],
  ] as const)
    if (given !== undefined && trailingStop !== true)
      throw new Invalid(name, "--trailing-stop beside it", given);
  if ([stoploss, minimalRoi, trailingStop, unfilledTimeout, rangeStop].every((each) => each === undefined))
    return undefined;
  const loss = readStoploss(stoploss, "--stoploss");
  const trailing = readTrailing(
    {
      stop: trailingStop,
      positive: trailingStopPositive,
      offset: options.trailingStopPositiveOffset,
      onlyOffsetIsReached: options.trailingOnlyOffsetIsReached,
    },
    {
      stop: "--trailing-stop",
      positive: "--trailing-stop-positive",
      offset: "--trailing-stop-positive-offset",
      onlyOffsetIsReached: "--trailing-only-offset-is-reached",
    },
    loss,
  );
  return {
    rules: {
      stoploss: loss,
      roi: minimalRoi === undefined ? [] : readRoi(jsonOf(minimalRoi), "--minimal-roi"),
      trailing,
    },
    unfilledTimeoutMinutes: unfilledTimeout ?? Infinity,
    ...(rangeStop === undefined ? {} : { range: readRangeStop(rangeStop, "--range-stop") }),
  };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Invalid("--minimal-roi", `JSON (${(error as Error).message})`, text);
  }
};

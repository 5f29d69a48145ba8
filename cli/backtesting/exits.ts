/** Options of `shoal backtesting` that put protective exits around a strategy, by the names that freqtrade users know. */
import type { Command } from "commander";
import type { WrittenPlan } from "../../domain/strategy/manage/read-plan.ts";
import { jsonOption } from "../trials/json-option.ts";
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

/** Those that were given, as fields of the plan that manages positions, which checks them. Throws `Invalid` for what is no JSON. */
export const exitsOf = ({ minimalRoi, ...options }: ExitOptions): WrittenPlan => {
  const { stoploss, trailingStop, trailingStopPositive, unfilledTimeout, rangeStop } = options;
  const given = {
    ...{ stoploss, trailingStop, trailingStopPositive, unfilledTimeout, rangeStop },
    trailingStopPositiveOffset: options.trailingStopPositiveOffset,
    trailingOnlyOffsetIsReached: options.trailingOnlyOffsetIsReached,
    minimalRoi: minimalRoi === undefined ? undefined : jsonOption("--minimal-roi", minimalRoi),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
};

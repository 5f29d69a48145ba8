/**
 * How the aims of a strategy are to be worked: the terms of an execution algorithm, by the names that the strategy `execute` has for them,
 * and what is only asked where another strategy decides.
 */
import { timeframes } from "../market/candle.ts";
import { Invalid } from "../values/invalid.ts";
import { parseParams } from "../strategy/params.ts";
import type { Genes } from "../strategy/strategy.ts";
import { executionGenes, type ExecutionTerms, impossibleTerms, learnGene } from "./terms.ts";

export type Work = ExecutionTerms & {
  readonly exits: string;
  readonly timeframe: string;
  readonly learn: number;
};

/** The shortest of those that the strategy looks at. */
export const OWN_TIMEFRAME = "strategy";

const workGenes: Genes<Work> = {
  ...executionGenes,
  exits: {
    kind: "choice",
    choices: ["market", "worked"],
    default: "market",
    about: "What lessens a position: at the market at once, or worked as entries are.",
  },
  timeframe: {
    kind: "choice",
    choices: [OWN_TIMEFRAME, ...Object.keys(timeframes)],
    default: OWN_TIMEFRAME,
    about: "Candles at whose close parts are sent at least, and whose volume is counted.",
  },
  learn: learnGene,
};

/** Complete; what is not told is the default. Throws `Invalid` naming the field, for example `execution.slices`. */
export const parseWork = (raw: unknown, field: string): Work =>
  parseParams<Work>({ genes: workGenes, impossible: impossibleTerms }, raw, field);

/** A plan sizes aims: parts would pass it by unsized. Throws `Invalid` naming the field. */
export const expectUnsized = (
  plan: { readonly sizing?: unknown } | undefined,
  work: unknown,
  field: string,
): void => {
  if (plan?.sizing !== undefined && work !== undefined)
    throw new Invalid(field, "none under a risk plan with sizing, which knows aims at the market only", work);
};

/** Which strategies can be reckoned in bulk, and how. */
import type { Params, Strategy } from "../../domain/strategy/strategy.ts";
import { composite, type CompositeParams } from "../../strategies/composite.ts";
import { type PullbackParams, trendPullback } from "../../strategies/trend-pullback.ts";
import type { PopulationCosts } from "./costs.ts";
import type { Ground } from "./ground.ts";
import { evaluatePopulation } from "./population.ts";
import type { DailyResult, PopulationResult } from "./result.ts";
import { checkTimeframes, evaluateRules } from "./rules/rules.ts";
import { screenPopulation } from "./screen/screen.ts";

export interface Bulk<P extends Params = Params> {
  readonly strategy: Strategy<P>;
  /** In doubles, equal to backtests. */
  evaluate(ground: Ground, costs: PopulationCosts, sets: readonly P[]): PopulationResult;
  /** In single precision, near to it. */
  screen?(ground: Ground, costs: PopulationCosts, sets: readonly P[]): DailyResult;
  /** Throws `Invalid` naming `field` for a set that needs other candles than those of `span` ms. */
  check?(set: P, span: number, field: string): void;
  /** Equal for sets that have the most to share; neighbouring ones cost alike. */
  readonly shares: (set: P) => number | string;
}

const pullback: Bulk<PullbackParams> = {
  strategy: trendPullback,
  evaluate: (ground, costs, sets) => evaluatePopulation(ground, costs, sets),
  screen: (ground, costs, sets) => screenPopulation(ground, costs, sets),
  shares: ({ slow }) => slow,
};

const rules: Bulk<CompositeParams> = {
  strategy: composite,
  evaluate: (ground, costs, sets) => evaluateRules(ground, costs, sets),
  check: checkTimeframes,
  shares: ({ enter, exit }) => `${enter}|${exit}`,
};

/** By the strategy's name; their sets come from its genes. */
export const bulks: ReadonlyMap<string, Bulk> = new Map(
  [pullback, rules].map((bulk) => [bulk.strategy.name, bulk as unknown as Bulk]),
);

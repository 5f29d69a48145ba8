/** By what a parameter set is chosen: a figure of its returns in sample, higher is better. One that never varies scores 0. */
import { drawdownOf, wealthOf } from "../../domain/performance/drawdown.ts";
import { meanOf, momentsOf, type Numbers } from "../../domain/performance/moments.ts";
import { downsideOf, over } from "../../domain/performance/return-ratios.ts";

export const scoreNames = ["sharpe", "sortino", "calmar", "profit"] as const;
export type ScoreName = (typeof scoreNames)[number];

const scores: Readonly<Record<ScoreName, (returns: Numbers) => number>> = {
  sharpe: (returns) => {
    const { mean, deviation } = momentsOf(returns);
    return over(mean, deviation);
  },
  sortino: (returns) => over(meanOf(returns), downsideOf(returns)),
  /** Mean return over the deepest drawdown: windows compared have one length, so no year is needed. */
  calmar: (returns) => over(meanOf(returns), drawdownOf(wealthOf(returns)).depth),
  profit: meanOf,
};

/** Per period: only the order counts. */
export const scoreOf = (name: ScoreName, returns: Numbers): number => {
  const score = scores[name](returns);
  return Number.isNaN(score) ? 0 : score;
};

/** The first of the highest. */
export const bestOf = (name: ScoreName, trials: readonly Numbers[]): number => {
  const all = trials.map((returns) => scoreOf(name, returns));
  return all.indexOf(Math.max(...all));
};

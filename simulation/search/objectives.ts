/**
 * What a search tries to lower, by name: Shoal's own ratios (of daily equity) and freqtrade's loss functions (of closed
 * trades). A trial whose loss is not a finite number, or that traded too little, is not rated and never the best.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import { freqtradeLosses } from "./freqtrade-losses.ts";
import type { Losses } from "./pareto.ts";
import { digestOf, figuresOf, type Digest, type Figures, type Tested } from "./tested.ts";

type Loss = (digest: Digest) => number;

const own: Readonly<Record<string, Loss>> = {
  profit: ({ ratios }) => -ratios.totalReturn,
  cagr: ({ ratios }) => -ratios.cagr,
  sharpe: ({ ratios }) => -ratios.sharpe,
  sortino: ({ ratios }) => -ratios.sortino,
  calmar: ({ ratios }) => -ratios.calmar,
  omega: ({ ratios }) => -ratios.omega,
  drawdown: ({ ratios }) => ratios.maxDrawdown,
  ulcer: ({ ratios }) => ratios.ulcerIndex,
  "profit-factor": ({ metrics }) => -(metrics.profitFactor ?? NaN),
  expectancy: ({ metrics }) => -(metrics.expectancy ?? NaN),
  sqn: ({ metrics }) => -(metrics.sqn ?? NaN),
  "win-rate": ({ metrics }) => -(metrics.winRate ?? NaN),
};

const objectives: ReadonlyMap<string, Loss> = new Map([
  ...Object.entries(own),
  ...Object.entries(freqtradeLosses),
]);

export const objectiveNames: readonly string[] = [...objectives.keys()];

export interface Evaluation {
  /** One for each objective; null when not rated. */
  readonly losses: Losses | null;
  /** Why not, otherwise null. */
  readonly reason: string | null;
  /** Null when the backtest failed. */
  readonly figures: Figures | null;
}

export interface Judgement {
  readonly objectives: readonly string[];
  readonly tradesMin: number;
  readonly startingBalance: number;
}

/** Throws `Invalid` for a name that is no objective. */
export const judge = (tested: Tested, judgement: Judgement): Evaluation => {
  const digest = digestOf(tested, judgement.startingBalance);
  const figures = figuresOf(digest);
  if (digest.trades.length < judgement.tradesMin)
    return { losses: null, reason: `fewer than ${judgement.tradesMin} trades`, figures };
  const losses = judgement.objectives.map((name) => lossOf(name)(digest));
  const undefinedAt = losses.findIndex((loss) => !Number.isFinite(loss));
  if (undefinedAt >= 0)
    return { losses: null, reason: `${judgement.objectives[undefinedAt]} is undefined`, figures };
  return { losses, reason: null, figures };
};

export const lossOf = (name: string): Loss => {
  const loss = objectives.get(name);
  if (loss === undefined) throw new Invalid("loss", `some of ${objectiveNames.join(", ")}`, name);
  return loss;
};

/**
 * Choosing the best of several trials under combinatorial purged cross-validation (López de Prado 2018, chapter 12): in each
 * split the best on what trains is used on what tests, and the tests join to whole paths. So there are several results of the
 * same choosing, none of which has seen its own test, instead of one backtest of the winner.
 */
import { meanOf, momentsOf, type Numbers } from "../../domain/performance/moments.ts";
import { bestOf, type ScoreName } from "../walk-forward/score.ts";
import { combinatorialSplits, pathReturns } from "./combinatorial.ts";
import type { Purge, Range } from "./purging.ts";

export interface SelectionPlan extends Purge {
  readonly groups: number;
  readonly testGroups: number;
  readonly score: ScoreName;
}

export interface Selection {
  readonly splits: number;
  /** Sharpe ratio per period of each path; 0 where nothing varies. */
  readonly paths: readonly number[];
  /** Mean over the splits: of the chosen one where it was chosen, and where it was used. */
  readonly sharpeInSample: number;
  readonly sharpeOutOfSample: number;
  /** Share of the splits in which the chosen one lost money out of sample. */
  readonly lossProbability: number;
  /** How often each trial was chosen. */
  readonly chosen: readonly number[];
}

/** Returns of each trial over the same periods. */
export const combinatorialSelection = (trials: readonly Numbers[], plan: SelectionPlan): Selection => {
  const { groups, testGroups, score, ...purge } = plan;
  const count = trials[0]!.length;
  const columns = trials.map((returns) => Float64Array.from(returns));
  const splits = combinatorialSplits(count, groups, testGroups, purge);
  const chosen = splits.splits.map(({ train }) =>
    bestOf(
      score,
      columns.map((returns) => joined(returns, train)),
    ),
  );
  const used = splits.splits.map(({ test }, i) => joined(columns[chosen[i]!]!, test));
  const paths = pathReturns(splits, (split, group) => {
    const { from, to } = splits.groups[group]!;
    return columns[chosen[split]!]!.subarray(from, to);
  });
  return {
    splits: used.length,
    paths: paths.map(sharpeOf),
    sharpeInSample: meanOf(
      splits.splits.map(({ train }, i) => sharpeOf(joined(columns[chosen[i]!]!, train))),
    ),
    sharpeOutOfSample: meanOf(used.map(sharpeOf)),
    lossProbability: used.filter((returns) => meanOf(returns) < 0).length / used.length,
    chosen: trials.map((_, trial) => chosen.filter((each) => each === trial).length),
  };
};

const joined = (returns: Float64Array, ranges: readonly Range[]): Float64Array => {
  const parts = ranges.map(({ from, to }) => returns.subarray(from, to));
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

const sharpeOf = (returns: Numbers): number => {
  const { mean, deviation } = momentsOf(returns);
  return deviation > 0 ? mean / deviation : 0;
};

/** Purged k-fold cross-validation: each of k blocks tests once, what is left after purge and embargo trains. */
import { blocksOf, type Purge, type Range, trainingRanges } from "./purging.ts";

export interface Fold {
  readonly test: Range;
  readonly train: readonly Range[];
}

export const purgedFolds = (count: number, folds: number, purge: Purge = {}): readonly Fold[] =>
  blocksOf(count, folds).map((test) => ({ test, train: trainingRanges(count, [test], purge) }));

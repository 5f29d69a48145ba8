/**
 * Combinatorial purged cross-validation (López de Prado 2018, chapter 12). Of N groups every choice of k tests while the
 * rest trains: C(N, k) splits. Each group is tested in C(N - 1, k - 1) of them, so that the tests join to as many whole
 * paths through the time; path p takes of each group its p-th split. Six groups by two give 15 splits and 5 paths.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import { blocksOf, type Purge, type Range, trainingRanges } from "./purging.ts";

export interface Split {
  /** Numbers of the groups that test, rising. */
  readonly groups: readonly number[];
  readonly test: readonly Range[];
  readonly train: readonly Range[];
}

export interface CombinatorialSplits {
  readonly groups: readonly Range[];
  readonly splits: readonly Split[];
  /** `paths[p][g]`: the split whose test of group g belongs to path p. */
  readonly paths: readonly (readonly number[])[];
}

const SPLITS_MAX = 1_000_000;

export const combinatorialSplits = (
  count: number,
  groupCount: number,
  testGroups: number,
  purge: Purge = {},
): CombinatorialSplits => {
  const groups = blocksOf(count, groupCount);
  if (!Number.isInteger(testGroups) || testGroups < 1 || testGroups >= groupCount)
    throw new Invalid("testGroups", `a whole number from 1 to ${groupCount - 1}`, testGroups);
  const ways = binomial(groupCount, testGroups);
  if (ways > SPLITS_MAX) throw new Invalid("groupCount", `at most ${SPLITS_MAX} splits`, ways);
  const splits = combinations(groupCount, testGroups).map((chosen) => {
    const test = chosen.map((group) => groups[group]!);
    return { groups: chosen, test, train: trainingRanges(count, test, purge) };
  });
  const testedBy = groups.map((_, group) =>
    splits.flatMap((split, i) => (split.groups.includes(group) ? [i] : [])),
  );
  const paths = Array.from({ length: testedBy[0]!.length }, (_, path) =>
    testedBy.map((tests) => tests[path]!),
  );
  return { groups, splits, paths };
};

/** What a model of each split earned in its test, joined to the paths: `returnsOf` has the returns of one group there. */
export const pathReturns = (
  { groups, paths }: CombinatorialSplits,
  returnsOf: (split: number, group: number) => ArrayLike<number>,
): readonly (readonly number[])[] =>
  paths.map((path) => groups.flatMap((_, group) => Array.from(returnsOf(path[group]!, group))));

/** All choices of `size` of the numbers below `count`, each rising, in lexical order. */
export const combinations = (count: number, size: number): readonly (readonly number[])[] => {
  const found: number[][] = [];
  const chosen = Array.from({ length: size }, (_, i) => i);
  for (;;) {
    found.push([...chosen]);
    let place = size - 1;
    while (place >= 0 && chosen[place] === count - size + place) place -= 1;
    if (place < 0) return found;
    chosen[place]! += 1;
    for (let i = place + 1; i < size; i += 1) chosen[i] = chosen[i - 1]! + 1;
  }
};

export const binomial = (count: number, size: number): number => {
  let ways = 1;
  for (let i = 1; i <= size; i += 1) ways = (ways * (count - size + i)) / i;
  return Math.round(ways);
};

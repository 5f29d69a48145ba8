/** Purged folds and combinatorial splits: by hand, by count, and that no training sample knows of a test. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  binomial,
  combinations,
  combinatorialSplits,
  pathReturns,
} from "../../../simulation/cross-validation/combinatorial.ts";
import { purgedFolds } from "../../../simulation/cross-validation/k-fold.ts";
import { trainingRanges } from "../../../simulation/cross-validation/purging.ts";

const range = (from: number, to: number) => ({ from, to });

describe("purged k-fold, by hand", () => {
  // Test 40 to 59; labels look 3 ahead. Before it 37 knows 40: purged from 37 on. Sample 59 knows 62: purged up to 62;
  // the embargo of 5 % leaves out five more, 63 to 67.
  it("purges on both sides and embargoes behind", () => {
    expect(trainingRanges(100, [range(40, 60)], { horizon: 3, embargo: 0.05 })).toEqual([
      range(0, 37),
      range(68, 100),
    ]);
  });

  it("labels of their own lengths", () => {
    const ends = Int32Array.from({ length: 10 }, (_, i) => i);
    ends[1] = 5;
    ends[6] = 8;
    expect(trainingRanges(10, [range(5, 7)], { ends, embargo: 0 })).toEqual([
      range(0, 1),
      range(2, 5),
      range(9, 10),
    ]);
  });

  it("five folds of ten", () => {
    expect(purgedFolds(10, 5, { embargo: 0.1 })).toMatchObject([
      { test: range(0, 2), train: [range(3, 10)] },
      { test: range(2, 4), train: [range(0, 2), range(5, 10)] },
      { test: range(4, 6), train: [range(0, 4), range(7, 10)] },
      { test: range(6, 8), train: [range(0, 6), range(9, 10)] },
      { test: range(8, 10), train: [range(0, 8)] },
    ]);
  });

  it("refuses what makes no sense", () => {
    expect(() => purgedFolds(10, 1)).toThrow("parts: expected a whole number from 2 to 10");
    expect(() => purgedFolds(10, 2, { embargo: 1 })).toThrow("embargo: expected a share");
    expect(() => purgedFolds(10, 2, { horizon: -1 })).toThrow("horizon: expected samples from 0");
    expect(() => purgedFolds(10, 2, { ends: [1] })).toThrow("ends: expected 10 numbers");
  });
});

describe("combinatorial", () => {
  it("six groups by two are 15 splits and 5 paths", () => {
    const { splits, paths } = combinatorialSplits(60, 6, 2);
    expect(splits).toHaveLength(15);
    expect(paths).toHaveLength(5);
    expect(splits[0]!.groups).toEqual([0, 1]);
    // Group 0 is tested with 1, 2, 3, 4, 5; group 5 with 0, 1, 2, 3, 4: splits 4, 8, 11, 13, 14.
    expect(paths.map((path) => path[0])).toEqual([0, 1, 2, 3, 4]);
    expect(paths.map((path) => path[5])).toEqual([4, 8, 11, 13, 14]);
  });

  it("counts as the binomials say, each test of a split is used once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 1, max: 7 }), (groups, size) => {
        const tested = Math.min(size, groups - 1);
        const { splits, paths } = combinatorialSplits(groups * 3, groups, tested, { embargo: 0 });
        expect(splits).toHaveLength(binomial(groups, tested));
        expect(paths).toHaveLength(binomial(groups - 1, tested - 1));
        const used = paths.flatMap((path) => path.map((split, group) => `${split}:${group}`));
        expect(new Set(used).size).toBe(splits.length * tested);
        for (const path of paths)
          for (const [group, split] of path.entries()) expect(splits[split]!.groups).toContain(group);
      }),
    );
  });

  it("joins what each split earned to whole paths", () => {
    const cv = combinatorialSplits(4, 4, 2, { embargo: 0 });
    expect(pathReturns(cv, (split, group) => [split * 10 + group])[0]).toEqual([0, 1, 12, 23]);
  });

  it("all choices, in lexical order", () => {
    expect(combinations(4, 2)).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    expect(combinations(3, 3)).toEqual([[0, 1, 2]]);
  });

  it("refuses what makes no sense", () => {
    expect(() => combinatorialSplits(10, 5, 5)).toThrow("testGroups: expected a whole number from 1 to 4");
    expect(() => combinatorialSplits(100, 50, 25)).toThrow("groupCount: expected at most 1000000 splits");
  });
});

describe("for any labels", () => {
  it("nothing that trains overlaps a test or its embargo, and everything else trains", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 60 }),
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 0, max: 6 }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        (count, groups, horizon, embargo) => {
          const left = Math.ceil(embargo * count);
          for (const { test, train } of combinatorialSplits(count, groups, 1, { horizon, embargo }).splits) {
            const trains = new Set(
              train.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)),
            );
            const { from, to } = test[0]!;
            for (let i = 0; i < count; i += 1) {
              const before = i + horizon < from;
              const after = i > to - 1 + horizon + left;
              expect(trains.has(i), `${i} of ${count}, test ${from} to ${to}`).toBe(before || after);
            }
          }
        },
      ),
    );
  });
});

/** Pareto fronts, by hand and by property. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crowdingOf, dominates, firstFront, frontsOf, ranking } from "../../../simulation/search/pareto.ts";

/** Few values, so that ties and repeats are common. */
const losses = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 3 })),
  {
    maxLength: 40,
  },
);

describe("fronts", () => {
  it("by hand", () => {
    const all = [[1, 5], [2, 2], [5, 1], [3, 3], null, [6, 6], [2, 2]];
    // [2,2] twice: equal points do not dominate one another. [3,3] is behind both, [6,6] behind all.
    expect(frontsOf(all)).toEqual([[0, 1, 6, 2], [3], [5]]);
    expect(firstFront(all)).toEqual([0, 1, 6, 2]);
    expect(ranking(all).slice(4)).toEqual([3, 5, 4]);
  });

  it("nobody in the first is dominated, everybody else is, by somebody in the front before", () => {
    fc.assert(
      fc.property(losses, (all) => {
        const fronts = frontsOf(all);
        expect(fronts.flat().sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
        for (const [level, front] of fronts.entries())
          for (const place of front) {
            expect(front.some((other) => dominates(all[other]!, all[place]!))).toBe(false);
            if (level > 0)
              expect(fronts[level - 1]!.some((other) => dominates(all[other]!, all[place]!))).toBe(true);
          }
        expect(firstFront(all)).toEqual(fronts[0] ?? []);
        expect([...ranking(all)].sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
      }),
    );
  });

  it("do not depend on the order of the points", () => {
    fc.assert(
      fc.property(losses, (all) => {
        const of = (points: readonly (readonly number[])[]): string[] =>
          firstFront(points)
            .map((place) => String(points[place]))
            .sort();
        expect(of([...all].reverse())).toEqual(of(all));
      }),
    );
  });

  it("with one loss are plain sorting, ties in their order", () => {
    expect(ranking([[3], [1], null, [2], [1]])).toEqual([1, 4, 3, 0, 2]);
  });
});

describe("crowding", () => {
  it("by hand", () => {
    // Losses 0, 1, 4, 10 over a range of 10, both ways: (4-0)/10 + (10-6)/10 and (10-1)/10 + (9-0)/10.
    expect([
      ...crowdingOf([
        [0, 10],
        [1, 9],
        [4, 6],
        [10, 0],
      ]),
    ]).toEqual([Infinity, 0.8, 1.8, Infinity]);
  });

  it("the ends of a front come first in the ranking", () => {
    expect(
      ranking([
        [4, 6],
        [0, 10],
        [1, 9],
        [10, 0],
      ]),
    ).toEqual([1, 3, 0, 2]);
  });
});

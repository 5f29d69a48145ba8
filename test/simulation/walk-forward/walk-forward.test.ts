/** Walk-forward windows and their efficiency: by hand, and that tests join and never see their training. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Chance } from "../../../domain/values/chance.ts";
import { walkForwardEfficiency } from "../../../simulation/walk-forward/efficiency.ts";
import { walkForwardWindows } from "../../../simulation/walk-forward/windows.ts";

const span = ({ from, to }: { readonly from: number; readonly to: number }) => [from, to];
const shown = (windows: ReturnType<typeof walkForwardWindows>) =>
  windows.map(({ train, test }) => [...span(train), ...span(test)]);

describe("windows, by hand", () => {
  it("roll", () => {
    expect(shown(walkForwardWindows({ from: 0, to: 100, train: 40, test: 20 }))).toEqual([
      [0, 40, 40, 60],
      [20, 60, 60, 80],
      [40, 80, 80, 100],
    ]);
  });

  it("are anchored, with a gap; a last test is kept from half its length on", () => {
    const plan = { from: 0, to: 100, train: 40, test: 20, anchored: true, gap: 5 };
    expect(shown(walkForwardWindows(plan))).toEqual([
      [0, 40, 45, 65],
      [0, 60, 65, 85],
      [0, 80, 85, 100],
    ]);
    expect(walkForwardWindows({ ...plan, to: 94 })).toHaveLength(2);
  });

  it("refuses what does not fit", () => {
    expect(() => walkForwardWindows({ from: 0, to: 10, train: 10, test: 4 })).toThrow(
      "train: expected at most 8",
    );
    expect(() => walkForwardWindows({ from: 0, to: 10, train: 0, test: 4 })).toThrow(
      "train: expected a whole number",
    );
    expect(() => walkForwardWindows({ from: 0, to: 10, train: 1, test: 1, gap: -1 })).toThrow(
      "gap: expected",
    );
  });

  it("tests join without a gap behind every training", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 5 }),
        fc.boolean(),
        (train, test, gap, anchored) => {
          const windows = walkForwardWindows({
            from: 7,
            to: 7 + train + gap + test * 3 + 1,
            train,
            test,
            gap,
            anchored,
          });
          for (const [i, each] of windows.entries()) {
            expect(each.test.from - each.train.to).toBe(gap);
            expect(each.train.from).toBe(anchored ? 7 : 7 + i * test);
            if (i > 0) expect(each.test.from).toBe(windows[i - 1]!.test.to);
          }
          expect(windows.length).toBeGreaterThanOrEqual(3);
        },
      ),
    );
  });
});

describe("efficiency", () => {
  it("by hand: 10 % and 6 % a year out of sample of 20 % and 12 %", () => {
    const found = walkForwardEfficiency(
      [
        { inSample: [0.2, 0.2], outOfSample: [0.1] },
        { inSample: [0.12], outOfSample: [0.06, 0.06] },
      ],
      1,
    );
    expect(found.efficiency).toBeCloseTo(0.5, 12);
    expect(found.windows.map((each) => each!.toFixed(6))).toEqual(["0.500000", "0.500000"]);
    expect(found.profitable).toBe(1);
  });

  it("is null where nothing was earned in sample", () => {
    expect(walkForwardEfficiency([{ inSample: [-0.1], outOfSample: [0.1] }])).toMatchObject({
      efficiency: null,
      windows: [null],
      profitable: 1,
    });
    expect(walkForwardEfficiency([])).toMatchObject({ efficiency: null, inSample: null, profitable: null });
  });

  // The best of 40 parameter sets on each training stretch, then used on the next.
  const walk = (edgeOf: (trial: number) => number) => {
    const trials = Array.from({ length: 40 }, (_, trial) => {
      const chance = new Chance(`trial ${trial}`);
      return Float64Array.from({ length: 1_200 }, () => edgeOf(trial) + 0.01 * chance.gaussian());
    });
    const mean = (returns: Float64Array): number => returns.reduce((a, b) => a + b, 0) / returns.length;
    return walkForwardEfficiency(
      walkForwardWindows({ from: 0, to: 1_200, train: 200, test: 100 }).map(({ train, test }) => {
        const best = trials.reduce((a, b) =>
          mean(b.subarray(train.from, train.to)) > mean(a.subarray(train.from, train.to)) ? b : a,
        );
        return {
          inSample: best.subarray(train.from, train.to),
          outOfSample: best.subarray(test.from, test.to),
        };
      }),
    );
  };

  it("is near 0 on random walks, and near 1 for a planted edge", () => {
    expect(walk(() => 0).efficiency).toBeLessThan(0.3);
    const planted = walk((trial) => (trial === 11 ? 0.005 : 0));
    expect(planted.efficiency).toBeGreaterThan(0.75);
    expect(planted.profitable).toBe(1);
  });
});

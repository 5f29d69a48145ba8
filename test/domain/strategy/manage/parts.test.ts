/** The parts of a plan that are sums: the ladder's parts and prices, a pyramid's sizes, a factor's path over a series of trades. */
import { describe, expect, it } from "vitest";
import {
  partsOf,
  rungsReached,
  targetsOf,
  type TakeProfit,
} from "../../../../domain/strategy/manage/ladder.ts";
import { addPrice, partsOfWish } from "../../../../domain/strategy/manage/pyramid.ts";
import { Scaling, type ScalingRule } from "../../../../domain/strategy/manage/scaling.ts";

const rungs = (...closes: readonly number[]) => closes.map((close, k) => ({ at: (k + 1) / 50, close }));

describe("a ladder", () => {
  it("has parts of what is held then", () => {
    expect(partsOf(rungs(50, 30, 20))).toEqual([0.5, 0.6, 1]);
    expect(partsOf(rungs(25, 25))).toEqual([0.25, 25 / 75]);
    expect(partsOf(rungs(33.4, 33.3, 33.3)).at(-1)).toBe(1);
  });

  it("knows by what is left which rungs were reached: any sale of one says so", () => {
    const all = rungs(50, 30, 20);
    for (const [left, reached] of [
      [1, 0],
      [0.9, 1],
      [0.5, 1],
      // Rounded down to the lot, it left a little more.
      [0.55, 1],
      [0.499, 2],
      [0.2, 2],
      [0.1, 3],
    ] as const)
      expect(rungsReached(all, left)).toBe(reached);
  });

  const base = { average: 100, risk: 4, stop: 96, left: 1, ladder: 2, tickSize: 0.01 };
  const terms = (short: boolean, fee = 0) => ({ short, leverage: 1, fee });
  const profit: TakeProfit = { unit: "profit", rungs: rungs(50, 30, 20) };

  it("has the prices of its profits, with fees on top, of a long and of a short", () => {
    const prices = (short: boolean, fee: number, stop: number) =>
      targetsOf(profit, { ...base, terms: terms(short, fee), stop }).map(({ price }) => price);
    expect(prices(false, 0, 96)).toEqual([102, 104, 106]);
    expect(prices(true, 0, 104)).toEqual([98, 96, 94]);
    // 100 * (1 + 0.001 + 0.02) / (1 - 0.001) and 100 * (1 - 0.001 - 0.02) / (1 + 0.001).
    expect(prices(false, 0.001, 96)[0]).toBeCloseTo(102.2022, 4);
    expect(prices(true, 0.001, 104)[0]).toBeCloseTo(97.8022, 4);
  });

  it("has multiples of the first stop's distance, and none while that is not known", () => {
    const r: TakeProfit = {
      unit: "r",
      rungs: [
        { at: 1, close: 50 },
        { at: 2.5, close: 50 },
      ],
    };
    expect(targetsOf(r, { ...base, terms: terms(false) })).toEqual([
      { price: 104, part: 0.5, rung: 32 },
      { price: 110, part: 1, rung: 33 },
    ]);
    expect(targetsOf(r, { ...base, stop: 104, terms: terms(true) }).map(({ price }) => price)).toEqual([
      96, 90,
    ]);
    expect(targetsOf(r, { ...base, risk: NaN, terms: terms(false) })).toEqual([]);
  });

  it("leaves out what was reached, what the stop has passed, and what no price can be", () => {
    expect(targetsOf(profit, { ...base, left: 0.5, terms: terms(false) })).toEqual([
      { price: 104, part: 0.6, rung: 33 },
      { price: 106, part: 1, rung: 34 },
    ]);
    expect(targetsOf(profit, { ...base, stop: 104, terms: terms(false) })).toEqual([
      { price: 106, part: 1, rung: 34 },
    ]);
    const far: TakeProfit = {
      unit: "profit",
      rungs: [
        { at: 0.5, close: 50 },
        { at: 1.2, close: 50 },
      ],
    };
    expect(targetsOf(far, { ...base, stop: 104, terms: terms(true) })).toEqual([
      { price: 50, part: 0.5, rung: 32 },
    ]);
  });

  it("takes rungs that are within a tick of one another together", () => {
    // 50 %, then 60 % of the rest: 80 % of the whole. The third is further.
    const near: TakeProfit = {
      unit: "profit",
      rungs: [50, 30, 20].map((close, k) => ({ at: 0.01 + k * 0.00006, close })),
    };
    expect(targetsOf(near, { ...base, terms: terms(false) })).toEqual([
      { price: 101, part: 0.8, rung: 33 },
      { price: expect.closeTo(101.012, 9) as number, part: 1, rung: 34 },
    ]);
  });
});

describe("a pyramid", () => {
  it("splits a wish into parts that lessen and sum to it", () => {
    expect(partsOfWish({ adds: 2, ratio: 0.5 })).toEqual([4 / 7, 2 / 7, 1 / 7]);
    expect(partsOfWish({ adds: 10, ratio: 0.9 }).reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 12);
  });

  it("waits for a price that is so far its way", () => {
    expect(addPrice({ spacing: { ratio: 0.02 } }, 100, 1, NaN)).toBe(102);
    expect(addPrice({ spacing: { ratio: 0.02 } }, 100, -1, NaN)).toBe(98);
    expect(addPrice({ spacing: { ranges: 1.5, length: 14 } }, 100, -1, 4)).toBe(94);
    expect(addPrice({ spacing: { ranges: 1.5, length: 14 } }, 100, 1, NaN)).toBeNaN();
  });
});

describe("a factor by recent trades", () => {
  const rule: ScalingRule = { trades: 2, least: 0.5, most: 1.5, step: 0.25, band: 0.1, by: "ratio" };
  const path = (results: readonly number[], over: Partial<ScalingRule> = {}): readonly number[] => {
    const scaling = new Scaling({ ...rule, ...over });
    return results.map((result) => {
      scaling.push(result);
      return scaling.factor;
    });
  };

  it("rises above the band, falls below it, and within it stays as it turned last", () => {
    // Means:        -    0.3   0.15  0     -0.05  -0.1   -0.2  -0.15  0.1   0.2
    const results = [0.3, 0.3, 0, 0, -0.1, -0.1, -0.3, 0, 0.2, 0.2];
    expect(path(results)).toEqual([1, 1.25, 1.5, 1.5, 1.5, 1.5, 1.25, 1, 1, 1.25]);
  });

  it("goes no further than its bounds, and steps that are decimals leave no dust", () => {
    expect(path([1, 1, 1, 1, 1, 1])).toEqual([1, 1.25, 1.5, 1.5, 1.5, 1.5]);
    expect(path([-1, -1, -1, -1, -1])).toEqual([1, 0.75, 0.5, 0.5, 0.5]);
    expect(
      path(
        Array.from({ length: 5 }, () => -1),
        { trades: 1, step: 0.1 },
      ),
    ).toEqual([0.9, 0.8, 0.7, 0.6, 0.5]);
  });
});

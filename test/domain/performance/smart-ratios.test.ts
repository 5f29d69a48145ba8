/** Smart Sharpe and Sortino, serenity and turnover: worked by hand, and their edges. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conventions } from "../../../domain/performance/conventions.ts";
import { returnMetrics } from "../../../domain/performance/return-metrics.ts";
import { followingPenalty } from "../../../domain/performance/smart-ratios.ts";
import { annualTurnover } from "../../../domain/performance/turnover.ts";

const returns = [0.5, -0.5, 1, -0.25];
// 0.5, -0.5, 1 and -0.5, 1, -0.25 from their means 1/3 and 1/12: products sum to -13/12, squares to 7/6 and 31/24.
const c = 13 / 12 / Math.sqrt((7 / 6) * (31 / 24));
const penalty = Math.sqrt(1 + 2 * ((3 / 4) * c + (2 / 4) * c ** 2 + (1 / 4) * c ** 3));
const deviation = Math.sqrt(1.421875 / 3);

describe("by hand, four returns in a year", () => {
  const { figures } = returnMetrics({ returns }, { periods: 4 });

  it("smart Sharpe and Sortino are theirs over the penalty", () => {
    expect(c).toBeCloseTo(13 / Math.sqrt(217), 12);
    expect(followingPenalty(returns)).toBeCloseTo(penalty, 12);
    expect(figures.smartSharpe).toBeCloseTo(((0.1875 / deviation) * 2) / penalty, 12);
    expect(figures.smartSortino).toBeCloseTo(((0.1875 / Math.sqrt(0.078125)) * 2) / penalty, 12);
  });

  it("serenity is what was earned over how deep and how long it hurt", () => {
    // Down 0, 1/2, 0, 1/4: ulcer index √(0.3125 / 4); the deepest 5 % are the 1/2 alone.
    const pitfall = 0.5 / deviation;
    expect(figures.serenity).toBeCloseTo(0.75 / (Math.sqrt(0.078125) * pitfall), 12);
  });

  it("under every convention the smart ratios are those of its own", () => {
    for (const convention of conventions) {
      const told = returnMetrics({ returns }, { periods: 4, convention }).figures;
      expect(told.smartSharpe, convention).toBeCloseTo(told.sharpe! / penalty, 12);
      expect(told.smartSortino, convention).toBeCloseTo(told.sortino! / penalty, 12);
      expect(told.serenity, convention).toBe(figures.serenity);
    }
  });
});

describe("edges", () => {
  it.each([
    ["no returns", []],
    ["two returns", [0.1, -0.1]],
    ["equal returns", [0.1, 0.1, 0.1, 0.1]],
  ])("%s: undefined", (_, series) => {
    const { smartSharpe, smartSortino } = returnMetrics({ returns: series }).figures;
    expect([smartSharpe, smartSortino]).toEqual([null, null]);
  });

  it("without a drawdown there is no serenity", () => {
    expect(returnMetrics({ returns: [0.1, 0.2, 0.1] }).figures.serenity).toBeNull();
  });

  it("a penalty never helps", () => {
    const series = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(series, (some) => {
        const found = followingPenalty(some);
        expect(Number.isNaN(found) || found >= 1).toBe(true);
      }),
    );
  });
});

describe("turnover", () => {
  it("by hand: half of what was traded over the mean equity, five times in a year", () => {
    const trades = [
      { quantity: 2, openPrice: 10, closePrice: 12 },
      { quantity: 1, openPrice: 30, closePrice: 26 },
    ];
    // 44 and 56 traded: 50 over 100, in 73 days.
    expect(annualTurnover(trades, [90, 110], 0, 73 * 86_400_000)).toBeCloseTo(2.5, 12);
  });

  it("of no time, or no equity, is undefined; of no trades 0", () => {
    expect(annualTurnover([], [1], 5, 5)).toBeNaN();
    expect(annualTurnover([], [], 0, 1)).toBeNaN();
    expect(annualTurnover([], [1], 0, 1)).toBe(0);
  });
});

/** What must hold for any series of returns, and how equity becomes daily returns. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conventions, conventionText } from "../../../domain/performance/conventions.ts";
import { compoundDaily, dailyReturns } from "../../../domain/performance/daily-equity.ts";
import { drawdownOf, wealthOf } from "../../../domain/performance/drawdown.ts";
import { returnMetrics } from "../../../domain/performance/return-metrics.ts";

const DAY = 86_400_000;

const someReturns = fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { maxLength: 40 });

describe("for any returns", () => {
  it("every convention gives JSON, and says what each figure is", () => {
    fc.assert(
      fc.property(someReturns, fc.constantFrom(...conventions), (returns, convention) => {
        const metrics = returnMetrics(
          { returns },
          { convention, benchmark: [...returns].reverse(), trials: 7 },
        );
        const text = JSON.stringify(metrics);
        expect(text).not.toMatch(/NaN|Infinity/);
        expect(JSON.parse(text.replaceAll("-0,", "0,"))).toEqual(JSON.parse(JSON.stringify(metrics)));
        for (const [name, value] of Object.entries(metrics.figures)) {
          expect(value === null || Number.isFinite(value), name).toBe(true);
          expect(conventionText(convention, name), name).not.toBe("");
        }
      }),
    );
  });

  it("a shuffle keeps what has no order, and scale leaves the ratios", () => {
    const modest = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(modest, fc.double({ min: 0.1, max: 10, noNaN: true }), (points, scale) => {
        const returns = points.map((point) => point / 1_000);
        const figures = returnMetrics({ returns }).figures;
        const turned = returnMetrics({ returns: [...returns].reverse() }).figures;
        for (const name of ["totalReturn", "sharpe", "sortino", "omega", "var95", "cvar95", "skew"] as const)
          if (figures[name] === null) expect(turned[name]).toBeNull();
          else expect(turned[name]).toBeCloseTo(figures[name], 6);
        const scaled = returnMetrics({ returns: returns.map((r) => r * scale) }).figures;
        for (const name of ["sharpe", "sortino", "omega", "tailRatio"] as const)
          if (figures[name] !== null && scaled[name] !== null)
            expect(scaled[name]).toBeCloseTo(figures[name], 4);
      }),
    );
  });

  it("a series is its own benchmark", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -900, max: 900 }), { minLength: 2, maxLength: 30 }),
        (points) => {
          const returns = points.map((point) => point / 1_000);
          const { beta, alpha, upCapture, downCapture, trackingError } = returnMetrics(
            { returns },
            { benchmark: returns },
          ).figures;
          if (beta !== null) {
            expect(beta).toBeCloseTo(1, 8);
            expect(alpha).toBeCloseTo(0, 8);
          }
          expect(trackingError).toBe(0);
          for (const capture of [upCapture, downCapture])
            if (capture !== null) expect(capture).toBeCloseTo(1, 8);
        },
      ),
    );
  });

  it("the drawdown is the deepest of all pairs", () => {
    fc.assert(
      fc.property(someReturns, (returns) => {
        const wealth = wealthOf(returns);
        let deepest = 0;
        for (let i = 0; i < wealth.length; i += 1)
          for (let j = i + 1; j < wealth.length; j += 1)
            if (wealth[i]! > 0) deepest = Math.max(deepest, 1 - wealth[j]! / wealth[i]!);
        const { depth, peak, trough, longest } = drawdownOf(wealth);
        expect(depth).toBeCloseTo(deepest, 12);
        if (depth > 0) expect(1 - wealth[trough]! / wealth[peak]!).toBe(depth);
        expect(longest).toBeLessThanOrEqual(returns.length);
      }),
    );
  });
});

describe("daily equity", () => {
  it("takes the last of each UTC day, and days without a point return 0", () => {
    const at = [0.2, 0.9, 1.5, 4.5].map((day) => day * DAY);
    const { returns: daily, at: days } = dailyReturns(at, [110, 120, 60, 90], 100);
    expect(days).toEqual([0, 1, 2, 3, 4].map((day) => day * DAY));
    expect(Array.from(daily)).toEqual([120 / 100 - 1, 60 / 120 - 1, 0, 0, 90 / 60 - 1]);
  });

  it("finer returns compound to days, whose product is the whole", () => {
    const { returns: daily, at } = compoundDaily([0.1, 0.1, -0.5], [DAY / 2, DAY, 1.5 * DAY]);
    expect(at).toEqual([0, DAY]);
    expect(daily[0]).toBeCloseTo(0.21, 12);
    expect(daily[1]).toBeCloseTo(-0.5, 12);
  });

  it("refuses times that go back", () => {
    expect(() => dailyReturns([DAY, 0], [1, 1])).toThrow("at[1]: expected a time not before the one before");
  });
});

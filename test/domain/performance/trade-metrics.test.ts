/** Figures of trades: five worked by hand under every convention, the edges, and what must hold for any trades. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conventions } from "../../../domain/performance/conventions.ts";
import { excursionsOf, tradeMetrics, type TradeResult } from "../../../domain/performance/trade-metrics.ts";

const trade = (profit: number, i: number): TradeResult => ({
  profit,
  profitRatio: profit / 100,
  openAt: i * 10,
  closeAt: i * 10 + 5,
  mae: 0.01 * (i + 1),
  mfe: 0.02,
});

// Won 20 + 30, lost 10 + 15, one draw; 25 in all.
const trades = [20, 30, -10, 0, -15].map(trade);
// Mean 5; deviations 15, 25, -15, -5, -20: squares 225 + 625 + 225 + 25 + 400 = 1500, over 4.
const sqn = (Math.sqrt(5) * 5) / Math.sqrt(375);

describe("by hand", () => {
  it("as Shoal defines them", () => {
    const found = tradeMetrics(trades);
    expect(found).toMatchObject({
      trades: 5,
      wins: 2,
      losses: 2,
      draws: 1,
      totalProfit: 25,
      winRate: 0.4,
      profitFactor: 2,
      expectancy: 5,
      winStreak: 2,
      lossStreak: 1,
      currentStreak: -1,
      averageHoldMs: 5,
      // 25 of the 45 ms from the first open to the last close.
      exposure: 25 / 45,
      worstMae: 0.05,
      averageMfe: 0.02,
      bestProfitRatio: 0.3,
      worstProfitRatio: -0.15,
      payoff: 2,
    });
    expect(found.sqn).toBeCloseTo(sqn, 12);
    expect(found.expectancyRatio).toBeCloseTo(3 * 0.4 - 1, 12);
    expect(found.kelly).toBeCloseTo(0.4 - 0.6 / 2, 12);
    expect(found.averageMae).toBeCloseTo(0.03, 12);
  });

  it("as the others define them", () => {
    expect(tradeMetrics(trades, "jesse")).toMatchObject({ winRate: 0.5, expectancy: 6.25 });
    const python = tradeMetrics(trades, "backtesting.py");
    expect(python.profitFactor).toBeCloseTo(2, 12);
    expect(python.expectancy).toBeCloseTo(0.05, 12);
    expect(tradeMetrics(trades, "freqtrade").sqn).toBeCloseTo(sqn, 12);
    expect(tradeMetrics([trade(1, 0), trade(1, 1)], "freqtrade")).toMatchObject({
      profitFactor: 0,
      expectancyRatio: 100,
      sqn: -100,
    });
  });

  it("exposure is of a given range, and overlapping positions count once", () => {
    const both = [
      { ...trade(1, 0), openAt: 0, closeAt: 60 },
      { ...trade(1, 0), openAt: 20, closeAt: 40 },
      { ...trade(1, 0), openAt: 50, closeAt: 80 },
    ];
    expect(tradeMetrics(both, "shoal", { from: 0, to: 100 }).exposure).toBe(0.8);
    expect(tradeMetrics(both, "shoal", { from: 10, to: 70 }).exposure).toBe(1);
  });

  it("excursions of a short mirror those of a long", () => {
    expect(excursionsOf("long", 100, 90, 130)).toEqual({ mae: 1 - 0.9, mfe: 1.3 - 1 });
    expect(excursionsOf("short", 100, 90, 130)).toEqual({ mae: 1.3 - 1, mfe: 1 - 0.9 });
    expect(excursionsOf("long", 100, 101, 102).mae).toBe(0);
  });
});

describe("edges", () => {
  it("no trades", () => {
    expect(tradeMetrics([])).toMatchObject({
      trades: 0,
      totalProfit: 0,
      winRate: null,
      profitFactor: null,
      expectancy: null,
      sqn: null,
      kelly: null,
      exposure: null,
      winStreak: 0,
      bestProfitRatio: null,
    });
  });

  it("no loss has no profit factor, no win no Kelly, unknown times no exposure", () => {
    expect(tradeMetrics([trade(1, 0), trade(2, 1)])).toMatchObject({
      profitFactor: null,
      winRate: 1,
      kelly: null,
    });
    expect(tradeMetrics([trade(-1, 0)])).toMatchObject({ profitFactor: 0, expectancyRatio: -1, kelly: null });
    expect(tradeMetrics([{ ...trade(1, 0), openAt: NaN }])).toMatchObject({
      exposure: null,
      averageHoldMs: null,
    });
  });
});

describe("for any trades", () => {
  const any = fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 30 });

  it("gives JSON under every convention", () => {
    fc.assert(
      fc.property(any, fc.constantFrom(...conventions), (profits, convention) => {
        for (const value of Object.values(tradeMetrics(profits.map(trade), convention)))
          expect(value === null || Number.isFinite(value)).toBe(true);
      }),
    );
  });

  it("a shuffle keeps everything but streaks, and the parts make the whole", () => {
    fc.assert(
      fc.property(any, (profits) => {
        const list = profits.map(trade);
        const found = tradeMetrics(list);
        const kept = Object.entries(found).filter(([name]) => !name.endsWith("Streak"));
        const turned = tradeMetrics([...list].reverse());
        for (const [name, value] of kept) {
          const other = turned[name as keyof typeof found];
          if (value === null) expect(other).toBeNull();
          else expect(other).toBeCloseTo(value, 9);
        }
        expect(found.wins + found.losses + found.draws).toBe(profits.length);
        if (found.expectancy !== null)
          expect(found.expectancy * profits.length).toBeCloseTo(found.totalProfit, 9);
        if (found.expectancyRatio !== null) {
          const averageLoss = -profits.filter((p) => p < 0).reduce((a, b) => a + b, 0) / found.losses;
          // (1 + payoff) W - 1 counts draws as losses: the mean profit in units of the average loss, less their share.
          expect(found.expectancyRatio).toBeCloseTo(
            found.expectancy! / averageLoss - found.draws / profits.length,
            9,
          );
        }
        expect(found.winStreak).toBeLessThanOrEqual(found.wins);
      }),
    );
  });
});

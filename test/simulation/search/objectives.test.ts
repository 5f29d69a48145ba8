/** Objectives by hand: three trades on a balance of 1,000, and daily equity of three days. */
import { describe, expect, it } from "vitest";
import type { TradeResult } from "../../../domain/performance/trade-metrics.ts";
import { judge, objectiveNames } from "../../../simulation/search/objectives.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const trade = (profit: number, closeAt: number, holdMs: number): TradeResult => ({
  profit,
  profitRatio: profit / 1_000,
  openAt: closeAt - holdMs,
  closeAt,
  mae: NaN,
  mfe: NaN,
});
/** Not in the order of their close: that is put right. Held 60, 120 and 180 minutes. */
const trades = [
  trade(20, DAY + 9 * HOUR, 3 * HOUR),
  trade(30, 10 * HOUR, HOUR),
  trade(-10, DAY + 5 * HOUR, 2 * HOUR),
];
const equity = {
  at: Float64Array.of(12 * HOUR, DAY + 12 * HOUR, 2 * DAY + 12 * HOUR),
  value: Float64Array.of(1_030, 1_040, 1_040),
};
const lossOf = (name: string, some = trades) =>
  judge({ trades: some, equity }, { objectives: [name], tradesMin: 1, startingBalance: 1_000 }).losses?.[0];

const year = Math.sqrt(365);
/** Profits over the balance: 0.03, -0.01, 0.02 in two whole days; squares around their mean 0.04 / 3. */
const deviation = Math.sqrt(((0.03 - 0.04 / 3) ** 2 + (0.01 + 0.04 / 3) ** 2 + (0.02 - 0.04 / 3) ** 2) / 3);
/** Per day less 0.0005 a trade: 0.0295, 0.009, 0. */
const daily = [0.0295, 0.009, 0];
const dailyMean = 0.0385 / 3;
const dailyDeviation = Math.sqrt(daily.reduce((sum, each) => sum + (each - dailyMean) ** 2, 0) / 2);
/** From the high of 1,030 down to 1,020. */
const fall = 10 / 1_030;
/** Daily returns of equity: 3 %, 1040 / 1030 - 1, 0. */
const returns = [0.03, 10 / 1_030, 0];
const mean = returns.reduce((a, b) => a + b) / 3;

const table: readonly (readonly [string, number])[] = [
  ["OnlyProfitHyperOptLoss", -40],
  // The hold averages 120 of the 300 minutes.
  [
    "ShortTradeDurHyperOptLoss",
    1 - 0.25 * Math.exp(-(597 ** 2) / 10 ** 5.8) + (1 - 0.04 / 3) + 0.4 * (120 / 300),
  ],
  ["SharpeHyperOptLoss", -(0.02 / deviation) * year],
  ["SharpeHyperOptLossDaily", -(dailyMean / dailyDeviation) * year],
  // One loss alone does not deviate, and no day lost: what freqtrade says then.
  ["SortinoHyperOptLoss", 100],
  ["SortinoHyperOptLossDaily", 20],
  ["CalmarHyperOptLoss", -((0.02 * 100) / fall) * year],
  ["MaxDrawDownHyperOptLoss", -40 / 10],
  ["MaxDrawDownRelativeHyperOptLoss", -40 / 10 / fall],
  ["ProfitDrawDownHyperOptLoss", -40 * (1 - 0.075 * fall)],
  // Payoff 25 / 10, so the expectancy ratio is 3.5 * 2/3 - 1; three trades weigh the least there is, 0.1.
  [
    "MultiMetricHyperOptLoss",
    -40 *
      (1 - fall * 0.945) *
      Math.log(50 / (10 + 1e-6) + 1) *
      Math.log((3.5 * 2) / 3 + 1) *
      Math.log(1.2 + 2 / 3) *
      0.1,
  ],
  ["profit", -0.04],
  ["cagr", -(1.04 ** (365 / 3) - 1)],
  ["sharpe", -(mean / Math.sqrt(returns.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 2)) * year],
  ["drawdown", 0],
  ["ulcer", 0],
  ["profit-factor", -50 / 10],
  ["expectancy", -40 / 3],
  // Profits 20, 30, -10 around 40/3: squares 400/9, 2500/9, 4900/9 over 2.
  ["sqn", -(Math.sqrt(3) * (40 / 3)) / Math.sqrt(7_800 / 9 / 2)],
  ["win-rate", -2 / 3],
];

describe("objectives", () => {
  it.each(table)("%s", (name, expected) => {
    expect(lossOf(name)).toBeCloseTo(expected, 9);
  });

  it("no trial is rated by what is not defined: without a losing day there is no Sortino, Calmar or omega ratio", () => {
    for (const name of ["sortino", "calmar", "omega"])
      expect(
        judge({ trades, equity }, { objectives: ["profit", name], tradesMin: 1, startingBalance: 1_000 }),
      ).toMatchObject({ losses: null, reason: `${name} is undefined` });
    const falling = { at: equity.at, value: Float64Array.of(1_030, 1_000, 1_040) };
    for (const name of ["sortino", "calmar", "omega"])
      expect(
        judge({ trades, equity: falling }, { objectives: [name], tradesMin: 1, startingBalance: 1_000 })
          .losses![0],
      ).toBeLessThan(0);
  });

  it("all names are in the table or above", () => {
    expect([...table.map(([name]) => name), "sortino", "calmar", "omega"].sort()).toEqual(
      [...objectiveNames].sort(),
    );
  });

  it("too few trades are not rated, but their figures are kept", () => {
    const found = judge({ trades, equity }, { objectives: ["profit"], tradesMin: 4, startingBalance: 1_000 });
    expect(found).toMatchObject({
      losses: null,
      reason: "fewer than 4 trades",
      figures: { trades: 3, profit: 40, winRate: 2 / 3, daily: { returns: 3 } },
    });
  });

  it("without a trade nothing is undefined but what is", () => {
    const found = judge(
      { trades: [], equity: { at: equity.at, value: Float64Array.of(1_000, 1_000, 1_000) } },
      { objectives: ["profit"], tradesMin: 1, startingBalance: 1_000 },
    );
    expect(found.figures).toMatchObject({
      trades: 0,
      profit: 0,
      totalReturn: 0,
      sharpe: null,
      winRate: null,
    });
  });

  it("a name that is none is refused with those there are", () => {
    expect(() => lossOf("luck")).toThrow(
      /^loss: expected some of profit, cagr, .*MultiMetricHyperOptLoss, found "luck"$/,
    );
  });
});

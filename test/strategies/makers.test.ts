/** Market makers by formula: Avellaneda's and Stoikov's own simulation, their quotes, the linear skew; and clauses written as data. */
import { describe, expect, it } from "vitest";
import { optimalSpread, reservationPrice } from "../../domain/strategy/avellaneda-stoikov.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import { Chance } from "../../domain/values/chance.ts";
import { avellanedaStoikov } from "../../strategies/avellaneda-stoikov.ts";
import { composite } from "../../strategies/composite.ts";
import { marketMaker } from "../../strategies/market-maker.ts";
import { refused } from "../refused.ts";
import { candlesOf, runOn } from "./markets.ts";

/** Section 3.3 of the paper: s = 100, T = 1, dt = 0.005, sigma = 2, A = 140, k = 1.5; profit and last inventory of each path. */
const simulate = (gamma: number, symmetric: boolean, paths: number) => {
  const chance = new Chance(`avellaneda ${gamma}`);
  const [steps, dt, sigma, rate, kappa] = [200, 0.005, 2, 140, 1.5];
  return Array.from({ length: paths }, () => {
    let [price, cash, held] = [100, 0, 0];
    for (let k = 0; k < steps; k += 1) {
      const variance = sigma * sigma * (1 - k * dt);
      const middle = symmetric ? price : reservationPrice(price, held, gamma, variance);
      const half = optimalSpread(gamma, variance, kappa) / 2;
      if (chance.next() < rate * dt * Math.exp(-kappa * (price - middle + half))) {
        cash -= middle - half;
        held += 1;
      }
      if (chance.next() < rate * dt * Math.exp(-kappa * (middle + half - price))) {
        cash += middle + half;
        held -= 1;
      }
      price += (chance.next() < 0.5 ? 1 : -1) * sigma * Math.sqrt(dt);
    }
    return { profit: cash + held * price, held };
  });
};

const spreadOf = (values: readonly number[]) => {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length) };
};

describe("Avellaneda and Stoikov", () => {
  it("reservation price and spread are those of the paper's formulas", () => {
    // gamma 0.1, sigma 2, T - t 1, k 1.5: 3 units lower the price by 3 * 0.1 * 4; the spread is 0.4 + 20 ln(1 + 1 / 15).
    expect(reservationPrice(100, 3, 0.1, 4)).toBeCloseTo(98.8, 12);
    expect(optimalSpread(0.1, 4, 1.5)).toBeCloseTo(0.4 + 20 * Math.log(1 + 0.1 / 1.5), 12);
  });

  it("in their simulation the inventory strategy earns a little less than the symmetric one, far more steadily", () => {
    // The paper, 1,000 paths, gamma 0.1: profit 62.94 +- 5.89, last inventory +- 2.80; symmetric 67.21 +- 13.43, +- 8.66.
    const inventory = simulate(0.1, false, 1_000);
    const profit = spreadOf(inventory.map((path) => path.profit));
    expect(profit.mean).toBeGreaterThan(60);
    expect(profit.mean).toBeLessThan(67);
    expect(profit.deviation).toBeGreaterThan(4.5);
    expect(profit.deviation).toBeLessThan(7.5);
    expect(spreadOf(inventory.map(({ held }) => held)).deviation).toBeLessThan(4);
    const even = simulate(0.1, true, 1_000);
    expect(spreadOf(even.map((path) => path.profit)).mean).toBeGreaterThan(profit.mean);
    expect(spreadOf(even.map((path) => path.profit)).deviation).toBeGreaterThan(1.6 * profit.deviation);
    expect(spreadOf(even.map(({ held }) => held)).deviation).toBeGreaterThan(6.5);
  });

  it("quotes by formula, relative to the price, with its estimates of variance and reach", () => {
    // Closes go up and down by the factor e^0.001: every squared return is 1e-6. Opens are the closes before and wicks
    // none, so each candle reaches (e^0.001 - 1) / 2 of its open up, or (1 - e^-0.001) / 2 down. Nothing is held, the target
    // is half of ten order sizes: 5 sizes short of it.
    const closes = Array.from({ length: 31 }, (_, k) => (k % 2 === 0 ? 100 : 100 * Math.exp(0.001)));
    const params = { memory: 5, horizon: 20, kappa: 800, riskAversion: 2, toleranceBps: 0 };
    const { orders } = runOn(avellanedaStoikov, params, { tables: [candlesOf(closes)] });
    const variance = 20 * 1e-6;
    const bid = 1 + 5 * 2 * variance - optimalSpread(2, variance, 800) / 2;
    const first = orders[0]!;
    const last = closes[(first.at - 1_609_718_400_000) / 60_000 - 1]!;
    expect(first.side).toBe("buy");
    expect(first.price / last).toBeCloseTo(bid, 9);
  });
});

describe("market-maker", () => {
  it("earns its spread on a price that goes to and fro, and shifts its quotes by what it holds", () => {
    // Two closes of 100, then 99 and 101 in turn. Without skew 1 % around 100 rests at 99.5 and 100.5.
    const closes = [100, 100, 99, 101, 99, 101];
    const params = { spreadBps: 100, skew: 0, size: 0.1, target: 0.5, exposure: 1, toleranceBps: 100 };
    const { orders } = runOn(marketMaker, params, { tables: [candlesOf(closes)] });
    expect(orders[0]).toMatchObject({ side: "buy", timeInForce: "PO", status: "filled", averagePrice: 99.5 });
    const shifted = runOn(marketMaker, { ...params, skew: 0.5 }, { tables: [candlesOf(closes)] });
    // Nothing held is one whole range below the target: half of a half spread higher.
    expect(shifted.orders[0]!.price).toBeCloseTo(100 * (1 + 0.5 * 0.005 - 0.005), 10);
  });

  it("holds no more than its exposure in a falling market", () => {
    const closes = Array.from({ length: 200 }, (_, k) => 100 * 0.998 ** k);
    const result = runOn(marketMaker, { exposure: 0.5 }, { tables: [candlesOf(closes, 0.002)] });
    const bought = result.orders
      .filter(({ side }) => side === "buy")
      .reduce((sum, { filled, averagePrice }) => sum + (filled > 0 ? filled * averagePrice : 0), 0);
    expect(bought).toBeGreaterThan(400);
    expect(Math.min(...result.equity.value)).toBeGreaterThan(1_000 * (1 - 0.5 * (1 - 0.998 ** 200)));
  });
});

describe("composite", () => {
  const closes = [...Array.from({ length: 30 }, () => 100), 110, 110, 90, 90, 120, 120, 120, 120];
  const entries = (raw: Record<string, string | number>) =>
    runOn(composite, raw, { tables: [candlesOf(closes)] }).trades.map(({ openPrice, closePrice }) => [
      openPrice,
      closePrice,
    ]);

  it("joins clauses by and, or, vote and weight", () => {
    const three = "close > 95; close > 105; close > 115";
    expect(entries({ enter: three, exit: "", join: "and" })).toEqual([[120, 120]]);
    // Two of three votes: at 110 and at 120.
    expect(entries({ enter: three, exit: "", join: "vote", threshold: 0.6 })).toEqual([
      [110, 90],
      [120, 120],
    ]);
    // The third weighs 5 of 7.
    const weighed = "close > 95; close > 105; close > 115 @ 5";
    expect(entries({ enter: weighed, exit: "", join: "weight", threshold: 0.6 })).toEqual([[120, 120]]);
    expect(entries({ enter: "close > 105; close > 115", exit: "close < 95", join: "or" })).toEqual([
      [110, 90],
      [120, 120],
    ]);
  });

  it("knows a coarser timeframe only after its close, and numbers by name", () => {
    // The five-minute candles close with minutes 30 (100) and 35 (120 at its end): only then it is above 105.
    expect(entries({ enter: "5m: close > 105", exit: "close < a", a: 80 })).toEqual([[120, 120]]);
  });

  it.each([
    ["params.enter", { enter: "" }],
    ["params.enter", { enter: "close >" }],
    ["params.enter", { enter: "7m: close > 1" }],
    ["params.exit", { exit: "close" }],
  ])("refuses %s of %j", (field, raw) => {
    expect(refused(() => parseParams(composite, raw))).toBe(field);
  });
});

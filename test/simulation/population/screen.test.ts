/** A screen in single precision: vectors equal the plain form bit for bit, and what it thinks best is what doubles think best. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CandleTable } from "../../../domain/history/candle-table.ts";
import { Chance } from "../../../domain/values/chance.ts";
import { type Ground, groundOf } from "../../../simulation/population/ground.ts";
import { evaluatePopulation } from "../../../simulation/population/population.ts";
import { bestOf, rate, rateDays } from "../../../simulation/population/rating.ts";
import { plainScreener } from "../../../simulation/population/screen/plain.ts";
import { screenPopulation } from "../../../simulation/population/screen/screen.ts";
import { vectorScreener } from "../../../simulation/population/screen/screener.ts";
import type { PullbackParams } from "../../../strategies/trend-pullback.ts";
import { describeRecorded, recordedRows } from "../../recorded.ts";
import { refused } from "../../refused.ts";
import { START } from "../backtest/scripted.ts";
import { anyCosts, anySet, walk } from "./markets.ts";

const MINUTE = 60_000;
const costs = { startingBalance: 1_000, makerBps: 10, takerBps: 10, slippage: { model: "none" } } as const;
const rating = { loss: "sharpe", tradesMin: 1, startingBalance: 1_000 };

const times = (table: CandleTable, scale: number): CandleTable => {
  const scaled = new CandleTable(table.length);
  for (let t = 0; t < table.length; t += 1) {
    const [open, high, low, close] = ([table.open, table.high, table.low, table.close] as const).map(
      (column) => column[t]! * scale,
    ) as [number, number, number, number];
    scaled.push(table.at[t]!, open, high, low, close, 1, 0);
  }
  return scaled;
};

const drawn = (seed: number, count: number): readonly PullbackParams[] => {
  const chance = new Chance(seed);
  return Array.from({ length: count }, () => ({
    fast: 2 + chance.integer(30),
    slow: 33 + chance.integer(200),
    rsi: 2 + chance.integer(30),
    ceiling: 40 + 50 * chance.next(),
    atr: 2 + chance.integer(30),
    distance: 0.5 + 6 * chance.next(),
    timeframe: "1m",
    exposure: 0.2 + 0.8 * chance.next(),
  }));
};

/** How the screen judges beside doubles. */
const compared = (ground: Ground, sets: readonly PullbackParams[]) => {
  const doubles = evaluatePopulation(ground, costs, sets);
  const screened = screenPopulation(ground, costs, sets);
  const order = bestOf(rateDays(screened, rating).loss, sets.length);
  const best = bestOf(rate(doubles, rating).loss, 10);
  const days = ground.days.length;
  const apart = sets
    .map((_, i) => Math.abs(screened.dayEquity[(i + 1) * days - 1]! / doubles.equity[i]! - 1))
    .sort((a, b) => a - b);
  return {
    trades: doubles.trades.reduce((sum, each) => sum + each),
    sameTrades: sets.filter((_, i) => screened.trades[i] === doubles.trades[i]).length / sets.length,
    /** Of the best ten by doubles, the last place in the screen, counted from 1. */
    lastPlace: Math.max(...best.map((set) => order.indexOf(set) + 1 || Infinity)),
    medianApart: apart[apart.length >> 1]!,
  };
};

describe("a screen in single precision", () => {
  it("is the same in vectors as in the plain form, bit for bit", () => {
    expect(vectorScreener).toBeDefined();
    let trades = 0;
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(1e6),
          wildness: fc.constantFrom(0.1, 1, 4),
          scale: fc.constantFrom(1e-7, 1, 500),
          skipped: fc.constantFrom(0, 100, 511, 512, 700),
          costs: anyCosts,
          sets: fc.array(anySet(fc.double({ min: 0.01, max: 1, noNaN: true })), { maxLength: 9 }),
        }),
        ({ seed, wildness, scale, skipped, costs, sets }) => {
          const candles = times(walk(seed, 1_100, MINUTE, wildness), scale);
          const ground = groundOf(candles, MINUTE, START + skipped * MINUTE);
          const plain = screenPopulation(ground, costs, sets, plainScreener);
          expect(screenPopulation(ground, costs, sets, vectorScreener)).toEqual(plain);
          trades += plain.trades.reduce((sum, each) => sum + each, 0);
        },
      ),
      { numRuns: 25 },
    );
    expect(trades).toBeGreaterThan(500);
  });

  it.each([
    ["near 0.00001", 1e-7, 0],
    ["near 100", 1, 5_000],
    ["near 50,000", 500, 0],
  ])("thinks best what doubles think best, at prices %s", (_, scale, skipped) => {
    for (const seed of [1, 2, 3]) {
      const candles = times(walk(seed, 12_000, MINUTE, 0.3), scale);
      const found = compared(groundOf(candles, MINUTE, START + skipped * MINUTE), drawn(seed, 200));
      expect(found.trades).toBeGreaterThan(10_000);
      expect(found.sameTrades).toBeGreaterThanOrEqual(0.97);
      expect(found.medianApart).toBeLessThan(2e-5);
      expect(found.lastPlace).toBeLessThanOrEqual(15);
    }
  });

  it("tells losses of daily returns only", () => {
    const ground = groundOf(walk(1, 500, MINUTE, 1), MINUTE, START);
    const screened = screenPopulation(ground, costs, drawn(1, 3));
    expect(refused(() => rateDays(screened, { ...rating, loss: "win-rate" }))).toBe("--loss");
    expect(rateDays(screened, { ...rating, loss: "drawdown" }).loss).toHaveLength(3);
  });
});

const hours = "candles-binance-1h-2020-12_2021-05";
describeRecorded(hours, () => {
  it("is screened as doubles judge it", () => {
    const rows = recordedRows(`${hours}/BTC_USDT-1h.csv.gz`);
    const candles = new CandleTable(rows.length);
    for (const row of rows) {
      const [at, open, high, low, close, volume] = row.map(Number) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      candles.push(at, open, high, low, close, volume, 0);
    }
    const found = compared(groundOf(candles, 60 * MINUTE, candles.at[0]!), drawn(5, 300));
    expect(found).toMatchObject({ sameTrades: 1, lastPlace: 10 });
    expect(found.trades).toBeGreaterThan(5_000);
  });
});

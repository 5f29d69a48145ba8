/** A population comes out as one backtest for each of its sets does: every figure, bit for bit. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sumOf } from "../../../domain/performance/moments.ts";
import { Chance } from "../../../domain/values/chance.ts";
import { groundOf } from "../../../simulation/population/ground.ts";
import { evaluatePopulation } from "../../../simulation/population/population.ts";
import { bestOf, populationLosses, rate } from "../../../simulation/population/rating.ts";
import { plainWalker, vectorWalker } from "../../../simulation/population/walker.ts";
import { judge } from "../../../simulation/search/objectives.ts";
import { trendPullback } from "../../../strategies/trend-pullback.ts";
import { refused } from "../../refused.ts";
import { START } from "../backtest/scripted.ts";
import { byBacktest, figuresOf, ofSet } from "./by-backtest.ts";
import { anyCosts, anySet, spans, walk } from "./markets.ts";

const rows = fc.record({
  seed: fc.nat(1e6),
  timeframe: fc.constantFrom(...(Object.keys(spans) as (keyof typeof spans)[])),
  wildness: fc.constantFrom(0.1, 1, 4),
  skipped: fc.constantFrom(0, 100, 511, 512, 700),
  costs: anyCosts,
  sets: fc.array(anySet(fc.double({ min: 0.01, max: 1, noNaN: true })), { minLength: 1, maxLength: 5 }),
});

describe("a population", () => {
  it("comes out as a backtest of each set, bit for bit", () => {
    let trades = 0;
    fc.assert(
      fc.property(rows, ({ seed, timeframe, wildness, skipped, costs, sets }) => {
        const span = spans[timeframe];
        const candles = walk(seed, 1_400, span, wildness);
        const from = START + skipped * span;
        const ground = groundOf(candles, span, from);
        const found = evaluatePopulation(ground, costs, sets, plainWalker);
        expect(evaluatePopulation(ground, costs, sets, vectorWalker)).toEqual(found);
        for (const [i, set] of sets.entries()) {
          const run = { strategy: trendPullback, params: set, candles, timeframe, costs, from };
          expect(ofSet(found, i, costs.startingBalance)).toEqual(
            figuresOf(byBacktest(run), costs.startingBalance),
          );
          trades += found.trades[i]!;
        }
      }),
      { numRuns: 25 },
    );
    expect(trades).toBeGreaterThan(500);
  });

  it("in vectors is as the plain form has it, over many sets and blocks", () => {
    expect(vectorWalker).toBeDefined();
    const candles = walk(3, 6_000, 60_000, 1);
    const chance = new Chance(4);
    const sets = Array.from({ length: 60 }, () => ({
      fast: 2 + chance.integer(20),
      slow: 23 + chance.integer(378),
      rsi: 2 + chance.integer(30),
      ceiling: 30 + 70 * chance.next(),
      atr: 2 + chance.integer(30),
      distance: 0.5 + 9 * chance.next(),
      timeframe: "1m",
      exposure: 1,
    }));
    const costs = { startingBalance: 1_000, makerBps: 0, takerBps: 1, slippage: { model: "none" } } as const;
    const ground = groundOf(candles, 60_000, START);
    const plain = evaluatePopulation(ground, costs, sets, plainWalker);
    expect(evaluatePopulation(ground, costs, sets, vectorWalker)).toEqual(plain);
    expect(sumOf(plain.trades)).toBeGreaterThan(1_000);
  });

  it("is rated by every loss as a search rates the backtest", () => {
    const candles = walk(7, 1_400, spans["1h"], 1);
    const costs = {
      startingBalance: 1_000,
      makerBps: 10,
      takerBps: 10,
      slippage: { model: "none" },
    } as const;
    const one = {
      fast: 5,
      slow: 20,
      rsi: 14,
      ceiling: 70,
      atr: 14,
      distance: 2,
      timeframe: "1h",
      exposure: 0.9,
    };
    const sets = [one, { ...one, distance: 4 }, { ...one, fast: 19, ceiling: 1 }];
    const found = evaluatePopulation(groundOf(candles, spans["1h"], START), costs, sets);
    const backtests = sets.map((params) =>
      byBacktest({ strategy: trendPullback, params, candles, timeframe: "1h", costs, from: START }),
    );
    for (const loss of populationLosses)
      for (const tradesMin of [1, 30]) {
        const rated = rate(found, { loss, tradesMin, startingBalance: 1_000 });
        const judged = backtests.map((each) =>
          judge(each, { objectives: [loss], tradesMin, startingBalance: 1_000 }),
        );
        expect([...rated.loss]).toEqual(judged.map(({ losses }) => losses?.[0] ?? NaN));
        expect([...rated.dailySharpe]).toEqual(judged.map(({ figures }) => figures!.daily.sharpe ?? NaN));
      }
    expect(bestOf(Float64Array.of(3, NaN, 1, 3, 2), 3)).toEqual([2, 4, 0]);
  });

  it("is told what it cannot reckon", () => {
    const candles = walk(1, 100, 60_000, 1);
    const costs = { startingBalance: 1, makerBps: 0, takerBps: 0 };
    const ground = groundOf(candles, 60_000, START);
    expect(
      refused(() =>
        evaluatePopulation(ground, { ...costs, slippage: { model: "square-root", factor: 1 } }, []),
      ),
    ).toBe("slippage");
    expect(refused(() => groundOf(candles, 60_000, START + 1e9))).toBe("candles");
    candles.low[50] = NaN;
    expect(refused(() => groundOf(candles, 60_000, START))).toMatch(/^candles: low at/);
  });
});

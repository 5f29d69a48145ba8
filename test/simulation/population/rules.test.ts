/** A population of rules comes out as one backtest of composite for each of its sets does: every figure, bit for bit. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseParams } from "../../../domain/strategy/params.ts";
import { groundOf } from "../../../simulation/population/ground.ts";
import { evaluateRules } from "../../../simulation/population/rules/rules.ts";
import { composite, type CompositeParams } from "../../../strategies/composite.ts";
import { refused } from "../../refused.ts";
import { START } from "../backtest/scripted.ts";
import { byBacktest, figuresOf, ofSet } from "./by-backtest.ts";
import { anyCosts, spans, walk } from "./markets.ts";

const anyNumber: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("close", "open", "high[2]", "low", "volume", "a", "b", "c", "-d"),
  fc.constantFrom(
    "ema(5)",
    "ema(20)",
    "sma(9)",
    "sma(rsi(5), 4)",
    "rsi(7)",
    "atr(6)",
    "macd(4, 9, 3).macdhist",
  ),
  fc.constantFrom(
    "close - sma(12)",
    "(close - open) / (high - low)",
    "close / c",
    "rsi(3)[1] * 0.9 + 4",
    "ema(5)[30]",
  ),
);
const sign = fc.constantFrom("<", "<=", ">", ">=", "crosses above", "crosses below");
const comparison = fc.oneof(
  fc.constantFrom(
    "close > ema(20)",
    "rsi(7) < a",
    "rsi(5) > b",
    "close crosses below sma(9)",
    "open < close[1]",
  ),
  fc.tuple(anyNumber, sign, anyNumber).map((parts) => parts.join(" ")),
);
const { truth: anyTruth } = fc.letrec<{ truth: string }>((tie) => ({
  truth: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    comparison,
    tie("truth").map((inner) => `not (${inner})`),
    fc
      .tuple(tie("truth"), fc.constantFrom("and", "or"), tie("truth"))
      .map(([a, join, b]) => `(${a}) ${join} (${b})`),
  ),
}));
const anyClauses = (minLength: number, frames: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc
        .tuple(fc.constantFrom(...frames), anyTruth, fc.constantFrom("", " @ 2", " @ 0.3", " @ 0"))
        .map((parts) => parts.join("")),
      { minLength, maxLength: 4 },
    )
    .map((parts) => parts.join("; "));

const anyRules = (frames: readonly string[]): fc.Arbitrary<CompositeParams> =>
  fc.record({
    enter: anyClauses(1, frames),
    exit: anyClauses(0, frames),
    join: fc.constantFrom("and", "or", "vote", "weight"),
    threshold: fc.constantFrom(0.01, 1 / 3, 0.5, 2 / 3, 1),
    a: fc.double({ min: 20, max: 80, noNaN: true }),
    b: fc.double({ min: 20, max: 80, noNaN: true }),
    c: fc.double({ min: -2, max: 2, noNaN: true }),
    d: fc.constantFrom(-1, 0, 1),
    timeframe: fc.constant("1m"),
    exposure: fc.double({ min: 0.01, max: 1, noNaN: true }),
  });

/** Trades of sets over these timeframes, each set as its backtest has it; `missing`: of the first candles. */
const sameAsBacktests = (frames: readonly string[], missing: fc.Arbitrary<number>): number => {
  let trades = 0;
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.nat(1e6),
        wildness: fc.constantFrom(0.1, 1, 4),
        skipped: fc.constantFrom(0, 100, 511, 512, 700),
        costs: anyCosts,
        missing,
        sets: fc.array(anyRules(frames), { minLength: 1, maxLength: 5 }),
      }),
      ({ seed, wildness, skipped, costs, missing, sets }) => {
        const whole = walk(seed, 1_100, spans["1m"], wildness);
        const candles = whole.rows(missing, whole.length);
        const from = START + skipped * spans["1m"];
        const found = evaluateRules(groundOf(candles, spans["1m"], from), costs, sets);
        expect(evaluateRules(groundOf(candles, spans["1m"], from), costs, sets, false)).toEqual(found);
        for (const [i, params] of sets.entries()) {
          const run = { strategy: composite, params, candles, timeframe: "1m", costs, from } as const;
          expect(ofSet(found, i, costs.startingBalance)).toEqual(
            figuresOf(byBacktest(run), costs.startingBalance),
          );
          trades += found.trades[i]!;
        }
      },
    ),
    { numRuns: 40 },
  );
  return trades;
};

describe("a population of rules", () => {
  it("comes out as a backtest of each set, bit for bit", () => {
    expect(sameAsBacktests([""], fc.constant(0))).toBeGreaterThan(1_000);
  });

  it("so it does with clauses over coarser timeframes, where candles are missing too", () => {
    const missing = fc.constantFrom(0, 1, 2, 7, 59);
    expect(sameAsBacktests(["", "3m: ", "5m: ", "15m: ", "1h: "], missing)).toBeGreaterThan(400);
  });

  it("does not ask at the end of a coarser candle that had begun before the first, as backtests do not", () => {
    const costs = { startingBalance: 1_000, makerBps: 0, takerBps: 0, slippage: { model: "none" } } as const;
    const params = parseParams(composite, {
      ...{ timeframe: "1m", enter: "close > 0; 1h: close > 0", exit: "1h: close < 0", join: "or" },
    });
    const openings = [0, 59].map((missing) => {
      const whole = walk(3, 200, spans["1m"], 1);
      // 00:59 is there: the row that closes with the first hour.
      const candles = whole.rows(whole.indexOf(START + missing * spans["1m"]), whole.length);
      const found = evaluateRules(groundOf(candles, spans["1m"], START), costs, [params]);
      const run = { strategy: composite, params, candles, timeframe: "1m", costs, from: START } as const;
      const tested = byBacktest(run);
      expect(ofSet(found, 0, 1_000)).toEqual(figuresOf(tested, 1_000));
      return (tested.orders[0]!.at - candles.at[0]!) / spans["1m"];
    });
    expect(openings).toEqual([1, 2]);
  });

  it("is told what it cannot reckon", () => {
    const ground = groundOf(walk(1, 100, 300_000, 1), 300_000, START);
    const costs = { startingBalance: 1, makerBps: 0, takerBps: 0, slippage: { model: "none" } } as const;
    const rules = (given: object) => [parseParams(composite, { timeframe: "5m", ...given })];
    expect(refused(() => evaluateRules(ground, costs, rules({ exit: "1h: close > 1; 1m: close > 2" })))).toBe(
      "set 0.exit clause 2",
    );
    expect(refused(() => evaluateRules(ground, costs, rules({ enter: "3m: close > 1" })))).toBe(
      "set 0.enter clause 1",
    );
  });
});

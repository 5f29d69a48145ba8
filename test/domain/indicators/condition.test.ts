/** Conditions: what they say by hand, that streams, columns and restored ones agree, and where a wrong one is wrong. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batch } from "../../../domain/indicators/batch.ts";
import { indicatorNamed } from "../../../domain/indicators/catalogue.ts";
import { Condition } from "../../../domain/indicators/condition/condition.ts";
import { type Known, parseCondition } from "../../../domain/indicators/condition/parse.ts";
import { type Column, columns } from "../../../domain/indicators/declaration.ts";
import { parseValues } from "../../../domain/indicators/params.ts";
import { type Candle } from "../../../domain/market/candle.ts";
import { type Columns, inputsOf, walk } from "./candles.ts";

const close = (...closes: number[]): Columns => {
  const column = Float64Array.from(closes);
  return { openAt: column, open: column, high: column, low: column, close: column, volume: column };
};
const over = (text: string, table: Columns, known?: Known): number[] => [
  ...new Condition(parseCondition(text, known)).over(table),
];
const column = (name: string, params: object, table: Columns, output = 0): Float64Array => {
  const of = indicatorNamed(name);
  return batch(of, parseValues(of, params), inputsOf(of, table))[output]!;
};
const candle = (table: Columns, t: number): Candle =>
  Object.fromEntries(columns.map((name: Column) => [name, table[name][t]!])) as unknown as Candle;

describe("a condition", () => {
  it("compares, computes and joins in the usual order of strength", () => {
    const table = close(1, 2, 3, 4, 5);
    expect(over("close > 3", table)).toEqual([0, 0, 0, 1, 1]);
    expect(over("CLOSE >= 1 + 2 * 1", table)).toEqual([0, 0, 1, 1, 1]);
    expect(over("close < 2 or close > 3 and close < 5", table)).toEqual([1, 0, 0, 1, 0]);
    expect(over("(close < 2 or close > 3) and not close >= 5", table)).toEqual([1, 0, 0, 1, 0]);
    expect(over("-close <= -4 - 0.5 / .5 + 1", table)).toEqual([0, 0, 0, 1, 1]);
    expect(over("close / (close - 3) > 0", table)).toEqual([0, 0, NaN, 1, 1]);
  });

  it("looks back, and knows nothing before there was something to look at", () => {
    const table = close(1, 3, 2, 4, 4, 5);
    expect(over("close > close[1]", table)).toEqual([NaN, 1, 0, 1, 0, 1]);
    expect(over("close > close[2] + 1", table)).toEqual([NaN, NaN, 0, 0, 1, 0]);
    // What the other side settles need not be known.
    expect(over("close > close[1] and close > 9", table)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(over("close > close[1] or close > 0", table)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(over("not close > close[1]", table)).toEqual([NaN, 0, 1, 0, 1, 0]);
  });

  it("crosses only at the candle that changes sides, from a touch too", () => {
    const table = close(1, 3, 3, 2, 2, 1, 4);
    expect(over("close crosses above 2", table)).toEqual([NaN, 1, 0, 0, 0, 0, 1]);
    expect(over("close crosses below 2", table)).toEqual([NaN, 0, 0, 0, 0, 1, 0]);
    expect(over("2 crosses above close", table)).toEqual([NaN, 0, 0, 0, 0, 1, 0]);
  });

  it("reads indicators with parameters by place or name, other inputs, and each output", () => {
    const table = walk(160, 3);
    const [rsi, ema] = [column("rsi", { timeperiod: 5 }, table), column("ema", { timeperiod: 20 }, table)];
    const hist = column("macd", { fastperiod: 5, slowperiod: 8, signalperiod: 3 }, table, 2);
    const [, slowed] = [0, batch(indicatorNamed("sma"), { timeperiod: 3 }, [rsi])[0]!];
    const volume = batch(indicatorNamed("sma"), { timeperiod: 4 }, [table.volume])[0]!;
    const told = over(
      "rsi(5) < 45 and close > ema(timeperiod=20) or macd(5, 8, 3).macdhist > 0 and sma(rsi(5), 3) > 50 and volume > sma(series=volume, timeperiod=4)",
      table,
    );
    for (const [t, value] of told.entries())
      if (t >= 20)
        expect(value).toBe(
          (rsi[t]! < 45 && table.close[t]! > ema[t]!) ||
            (hist[t]! > 0 && slowed[t]! > 50 && table.volume[t]! > volume[t]!)
            ? 1
            : 0,
        );
    expect(told.filter((value) => value === 1).length).toBeGreaterThan(10);
    expect(over("ma(10, ema) > ma(10, matype=sma)", table)).not.toContain(2);
    expect(over("obv > obv[1]", table).slice(1)).toEqual(
      [...table.close.keys()].slice(1).map((t) => (table.close[t]! > table.close[t - 1]! ? 1 : 0)),
    );
  });

  it("takes numbers by name, as a strategy's parameters", () => {
    const table = close(1, 2, 3, 4);
    expect(over("sma(fastPeriod) > limit", table, { numbers: { fastPeriod: 2, limit: 2 } })).toEqual([
      NaN,
      0,
      1,
      1,
    ]);
  });

  it("knows its lookback, and computes once what stands twice", () => {
    const expression = parseCondition("sma(rsi(14), 5)[2] crosses above 50 and rsi(14) > 10");
    const condition = new Condition(expression);
    expect(condition.lookback).toBe(14 + 4 + 2 + 1);
    const told = condition.over(walk(60, 2));
    expect(told.findIndex((value) => !Number.isNaN(value))).toBe(condition.lookback);
    expect(JSON.stringify(condition.save()).match(/"ups"/g)).toHaveLength(1);
  });

  it("says the same streamed, over columns, and after save and load", () => {
    const texts = [
      "rsi(4) < 50 and close crosses above ema(5) or not close[3] > bbands(6, 1, 1).lowerband",
      "cdldoji > 0 or adx(3) > 20 and plus_di(3) > minus_di(3)",
      "supertrend(5, 2).supertrendside crosses above 0 or (high - low) / close > 0.02",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.integer({ min: 0, max: 80 }),
        fc.nat(99),
        (text, cut, seed) => {
          const table = walk(80, seed);
          const whole = over(text, table);
          let running = new Condition(parseCondition(text));
          for (let t = 0; t < 80; t += 1) {
            if (t === cut) {
              const saved: unknown = JSON.parse(JSON.stringify(running.save()));
              running = new Condition(parseCondition(text));
              running.load(saved);
            }
            expect(running.push(candle(table, t))).toBe(whole[t]);
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it.each([
    [
      "rsi(14) <",
      'condition character 10: expected a number, a column, an indicator or a parenthesis, found "the end"',
    ],
    ["rsi(14 < 30", 'condition character 8: expected "," or ")", found "<"'],
    [
      "close > ema(200) close",
      'condition character 18: expected an operator, and, or, or the end, found "close"',
    ],
    ["rsj(14) < 30", "condition character 1: expected the name of an indicator"],
    ["close > 3 and rsi(1) < 3", "condition character 19 rsi.timeperiod: expected a whole number from 2"],
    ["rsi(length=3) < 3", "condition character 5: expected a parameter of rsi (timeperiod, series)"],
    ["macd(1, 2, 3, 4) > 0", "condition character 6 macd.fastperiod: expected a whole number from 2"],
    ["rsi(14, 3) > 0", "condition character 9: expected no further parameter of rsi"],
    ["atr(close, 3) > 0", "condition character 5: expected a number: atr reads high, low, close"],
    ["macd().signal > 0", "condition character 8: expected an output of macd (macd, macdsignal, macdhist)"],
    [
      "close and open > 3",
      'condition character 1: expected a comparison, which holds or not, found "a number"',
    ],
    ["3 < close < 5", 'condition character 11: expected an operator, and, or, or the end, found "<"'],
    ["(close > 3) + 1 > 2", 'condition character 1: expected a number, found "a comparison"'],
    ["close[0] > 1", "condition character 7: expected a whole number of candles from 1"],
    ["close crosses 3", 'condition character 15: expected "above" or "below"'],
    ["close > 3 & open > 3", "condition character 11: expected a name, a number or an operator"],
    ["close", "condition character 1: expected a comparison"],
    [`${"(".repeat(60)}close > 1`, "condition character 52: expected at most 50 levels"],
  ])("refuses %s and names the place", (text, message) => {
    expect(() => parseCondition(text)).toThrow(message);
  });

  it("refuses the state of another condition", () => {
    const saved = new Condition(parseCondition("rsi(14) < 30")).save();
    expect(() => new Condition(parseCondition("rsi(15) < 30")).load(saved, "saved")).toThrow("saved.text");
  });
});

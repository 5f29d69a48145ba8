/** Breadth over three instruments by hand, one of which lacks candles; and their tables on one grid of time. */
import { describe, expect, it } from "vitest";
import { aligned } from "../../../domain/indicators/align.ts";
import { batch } from "../../../domain/indicators/batch.ts";
import { breadthOf } from "../../../domain/indicators/breadth.ts";
import { parseValues } from "../../../domain/indicators/params.ts";
import type { Columns } from "./candles.ts";

const table = (at: number[], close: number[], volume: number[]): Columns => {
  const [ats, closes, volumes] = [Float64Array.from(at), Float64Array.from(close), Float64Array.from(volume)];
  return { openAt: ats, open: closes, high: closes, low: closes, close: closes, volume: volumes };
};

const tables = [
  table([1, 2, 3, 4, 5], [10, 11, 12, 11, 13], [1, 2, 3, 4, 5]),
  table([1, 2, 3, 4, 5], [20, 19, 18, 17, 16], [10, 10, 10, 20, 10]),
  table([2, 3, 5], [5, 6, 6], [7, 7, 7]),
];

describe("aligned", () => {
  it("keeps the times that all have", () => {
    const together = aligned(tables, true);
    expect(together.map(({ openAt }) => [...openAt])).toEqual([
      [2, 3, 5],
      [2, 3, 5],
      [2, 3, 5],
    ]);
    expect([...together[1]!.close]).toEqual([19, 18, 16]);
  });

  it("or those that any has, with nothing where a table lacks one", () => {
    const together = aligned(tables, false);
    expect([...together[2]!.openAt]).toEqual([1, 2, 3, 4, 5]);
    expect([...together[2]!.close]).toEqual([NaN, 5, 6, NaN, 6]);
  });
});

describe("breadth", () => {
  it("is counted over the instruments that have a candle", () => {
    const of = breadthOf(3);
    const params = parseValues(of, { timeperiod: 2, fastperiod: 1, slowperiod: 2 });
    const found = batch(
      of,
      params,
      aligned(tables, false).flatMap(({ close, volume }) => [close, volume]),
    );
    const told = Object.fromEntries(of.outputs.map((name, k) => [name, [...found[k]!]]));
    expect(of.lookback(params)).toBe(2);
    // Up and down at 2: the first, the second; at 3: first and third, second; at 4: none, both; at 5: the first, the second.
    expect(told["advancing"]).toEqual([NaN, NaN, 2, 0, 1]);
    expect(told["declining"]).toEqual([NaN, NaN, 1, 2, 1]);
    expect(told["adline"]).toEqual([NaN, NaN, 1, -1, -1]);
    // Net shares 0, 1000/3, -1000, 0. Slow: 500/3, then a third of it and two thirds of the share: -611.1, -203.7.
    const mcclellan = [1_000 / 3 - 500 / 3, -1_000 + 5_500 / 9, 5_500 / 27];
    for (const [k, value] of mcclellan.entries()) expect(told["mcclellan"]![k + 2]).toBeCloseTo(value, 9);
    expect(told["summation"]![4]).toBeCloseTo(mcclellan[0]! + mcclellan[1]! + mcclellan[2]!, 9);
    // Beyond the two closes before: at 3 the first and the second, at 4 the second, at 5 both; the third never has two before it and moves.
    expect(told["newhighs"]).toEqual([NaN, NaN, 1, 0, 1]);
    expect(told["newlows"]).toEqual([NaN, NaN, 1, 1, 1]);
    // (2 / 1) / ((3 + 7) / 10) = 2; nothing rises: 1; (1 / 1) / (5 / 10) = 2.
    expect(told["trin"]).toEqual([NaN, NaN, 2, 1, 2]);
  });
});

/**
 * Values that others computed: TA-Lib's own C code over the same candles (`talib-reference.json`: our walk of seed 7,
 * and the first six finds of each candlestick pattern), and worked examples from the literature.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { batch } from "../../../domain/indicators/batch.ts";
import { indicatorNamed } from "../../../domain/indicators/catalogue.ts";
import { parseValues } from "../../../domain/indicators/params.ts";
import { type Columns, inputsOf, ticks, walk } from "./candles.ts";

interface Reference {
  /** By indicator and the parameters that are not its defaults: row, then one value for each output, to twelve digits. */
  readonly values: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly patterns: Readonly<Record<string, { seed: number; hits: readonly (readonly [number, number])[] }>>;
}

const reference = JSON.parse(
  readFileSync(new URL("talib-reference.json", import.meta.url), "utf8"),
) as Reference;

const run = (name: string, columns: Columns, params: object = {}): readonly Float64Array[] => {
  const of = indicatorNamed(name);
  return batch(of, parseValues(of, params), inputsOf(of, columns));
};

/** Sums of squares cancel in TA-Lib, so that the last digits of these are not its values'. */
const squares = /^(var|stddev|bbands|correl|beta)\b/;

const near = (value: number, expected: number, within: number, where: string): void => {
  if (!(Math.abs(value - expected) <= within * Math.max(1, Math.abs(expected))))
    expect.fail(`${where}: ${value} where TA-Lib says ${expected}`);
};

describe("TA-Lib", () => {
  const columns = walk(400, 7);

  it.each(Object.entries(reference.values))("%s", (asked, rows) => {
    const [name, ...given] = asked.split(" ");
    const outputs = run(
      name!,
      columns,
      Object.fromEntries(given.map((one) => one.split("=") as [string, string])),
    );
    const within = squares.test(asked) ? 2e-8 : 1e-9;
    for (const [row, ...values] of rows)
      for (const [k, expected] of values.entries())
        near(outputs[k]![row!]!, expected, within, `${asked} at ${row}`);
    // The first row is TA-Lib's first value.
    expect(outputs[0]!.findIndex((x) => !Number.isNaN(x))).toBe(rows[0]![0]);
  });

  const markets = new Map<number, Columns>();
  const market = (seed: number): Columns => {
    const made = markets.get(seed) ?? ticks(12_000, seed);
    markets.set(seed, made);
    return made;
  };

  it("has 61 candlestick patterns, and so have we", () => {
    expect(Object.keys(reference.patterns)).toHaveLength(61);
  });

  it.each(Object.entries(reference.patterns))("%s", (name, { seed, hits }) => {
    expect(hits.length).toBeGreaterThan(0);
    const found: [number, number][] = [];
    for (const [t, value] of run(name, market(seed))[0]!.entries())
      if (Math.abs(value) > 0 && found.length < hits.length) found.push([t, value]);
    expect(found).toEqual(hits);
  });
});

const only = (close: readonly number[]): Columns => {
  const column = Float64Array.from(close);
  return { openAt: column, open: column, high: column, low: column, close: column, volume: column };
};

describe("worked examples", () => {
  it("RSI of StockCharts' ChartSchool", () => {
    const closes = [
      44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931,
      46.0328, 45.614, 46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122, 46.2521, 45.7137,
      46.4515, 45.7835, 45.3548, 44.0288, 44.1783, 44.2181, 44.5672, 43.4205, 42.6628, 43.1314,
    ];
    const published = [
      70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99, 41.46, 41.87,
      45.46, 37.3, 33.08, 37.77,
    ];
    const rsi = run("rsi", only(closes))[0]!.subarray(14);
    expect(Array.from(rsi, (x) => Number(x.toFixed(2)))).toEqual(published);
  });

  it("Wilder's ATR, by hand", () => {
    // True ranges 3, max(2, |13 - 11|, |11 - 11|) = 2, max(4, |16 - 12|, |12 - 12|) = 4, max(1, |13 - 15|, |12 - 15|) = 3.
    const columns = {
      ...only([10, 11, 12, 15, 12.5]),
      high: Float64Array.of(11, 12, 13, 16, 13),
      low: Float64Array.of(9, 9, 11, 12, 12),
    };
    // (3 + 2) / 2, (2.5 + 4) / 2, (3.25 + 3) / 2.
    expect([...run("atr", columns, { timeperiod: 2 })[0]!]).toEqual([NaN, NaN, 2.5, 3.25, 3.125]);
  });

  it("MACD's fast average begins where the slow one does", () => {
    // Slow (3): mean(1, 2, 6) = 3, then + (4 - 3) / 2 = 3.5. Fast (2): mean(2, 6) = 4, then + 2/3 (4 - 4) = 4.
    const [macd] = run("macd", only([1, 2, 6, 4]), { fastperiod: 2, slowperiod: 3, signalperiod: 1 });
    expect([...macd!]).toEqual([NaN, NaN, 1, 0.5]);
  });

  it("on balance volume and the money flow multiplier, by hand", () => {
    const columns = {
      ...only([10, 12, 12, 11]),
      high: Float64Array.of(12, 12, 14, 13),
      low: Float64Array.of(8, 8, 10, 9),
      volume: Float64Array.of(5, 7, 3, 4),
    };
    expect([...run("obv", columns)[0]!]).toEqual([5, 12, 12, 8]);
    // Closes in the middle, at the top, in the middle, in the middle.
    expect([...run("ad", columns)[0]!]).toEqual([0, 7, 7, 7]);
  });
});

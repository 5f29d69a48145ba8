/**
 * The indicators of a population, each distinct length reckoned once for all sets that ask for it, block by block. They are the
 * very indicators of the strategy, so the numbers are its numbers. Exponential averages, the many, go on four at a time once they are
 * warm: one alone waits for its own last value at each row.
 */
import type { CandleTable } from "../../domain/history/candle-table.ts";
import { Ema } from "../../domain/indicators/ema.ts";
import { Rsi } from "../../domain/indicators/oscillators/strength.ts";
import { AverageRange } from "../../domain/indicators/volatility/ranges.ts";
import { BLOCK } from "./ground.ts";

type Kind = "ema" | "rsi" | "atr";
/** Reckons rows [begin, end) of the candles into the first places of `into`. */
type Fill = (candles: CandleTable, begin: number, end: number, into: Float64Array) => void;

const starts: Readonly<Record<Kind, (length: number) => Fill>> = {
  ema: (length) => {
    const ema = new Ema(length);
    return ({ close }, begin, end, into) => ema.over(close.subarray(begin, end), into);
  },
  rsi: (length) => {
    const rsi = new Rsi(length);
    return ({ close }, begin, end, into) => rsi.over(close.subarray(begin, end), into);
  },
  atr: (length) => {
    const atr = new AverageRange(length, false);
    return ({ high, low, close }, begin, end, into) =>
      atr.over(
        [high, low, close].map((column) => column.subarray(begin, end)),
        [into.subarray(0, end - begin)],
      );
  },
};

interface Column {
  readonly place: number;
  readonly kind: Kind;
  readonly length: number;
  readonly fill: Fill;
}

export class SharedSeries {
  readonly #columns = new Map<string, Column>();

  get count(): number {
    return this.#columns.size;
  }

  /** Where this one stands in a block, counted in columns. */
  place(kind: Kind, length: number): number {
    const key = `${kind} ${length}`;
    const known = this.#columns.get(key);
    if (known !== undefined) return known.place;
    const place = this.#columns.size;
    this.#columns.set(key, { place, kind, length, fill: starts[kind](length) });
    return place;
  }

  /**
   * Rows [begin, end) of all of them, one column of `BLOCK` numbers after the other. Called for block after block with the
   * same `into`: an average that is warm goes on from its last number there.
   */
  fill(candles: CandleTable, begin: number, end: number, into: Float64Array): void {
    const warm: Column[] = [];
    for (const column of this.#columns.values())
      if (column.kind === "ema" && column.length <= begin) warm.push(column);
      else column.fill(candles, begin, end, columnOf(into, column));
    const closes = candles.close.subarray(begin, end);
    const whole = warm.length - (warm.length % 4);
    for (let i = 0; i < whole; i += 4) fourAverages(closes, warm.slice(i, i + 4), into);
    for (const column of warm.slice(whole)) average(closes, column, into);
  }
}

const columnOf = (into: Float64Array, { place }: Column): Float64Array =>
  into.subarray(place * BLOCK, (place + 1) * BLOCK);

const weightOf = ({ length }: Column): number => 2 / (length + 1);

const average = (closes: Float64Array, column: Column, into: Float64Array): void => {
  const values = columnOf(into, column);
  const weight = weightOf(column);
  let value = values[BLOCK - 1]!;
  for (let t = 0; t < closes.length; t += 1) values[t] = value += weight * (closes[t]! - value);
};

const fourAverages = (closes: Float64Array, columns: readonly Column[], into: Float64Array): void => {
  const [a, b, c, d] = columns.map((column) => columnOf(into, column)) as [Values, Values, Values, Values];
  const [weightA, weightB, weightC, weightD] = columns.map(weightOf) as [number, number, number, number];
  let valueA = a[BLOCK - 1]!;
  let valueB = b[BLOCK - 1]!;
  let valueC = c[BLOCK - 1]!;
  let valueD = d[BLOCK - 1]!;
  for (let t = 0; t < closes.length; t += 1) {
    const x = closes[t]!;
    a[t] = valueA += weightA * (x - valueA);
    b[t] = valueB += weightB * (x - valueB);
    c[t] = valueC += weightC * (x - valueC);
    d[t] = valueD += weightD * (x - valueD);
  }
};
type Values = Float64Array;

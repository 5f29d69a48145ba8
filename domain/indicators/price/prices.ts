/** One number for a candle: TA-Lib's price transforms, and Heikin-Ashi candles. */
import { type Calculation, type Column, declare, type Declaration, of } from "../declaration.ts";
import { isNumber } from "../parts/part.ts";

/** A weighted mean of the inputs. */
class Mean implements Calculation {
  private readonly weights: Float64Array;
  private readonly total: number;

  constructor(weights: readonly number[]) {
    this.weights = Float64Array.from(weights);
    this.total = weights.reduce((sum, weight) => sum + weight, 0);
  }

  step(x: Float64Array, y: Float64Array): void {
    let sum = 0;
    for (let i = 0; i < this.weights.length; i += 1) sum += this.weights[i]! * x[i]!;
    y[0] = sum / this.total;
  }
}

/** Each candle's own mean as the close, the middle of the last one's body as the open; starts with (open + close) / 2. */
class HeikinAshi implements Calculation {
  private open = Number.NaN;
  private close = Number.NaN;

  step(x: Float64Array, y: Float64Array): void {
    const close = (x[0]! + x[1]! + x[2]! + x[3]!) / 4;
    if (!isNumber(close)) {
      y.fill(Number.NaN);
      return;
    }
    this.open = isNumber(this.open) ? (this.open + this.close) / 2 : (x[0]! + x[3]!) / 2;
    this.close = close;
    y[0] = this.open;
    y[1] = Math.max(x[1]!, this.open, close);
    y[2] = Math.min(x[2]!, this.open, close);
    y[3] = close;
  }
}

const means: readonly (readonly [string, string, readonly Column[], readonly number[]])[] = [
  ["avgprice", "Average of open, high, low and close", ["open", "high", "low", "close"], [1, 1, 1, 1]],
  ["medprice", "Middle of high and low", ["high", "low"], [1, 1]],
  ["typprice", "Typical price: high, low and close", ["high", "low", "close"], [1, 1, 1]],
  ["wclprice", "Weighted close: high, low and twice the close", ["high", "low", "close"], [1, 1, 2]],
];

export const prices: readonly Declaration[] = [
  ...means.map(([name, title, columns, weights]) =>
    declare({
      name,
      title,
      group: "price",
      inputs: of(...columns),
      params: {},
      outputs: [name],
      lookback: () => 0,
      start: () => new Mean(weights),
    }),
  ),
  declare({
    name: "heikinashi",
    title: "Heikin-Ashi candles",
    group: "price",
    inputs: of("open", "high", "low", "close"),
    params: {},
    outputs: ["haopen", "hahigh", "halow", "haclose"],
    lookback: () => 0,
    start: () => new HeikinAshi(),
  }),
];

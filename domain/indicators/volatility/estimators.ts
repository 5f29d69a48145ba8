/**
 * Volatility from the whole candle instead of the close alone: the root of a window's mean of these terms, in
 * logarithms of prices. Each needs prices above zero.
 */
import type { Calculation } from "../declaration.ts";
import { isNumber } from "../parts/part.ts";
import { Sma } from "../sma.ts";

interface Estimator {
  readonly title: string;
  /** Candles that must have come before. */
  readonly lookback: number;
  readonly term: (open: number, high: number, low: number, close: number, before: number) => number;
}

const RATE = 2 * Math.LN2 - 1;

export const estimators: Readonly<Record<string, Estimator>> = {
  parkinson: {
    title: "Parkinson's volatility (1980)",
    lookback: 0,
    term: (_open, high, low) => Math.log(high / low) ** 2 / (4 * Math.LN2),
  },
  garmanklass: {
    title: "Garman's and Klass's volatility (1980)",
    lookback: 0,
    term: (open, high, low, close) => Math.log(high / low) ** 2 / 2 - RATE * Math.log(close / open) ** 2,
  },
  rogerssatchell: {
    title: "Rogers' and Satchell's volatility (1991)",
    lookback: 0,
    term: (open, high, low, close) =>
      Math.log(high / close) * Math.log(high / open) + Math.log(low / close) * Math.log(low / open),
  },
  realizedvol: {
    title: "Realised volatility: root mean square of the close's returns",
    lookback: 1,
    term: (_open, _high, _low, close, before) => Math.log(close / before) ** 2,
  },
};

export class Estimated implements Calculation {
  private readonly term: Estimator["term"];
  private readonly mean: Sma;
  private before = Number.NaN;

  constructor(length: number, term: Estimator["term"]) {
    this.term = term;
    this.mean = new Sma(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const mean = this.mean.push(this.term(x[0]!, x[1]!, x[2]!, x[3]!, this.before));
    this.before = x[3]!;
    y[0] = isNumber(mean) ? Math.sqrt(Math.max(0, mean)) : Number.NaN;
  }
}

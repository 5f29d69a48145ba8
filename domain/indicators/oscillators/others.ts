/** Oscillators that TA-Lib lacks; each with the source of its formula. */
import { Wma } from "../averages/wma.ts";
import type { Calculation } from "../declaration.ts";
import { Back } from "../parts/back.ts";
import { Extreme } from "../parts/extreme.ts";
import { isNumber, type Part } from "../parts/part.ts";
import { Sma } from "../sma.ts";
import { type Apart, seededTogether } from "./apart.ts";
import { Change, changes } from "./change.ts";
import { Place } from "./stochastic.ts";

/** The number of length / 2 + 1 candles ago less the simple average: what is left when the trend is taken out. */
export class Dpo implements Part {
  private readonly back: Back;
  private readonly average: Sma;

  constructor(length: number) {
    this.back = new Back(Math.floor(length / 2) + 1);
    this.average = new Sma(length);
  }

  push(x: number): number {
    const average = this.average.push(x);
    return this.back.push(x) - average;
  }
}

const roc = (length: number): Change => new Change(length, changes["roc"]!.of);

/** Coppock (1962): the weighted average of two rates of change together. */
export class Coppock implements Part {
  private readonly long: Change;
  private readonly short: Change;
  private readonly average: Wma;

  constructor(long: number, short: number, length: number) {
    this.long = roc(long);
    this.short = roc(short);
    this.average = new Wma(length);
  }

  push(x: number): number {
    const long = this.long.push(x);
    return this.average.push(long + this.short.push(x));
  }
}

/** Rates of change over these lengths, averaged over those, weighed 1 to 4. */
const kst = [
  [10, 10],
  [15, 10],
  [20, 10],
  [30, 15],
] as const;

export const kstLookback = Math.max(...kst.map(([rate, length]) => rate + length - 1));

/** Pring, "Summed Rate of Change" (1992), with the daily lengths. */
export class Kst implements Part {
  private readonly rates = kst.map(([length]) => roc(length));
  private readonly averages = kst.map(([, length]) => new Sma(length));

  push(x: number): number {
    let sum = 0;
    for (let i = 0; i < kst.length; i += 1) sum += (i + 1) * this.averages[i]!.push(this.rates[i]!.push(x));
    return sum;
  }
}

export const stcLookback = (length: number, fast: number, slow: number): number =>
  Math.max(fast, slow) - 1 + 2 * (length - 1);

/** Schaff (1999): the stochastic of the stochastic of MACD, each smoothed by half. */
export class Stc implements Part {
  private readonly apart: Apart;
  private readonly first: Place;
  private readonly second: Place;
  private one = Number.NaN;
  private two = Number.NaN;

  constructor(length: number, fast: number, slow: number) {
    this.apart = seededTogether(fast, slow, "ema");
    this.first = new Place(length);
    this.second = new Place(length);
  }

  push(x: number): number {
    const apart = this.apart.push(x);
    const first = this.first.push(apart, apart, apart);
    if (!isNumber(first)) return Number.NaN;
    this.one = isNumber(this.one) ? this.one + (first - this.one) / 2 : first;
    const second = this.second.push(this.one, this.one, this.one);
    if (!isNumber(second)) return Number.NaN;
    return (this.two = isNumber(this.two) ? this.two + (second - this.two) / 2 : second);
  }
}

/** Ehlers (2002): atanh of the median price's place in its window, smoothed; the signal is that of one candle ago. */
export class Fisher implements Calculation {
  private readonly highs: Extreme;
  private readonly lows: Extreme;
  private value = 0;
  private fisher = Number.NaN;

  constructor(length: number) {
    this.highs = new Extreme(length, 1);
    this.lows = new Extreme(length, -1);
  }

  step(x: Float64Array, y: Float64Array): void {
    const price = (x[0]! + x[1]!) / 2;
    const highest = this.highs.push(price);
    const range = highest - this.lows.push(price);
    const before = this.fisher;
    if (isNumber(range)) {
      const place = range === 0 ? 0 : (price - highest) / range + 0.5;
      this.value = Math.max(-0.999, Math.min(0.999, 0.66 * place + 0.67 * this.value));
      const transformed = 0.5 * Math.log((1 + this.value) / (1 - this.value));
      this.fisher = transformed + 0.5 * (isNumber(before) ? before : 0);
    }
    y[0] = isNumber(before) ? this.fisher : Number.NaN;
    y[1] = before;
  }
}

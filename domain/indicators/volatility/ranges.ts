/** Ranges and what is made of them; each with its formula. */
import type { Calculation } from "../declaration.ts";
import { Ema } from "../ema.ts";
import { Change, changes } from "../oscillators/change.ts";
import { Extreme } from "../parts/extreme.ts";
import { Moments } from "../parts/moments.ts";
import { isNumber, type Part } from "../parts/part.ts";
import { TrueRange } from "../parts/true-range.ts";
import { Wilder } from "../parts/wilder.ts";
import { Sma } from "../sma.ts";

export class RangeOnly implements Calculation {
  private readonly trueRange = new TrueRange();

  step(x: Float64Array, y: Float64Array): void {
    y[0] = this.trueRange.push(x[0]!, x[1]!, x[2]!);
  }
}

/** Wilder (1978): his smoothing of the true range, the first candle left out. */
export class AverageRange implements Calculation {
  private readonly trueRange = new TrueRange();
  private readonly average: Wilder;
  private readonly percent: boolean;

  constructor(length: number, percent: boolean) {
    this.average = new Wilder(length);
    this.percent = percent;
  }

  step(x: Float64Array, y: Float64Array): void {
    y[0] = this.next(x[0]!, x[1]!, x[2]!);
  }

  over(inputs: readonly Float64Array[], outputs: readonly Float64Array[]): void {
    const [highs, lows, closes, ys] = [inputs[0]!, inputs[1]!, inputs[2]!, outputs[0]!];
    const { trueRange, average, percent } = this;
    const { length } = average;
    let t = 0;
    while (t < ys.length) {
      // Until warm, and over what is no number: row by row. In between all state is local.
      ys[t] = this.next(highs[t]!, lows[t]!, closes[t]!);
      t += 1;
      if (!average.warm) continue;
      let { before } = trueRange;
      let { value } = average;
      for (; t < ys.length; t += 1) {
        const high = highs[t]!;
        const low = lows[t]!;
        const close = closes[t]!;
        const range = Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
        if (!isNumber(range) || !isNumber(high + low + close)) break;
        before = close;
        value = (value * (length - 1) + range) / length;
        ys[t] = percent ? percentOf(value, close) : value;
      }
      trueRange.before = before;
      average.value = value;
    }
  }

  private next(high: number, low: number, close: number): number {
    const range = this.average.push(this.trueRange.push(high, low, close));
    return this.percent ? percentOf(range, close) : range;
  }
}

const percentOf = (range: number, close: number): number => (close === 0 ? 0 : (range / close) * 100);

/** Width of the bands / average, and (x - lower band) / width; 0 and 1/2 where nothing varies. */
export class Squeeze implements Calculation {
  private readonly moments: Moments;
  private readonly deviations: number;

  constructor(length: number, deviations: number) {
    this.moments = new Moments(length);
    this.deviations = deviations;
  }

  step(x: Float64Array, y: Float64Array): void {
    const { moments } = this;
    const warm = moments.push(x[0]!);
    const half = this.deviations * Math.sqrt(moments.variance);
    const { mean } = moments;
    y[0] = !warm ? Number.NaN : mean === 0 ? 0 : (2 * half) / mean;
    y[1] = !warm ? Number.NaN : half === 0 ? 0.5 : (x[0]! - mean + half) / (2 * half);
  }
}

/** Chaikin: 100 * change of ema(high - low) over some candles. */
export class Chaikin implements Calculation {
  private readonly average: Ema;
  private readonly change: Change;

  constructor(length: number, back: number) {
    this.average = new Ema(length);
    this.change = new Change(back, changes["roc"]!.of);
  }

  step(x: Float64Array, y: Float64Array): void {
    y[0] = this.change.push(this.average.push(x[0]! - x[1]!));
  }
}

/** Martin and McCann (1989): sqrt of the mean of the squared falls below the highest of the window, in percent. */
export class Ulcer implements Part {
  private readonly highest: Extreme;
  private readonly mean: Sma;

  constructor(length: number) {
    this.highest = new Extreme(length, 1);
    this.mean = new Sma(length);
  }

  push(x: number): number {
    const highest = this.highest.push(x);
    const fall = highest === 0 ? 0 : (100 * (x - highest)) / highest;
    const mean = this.mean.push(fall * fall);
    return isNumber(mean) ? Math.sqrt(Math.max(0, mean)) : Number.NaN;
  }
}

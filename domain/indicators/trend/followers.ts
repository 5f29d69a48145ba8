/** Trend followers of whole candles: Aroon, Vortex, Supertrend, Ichimoku, choppiness, mass. Each with its source. */
import type { Calculation } from "../declaration.ts";
import { Ema } from "../ema.ts";
import { Back } from "../parts/back.ts";
import { Extreme } from "../parts/extreme.ts";
import { isNumber } from "../parts/part.ts";
import { Sum } from "../parts/sum.ts";
import { TrueRange } from "../parts/true-range.ts";
import { Wilder } from "../parts/wilder.ts";

/** Chande (1995): 100 * (length - candles since the extreme) / length, over length + 1 candles; of equals the newest. */
export class Aroon implements Calculation {
  private readonly length: number;
  private readonly highs: Extreme;
  private readonly lows: Extreme;

  constructor(length: number) {
    this.length = length;
    this.highs = new Extreme(length + 1, 1);
    this.lows = new Extreme(length + 1, -1);
  }

  step(x: Float64Array, y: Float64Array): void {
    const { length, highs, lows } = this;
    const known = highs.push(x[0]!) - lows.push(x[1]!);
    const warm = isNumber(known);
    const down = warm ? (100 * (length - lows.age)) / length : Number.NaN;
    const up = warm ? (100 * (length - highs.age)) / length : Number.NaN;
    if (y.length === 1) y[0] = up - down;
    else {
      y[0] = down;
      y[1] = up;
    }
  }
}

/** Botes and Siepman (2010): |high - low before| and |low - high before| by true range, summed. */
export class Vortex implements Calculation {
  private readonly pluses: Sum;
  private readonly minuses: Sum;
  private readonly ranges: Sum;
  private readonly trueRange = new TrueRange();
  private high = Number.NaN;
  private low = Number.NaN;

  constructor(length: number) {
    this.pluses = new Sum(length);
    this.minuses = new Sum(length);
    this.ranges = new Sum(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const plus = this.pluses.push(Math.abs(x[0]! - this.low));
    const minus = this.minuses.push(Math.abs(x[1]! - this.high));
    const range = this.ranges.push(this.trueRange.push(x[0]!, x[1]!, x[2]!));
    this.high = x[0]!;
    this.low = x[1]!;
    y[0] = range === 0 ? 0 : plus / range;
    y[1] = range === 0 ? 0 : minus / range;
  }
}

/** Seban: bands of multiples of ATR about the median price that only tighten; the close beyond one changes the side. */
export class Supertrend implements Calculation {
  private readonly trueRange = new TrueRange();
  private readonly range: Wilder;
  private readonly factor: number;
  private upper = Number.NaN;
  private lower = Number.NaN;
  private side = 1;
  private close = Number.NaN;

  constructor(length: number, factor: number) {
    this.range = new Wilder(length);
    this.factor = factor;
  }

  step(x: Float64Array, y: Float64Array): void {
    const close = x[2]!;
    const reach = this.factor * this.range.push(this.trueRange.push(x[0]!, x[1]!, close));
    if (isNumber(reach)) {
      const median = (x[0]! + x[1]!) / 2;
      const { close: before } = this;
      const lower = median - reach;
      const upper = median + reach;
      this.lower = isNumber(this.lower) && before > this.lower ? Math.max(lower, this.lower) : lower;
      this.upper = isNumber(this.upper) && before < this.upper ? Math.min(upper, this.upper) : upper;
      if (this.side > 0 ? close < this.lower : close > this.upper) this.side = -this.side;
    }
    this.close = close;
    const warm = isNumber(reach);
    y[0] = warm ? (this.side > 0 ? this.lower : this.upper) : Number.NaN;
    y[1] = warm ? this.side : Number.NaN;
  }
}

/** The middle of the highest high and the lowest low. */
class Middle {
  private readonly highs: Extreme;
  private readonly lows: Extreme;

  constructor(length: number) {
    this.highs = new Extreme(length, 1);
    this.lows = new Extreme(length, -1);
  }

  push(high: number, low: number): number {
    const highest = this.highs.push(high);
    return (highest + this.lows.push(low)) / 2;
  }
}

/**
 * Hosoda (1969). The spans are those that a chart draws at this candle: made `displacement` - 1 candles ago. The lagging
 * line of charts would show the future here, so it is not told.
 */
export class Ichimoku implements Calculation {
  private readonly conversion: Middle;
  private readonly base: Middle;
  private readonly wide: Middle;
  private readonly leadA: Back;
  private readonly leadB: Back;

  constructor(conversion: number, base: number, wide: number, displacement: number) {
    this.conversion = new Middle(conversion);
    this.base = new Middle(base);
    this.wide = new Middle(wide);
    this.leadA = new Back(displacement - 1);
    this.leadB = new Back(displacement - 1);
  }

  step(x: Float64Array, y: Float64Array): void {
    const conversion = this.conversion.push(x[0]!, x[1]!);
    const base = this.base.push(x[0]!, x[1]!);
    const spanB = this.leadB.push(this.wide.push(x[0]!, x[1]!));
    const spanA = this.leadA.push((conversion + base) / 2);
    const warm = isNumber(spanA + spanB);
    y[0] = warm ? conversion : Number.NaN;
    y[1] = warm ? base : Number.NaN;
    y[2] = warm ? spanA : Number.NaN;
    y[3] = warm ? spanB : Number.NaN;
  }
}

/** Dreiss: 100 * log10(sum of true ranges / range of the window) / log10(length); 100 is no trend at all. */
export class Choppiness implements Calculation {
  private readonly trueRange = new TrueRange();
  private readonly ranges: Sum;
  private readonly highs: Extreme;
  private readonly lows: Extreme;
  private readonly scale: number;

  constructor(length: number) {
    this.ranges = new Sum(length);
    this.highs = new Extreme(length, 1);
    this.lows = new Extreme(length, -1);
    this.scale = 100 / Math.log10(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const ranges = this.ranges.push(this.trueRange.push(x[0]!, x[1]!, x[2]!));
    const highest = this.highs.push(x[0]!);
    const span = highest - this.lows.push(x[1]!);
    y[0] = span === 0 || ranges === 0 ? 0 : this.scale * Math.log10(ranges / span);
  }
}

/** Dorsey (1992): the sum of ema(range) / ema(ema(range)). */
export class Mass implements Calculation {
  private readonly one: Ema;
  private readonly two: Ema;
  private readonly sum: Sum;

  constructor(length: number, window: number) {
    this.one = new Ema(length);
    this.two = new Ema(length);
    this.sum = new Sum(window);
  }

  step(x: Float64Array, y: Float64Array): void {
    const one = this.one.push(x[0]! - x[1]!);
    const two = this.two.push(one);
    y[0] = this.sum.push(two === 0 ? 1 : one / two);
  }
}

/** Bands and channels: upper, middle, lower. Each with its formula. */
import { average } from "../averages/types.ts";
import type { Calculation } from "../declaration.ts";
import { Ema } from "../ema.ts";
import { Extreme } from "../parts/extreme.ts";
import { Moments } from "../parts/moments.ts";
import { isNumber, type Part } from "../parts/part.ts";
import { TrueRange } from "../parts/true-range.ts";
import { Wilder } from "../parts/wilder.ts";
import { Sma } from "../sma.ts";

const put = (y: Float64Array, upper: number, middle: number, lower: number): void => {
  const warm = isNumber(upper + middle + lower);
  y[0] = warm ? upper : Number.NaN;
  y[1] = warm ? middle : Number.NaN;
  y[2] = warm ? lower : Number.NaN;
};

/** Bollinger: an average, and multiples of the population deviation about the window's mean, whatever the average. */
export class Bollinger implements Calculation {
  private readonly moments: Moments;
  private readonly middle: Part;
  private readonly up: number;
  private readonly down: number;
  private readonly simple: boolean;
  private centre = Number.NaN;
  private deviation = Number.NaN;

  constructor(length: number, up: number, down: number, type: string) {
    this.moments = new Moments(length);
    this.middle = average(type, length);
    this.up = up;
    this.down = down;
    this.simple = type === "sma";
  }

  step(x: Float64Array, y: Float64Array): void {
    this.next(x[0]!);
    put(y, this.centre + this.up * this.deviation, this.centre, this.centre - this.down * this.deviation);
  }

  over(inputs: readonly Float64Array[], outputs: readonly Float64Array[]): void {
    const { up, down } = this;
    const [xs, uppers, middles, lowers] = [inputs[0]!, outputs[0]!, outputs[1]!, outputs[2]!];
    this.moments.over(xs, middles, uppers);
    if (!this.simple) for (let t = 0; t < xs.length; t += 1) middles[t] = this.middle.push(xs[t]!);
    let [middle, deviation] = [this.centre, this.deviation];
    for (let t = 0; t < xs.length; t += 1) {
      middle = middles[t]!;
      deviation = Math.sqrt(uppers[t]!);
      const upper = middle + up * deviation;
      const lower = middle - down * deviation;
      const warm = isNumber(upper + middle + lower);
      uppers[t] = warm ? upper : Number.NaN;
      middles[t] = warm ? middle : Number.NaN;
      lowers[t] = warm ? lower : Number.NaN;
    }
    this.centre = middle;
    this.deviation = deviation;
  }

  private next(x: number): void {
    const { moments } = this;
    const warm = moments.push(x);
    this.centre = this.simple ? (warm ? moments.mean : Number.NaN) : this.middle.push(x);
    this.deviation = warm ? Math.sqrt(moments.variance) : Number.NaN;
  }
}

/** Raschke's form of Keltner (1960): the exponential average of the close and multiples of ATR. */
export class Keltner implements Calculation {
  private readonly middle: Ema;
  private readonly trueRange = new TrueRange();
  private readonly range: Wilder;
  private readonly factor: number;

  constructor(length: number, rangeLength: number, factor: number) {
    this.middle = new Ema(length);
    this.range = new Wilder(rangeLength);
    this.factor = factor;
  }

  step(x: Float64Array, y: Float64Array): void {
    const middle = this.middle.push(x[2]!);
    const reach = this.factor * this.range.push(this.trueRange.push(x[0]!, x[1]!, x[2]!));
    put(y, middle + reach, middle, middle - reach);
  }
}

/** Highest high, lowest low, and the middle of both; this candle counted. */
export class Donchian implements Calculation {
  private readonly highs: Extreme;
  private readonly lows: Extreme;

  constructor(length: number) {
    this.highs = new Extreme(length, 1);
    this.lows = new Extreme(length, -1);
  }

  step(x: Float64Array, y: Float64Array): void {
    const highest = this.highs.push(x[0]!);
    const lowest = this.lows.push(x[1]!);
    put(y, highest, (highest + lowest) / 2, lowest);
  }
}

/** Headley: averages of high * (1 + 4 r) and low * (1 - 4 r), r = (high - low) / (high + low), and of the close. */
export class Acceleration implements Calculation {
  private readonly upper: Sma;
  private readonly middle: Sma;
  private readonly lower: Sma;

  constructor(length: number) {
    this.upper = new Sma(length);
    this.middle = new Sma(length);
    this.lower = new Sma(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const high = x[0]!;
    const low = x[1]!;
    const total = high + low;
    const ratio = total === 0 ? 0 : (4 * (high - low)) / total;
    const upper = this.upper.push(high * (1 + ratio));
    const middle = this.middle.push(x[2]!);
    put(y, upper, middle, this.lower.push(low * (1 - ratio)));
  }
}

export class Envelope implements Calculation {
  private readonly middle: Part;
  private readonly share: number;

  constructor(length: number, percent: number, type: string) {
    this.middle = average(type, length);
    this.share = percent / 100;
  }

  step(x: Float64Array, y: Float64Array): void {
    const middle = this.middle.push(x[0]!);
    put(y, middle * (1 + this.share), middle, middle * (1 - this.share));
  }
}

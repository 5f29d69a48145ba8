/** Oscillators of whole candles, each with its formula. */
import type { Calculation } from "../declaration.ts";
import { AbsoluteDeviation } from "../parts/absolute-deviation.ts";
import { Extreme } from "../parts/extreme.ts";
import { isNumber } from "../parts/part.ts";
import { Sum } from "../parts/sum.ts";
import { Window } from "../parts/window.ts";
import { Sma } from "../sma.ts";

/** -100 * (highest - close) / (highest - lowest); 0 where there is no range. */
export class Williams implements Calculation {
  private readonly highs: Extreme;
  private readonly lows: Extreme;

  constructor(length: number) {
    this.highs = new Extreme(length, 1);
    this.lows = new Extreme(length, -1);
  }

  step(x: Float64Array, y: Float64Array): void {
    const highest = this.highs.push(x[0]!);
    const range = highest - this.lows.push(x[1]!);
    y[0] = range === 0 ? 0 : ((highest - x[2]!) / range) * -100;
  }
}

/** Lambert (1980): (typical price - its mean) / (0.015 * its mean absolute deviation). Work grows with the window. */
export class Cci implements Calculation {
  private readonly deviation: AbsoluteDeviation;

  constructor(length: number) {
    this.deviation = new AbsoluteDeviation(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const typical = (x[0]! + x[1]! + x[2]!) / 3;
    const { deviation } = this;
    const size = deviation.push(typical);
    const apart = typical - deviation.mean;
    y[0] = apart === 0 || size === 0 ? 0 : apart / (0.015 * size);
  }
}

/** Williams (1985): buying pressure by true range over three windows, weighed 4, 2, 1, the longer the less. */
export class Ultimate implements Calculation {
  private readonly pressures: readonly Sum[];
  private readonly ranges: readonly Sum[];
  private before = Number.NaN;

  constructor(lengths: readonly [number, number, number]) {
    const sorted = [...lengths].sort((a, b) => a - b);
    this.pressures = sorted.map((length) => new Sum(length));
    this.ranges = sorted.map((length) => new Sum(length));
  }

  step(x: Float64Array, y: Float64Array): void {
    const high = x[0]!;
    const low = x[1]!;
    const close = x[2]!;
    const trueLow = Math.min(low, this.before);
    const range = Math.max(high, this.before) - trueLow;
    this.before = close;
    let value = 0;
    for (let i = 0; i < 3; i += 1) {
      const pressure = this.pressures[i]!.push(close - trueLow);
      const span = this.ranges[i]!.push(range);
      value += (4 >> i) * (span === 0 ? 0 : pressure / span);
    }
    y[0] = (100 * value) / 7;
  }
}

/** (close - open) / (high - low); 0 where there is no range. */
export class Balance implements Calculation {
  step(x: Float64Array, y: Float64Array): void {
    const range = x[1]! - x[2]!;
    y[0] = range <= 0 ? 0 : (x[3]! - x[0]!) / range;
  }
}

/** 100 * rises from open to close / all moves from open to close; 0 where nothing moved. */
export class Intraday implements Calculation {
  private readonly ups: Sum;
  private readonly all: Sum;

  constructor(length: number) {
    this.ups = new Sum(length);
    this.all = new Sum(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const change = x[1]! - x[0]!;
    const up = this.ups.push(change > 0 ? change : 0);
    const all = this.all.push(Math.abs(change));
    y[0] = all === 0 ? 0 : (100 * up) / all;
  }
}

/** Williams (1995): fast less slow simple average of the median price; with a signal, less its simple average. */
export class Awesome implements Calculation {
  private readonly fast: Sma;
  private readonly slow: Sma;
  private readonly signal: readonly Sma[];

  constructor(fast: number, slow: number, signal: number) {
    this.fast = new Sma(Math.min(fast, slow));
    this.slow = new Sma(Math.max(fast, slow));
    this.signal = signal > 0 ? [new Sma(signal)] : [];
  }

  step(x: Float64Array, y: Float64Array): void {
    const median = (x[0]! + x[1]!) / 2;
    const fast = this.fast.push(median);
    const apart = fast - this.slow.push(median);
    const signal = this.signal[0];
    y[0] = signal === undefined ? apart : apart - signal.push(apart);
  }
}

/** (x + 2 x1 + 2 x2 + x3) / 6. */
class Smooth {
  private readonly window = new Window(4);

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const { window } = this;
    window.push(x);
    return window.full ? (x + 2 * window.at(1) + 2 * window.at(2) + window.at(3)) / 6 : Number.NaN;
  }
}

/** Ehlers (2002): smoothed close - open by smoothed high - low; the signal is smoothed likewise. */
export class Vigor implements Calculation {
  private readonly bodies = new Smooth();
  private readonly spans = new Smooth();
  private readonly signal = new Smooth();
  private readonly body: Sum;
  private readonly span: Sum;

  constructor(length: number) {
    this.body = new Sum(length);
    this.span = new Sum(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const body = this.body.push(this.bodies.push(x[3]! - x[0]!));
    const span = this.span.push(this.spans.push(x[1]! - x[2]!));
    const value = span === 0 ? 0 : body / span;
    const signal = this.signal.push(value);
    y[0] = isNumber(signal) ? value : Number.NaN;
    y[1] = signal;
  }
}

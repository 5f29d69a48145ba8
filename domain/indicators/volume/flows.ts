/** Flows: volume weighed by where the candle closed or moved. Each with its formula. */
import { lateAverage } from "../averages/types.ts";
import type { Calculation } from "../declaration.ts";
import { Ema } from "../ema.ts";
import { isNumber, type Part } from "../parts/part.ts";
import { Sum } from "../parts/sum.ts";

/** ((close - low) - (high - close)) / (high - low) * volume; 0 where there is no range. */
const flow = (x: Float64Array): number => {
  const range = x[0]! - x[1]!;
  return range > 0 ? ((x[2]! - x[1]! - (x[0]! - x[2]!)) / range) * x[3]! : 0 * (x[2]! * x[3]!);
};

export class Accumulation implements Calculation {
  private total = 0;

  step(x: Float64Array, y: Float64Array): void {
    const change = flow(x);
    if (isNumber(change)) this.total += change;
    y[0] = isNumber(change) ? this.total : Number.NaN;
  }
}

/** Fast less slow exponential average of the line; both start at its first value, as in TA-Lib. */
export class AccumulationOscillator implements Calculation {
  private readonly slowLength: number;
  private readonly fastWeight: number;
  private readonly slowWeight: number;
  private total = 0;
  private fast = 0;
  private slow = 0;
  private seen = 0;

  constructor(fast: number, slow: number) {
    this.slowLength = Math.max(fast, slow);
    this.fastWeight = 2 / (fast + 1);
    this.slowWeight = 2 / (slow + 1);
  }

  step(x: Float64Array, y: Float64Array): void {
    const change = flow(x);
    y[0] = Number.NaN;
    if (!isNumber(change)) return;
    this.total += change;
    if (this.seen === 0) this.fast = this.slow = this.total;
    this.fast += this.fastWeight * (this.total - this.fast);
    this.slow += this.slowWeight * (this.total - this.slow);
    if (this.seen < this.slowLength) this.seen += 1;
    if (this.seen === this.slowLength) y[0] = this.fast - this.slow;
  }
}

/**
 * MFI (Quong and Soudack 1989): 100 * rising / all money flow, by the typical price, 0 where none flowed; or Chaikin's
 * money flow: the sum of flows by the sum of volumes.
 */
export class MoneyFlow implements Calculation {
  private readonly ups: Sum;
  private readonly all: Sum;
  private readonly chaikin: boolean;
  private before = Number.NaN;

  constructor(length: number, chaikin: boolean) {
    this.ups = new Sum(length);
    this.all = new Sum(length);
    this.chaikin = chaikin;
  }

  step(x: Float64Array, y: Float64Array): void {
    if (this.chaikin) {
      const up = this.ups.push(flow(x));
      const volume = this.all.push(x[3]!);
      y[0] = volume === 0 ? 0 : up / volume;
      return;
    }
    const typical = (x[0]! + x[1]! + x[2]!) / 3;
    const money = typical * x[3]!;
    const change = typical - this.before;
    if (isNumber(typical)) this.before = typical;
    const up = this.ups.push(isNumber(change) ? (change > 0 ? money : 0) : Number.NaN);
    const all = this.all.push(isNumber(change) ? (change === 0 ? 0 : money) : Number.NaN);
    y[0] = all <= 0 ? 0 : (100 * up) / all;
  }
}

export const klingerLookback = (fast: number, slow: number, signal: number): number =>
  1 + Math.max(fast, slow) - 1 + signal - 1;

/** Klinger (1997): volume signed by the trend and scaled by its accumulated range, fast less slow average, and a signal. */
export class Klinger implements Calculation {
  private readonly fast: Part;
  private readonly slow: Part;
  private readonly signal: Ema;
  private price = Number.NaN;
  private span = Number.NaN;
  private trend = 0;
  private run = 0;

  constructor(fast: number, slow: number, signal: number) {
    const longest = Math.max(fast, slow);
    this.fast = lateAverage("ema", fast, longest - 1);
    this.slow = lateAverage("ema", slow, longest - 1);
    this.signal = new Ema(signal);
  }

  step(x: Float64Array, y: Float64Array): void {
    const force = this.force(x[0]! + x[1]! + x[2]!, x[0]! - x[1]!, x[3]!);
    const apart = this.fast.push(force) - this.slow.push(force);
    const signal = this.signal.push(apart);
    y[0] = isNumber(signal) ? apart : Number.NaN;
    y[1] = signal;
  }

  private force(price: number, span: number, volume: number): number {
    const { price: before, span: spanBefore } = this;
    if (!isNumber(price + span + volume)) return Number.NaN;
    this.price = price;
    this.span = span;
    if (!isNumber(before)) return Number.NaN;
    const trend = price > before ? 1 : -1;
    this.run = trend === this.trend ? this.run + span : spanBefore + span;
    this.trend = trend;
    const share = this.run === 0 ? 0 : Math.abs(2 * (span / this.run) - 1);
    return 100 * volume * share * trend;
  }
}

/**
 * How far two averages are apart: MACD (Appel 1979), APO, PPO. As in TA-Lib, MACD's fast average is seeded so late that
 * both have their first value at the same candle; those of APO and PPO each start with the first number. A fast length
 * above the slow one changes place.
 */
import { averageLookback, average, lateAverage } from "../averages/types.ts";
import type { Calculation } from "../declaration.ts";
import { Ema } from "../ema.ts";
import { Late } from "../parts/back.ts";
import { calmFrom, isNumber, type Part } from "../parts/part.ts";

export const apartLookback = (fast: number, slow: number, fastType: string, slowType = fastType): number =>
  Math.max(averageLookback(fastType, fast), averageLookback(slowType, slow));

/** Fast average minus slow one. */
export class Apart<A extends Part = Part> implements Part {
  slow = Number.NaN;
  readonly fastAverage: A;
  readonly slowAverage: A;

  constructor(fastAverage: A, slowAverage: A) {
    this.fastAverage = fastAverage;
    this.slowAverage = slowAverage;
  }

  push(x: number): number {
    this.slow = this.slowAverage.push(x);
    return this.fastAverage.push(x) - this.slow;
  }
}

/** Of averages that have their first value together. */
export const seededTogether = (fast: number, slow: number, fastType: string, slowType = fastType): Apart => {
  const lookback = apartLookback(fast, slow, fastType, slowType);
  return new Apart(lateAverage(fastType, fast, lookback), lateAverage(slowType, slow, lookback));
};

/** Of averages that each start with the first number. */
export const seededApart = (one: number, other: number, type: string): Apart =>
  new Apart(average(type, Math.min(one, other)), average(type, Math.max(one, other)));

/** The same in percent of the slow average; 0 where that is 0. */
export class ApartPercent implements Part {
  private readonly apart: Apart;

  constructor(apart: Apart) {
    this.apart = apart;
  }

  push(x: number): number {
    const apart = this.apart.push(x);
    return this.apart.slow === 0 ? 0 : (100 * apart) / this.apart.slow;
  }
}

/** A number, its average (the signal), and the difference of the two. */
export class Signalled<P extends Part = Part, S extends Part = Part> implements Calculation {
  protected readonly part: P;
  protected readonly signal: S;

  constructor(part: P, signal: S) {
    this.part = part;
    this.signal = signal;
  }

  step(x: Float64Array, y: Float64Array): void {
    const value = this.part.push(x[0]!);
    const signal = this.signal.push(value);
    y[0] = isNumber(signal) ? value : Number.NaN;
    y[1] = signal;
    if (y.length > 2) y[2] = value - signal;
  }
}

/** Over columns all three averages go on in one loop. */
class Macd extends Signalled<Apart<Late<Ema>>, Ema> {
  over(inputs: readonly Float64Array[], outputs: readonly Float64Array[]): void {
    const [xs, values, signals, apart] = [inputs[0]!, outputs[0]!, outputs[1]!, outputs[2]!];
    const { part, signal } = this;
    const [fast, slow] = [part.fastAverage.part, part.slowAverage.part];
    const calm = calmFrom(xs, 0);
    const [x, y] = [new Float64Array(1), new Float64Array(3)];
    let t = 0;
    for (; t < xs.length && !(calm && signal.warm); t += 1) {
      x[0] = xs[t]!;
      this.step(x, y);
      values[t] = y[0]!;
      signals[t] = y[1]!;
      apart[t] = y[2]!;
    }
    const [fastWeight, slowWeight, weight] = [fast.weight, slow.weight, signal.weight];
    let [quick, calmer, mean] = [fast.value, slow.value, signal.value];
    for (; t < xs.length; t += 1) {
      const price = xs[t]!;
      quick += fastWeight * (price - quick);
      calmer += slowWeight * (price - calmer);
      const value = quick - calmer;
      mean += weight * (value - mean);
      values[t] = value;
      signals[t] = mean;
      apart[t] = value - mean;
    }
    fast.value = quick;
    slow.value = part.slow = calmer;
    signal.value = mean;
  }
}

/** Seeded together. */
export const macd = (one: number, other: number, signal: number): Signalled => {
  const [fast, slow] = [Math.min(one, other), Math.max(one, other)];
  const apart = new Apart(new Late(slow - fast, new Ema(fast)), new Late(0, new Ema(slow)));
  return signal === 1 ? new Signalled(apart, average("ema", 1)) : new Macd(apart, new Ema(signal));
};

/** MACD with the weights that its author rounded to 0.15 and 0.075. */
export class FixedApart implements Part {
  private readonly fast = new Late(26 - 12, new Ema(12, 0.15));
  private readonly slow = new Ema(26, 0.075);

  push(x: number): number {
    const slow = this.slow.push(x);
    return this.fast.push(x) - slow;
  }
}

/**
 * How far two averages are apart: MACD (Appel 1979), APO, PPO. As in TA-Lib, MACD's fast average is seeded so late that
 * both have their first value at the same candle; those of APO and PPO each start with the first number. A fast length
 * above the slow one changes place.
 */
import { averageLookback, average, lateAverage } from "../averages/types.ts";
import type { Calculation } from "../declaration.ts";
import { Ema } from "../ema.ts";
import { Late } from "../parts/back.ts";
import { isNumber, type Part } from "../parts/part.ts";

export const apartLookback = (fast: number, slow: number, fastType: string, slowType = fastType): number =>
  Math.max(averageLookback(fastType, fast), averageLookback(slowType, slow));

/** Fast average minus slow one. */
export class Apart implements Part {
  slow = Number.NaN;
  private readonly fastAverage: Part;
  private readonly slowAverage: Part;

  constructor(fastAverage: Part, slowAverage: Part) {
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
export class Signalled implements Calculation {
  private readonly part: Part;
  private readonly signal: Part;

  constructor(part: Part, signal: Part) {
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

export const macd = (fast: number, slow: number, signal: number): Signalled =>
  new Signalled(seededTogether(Math.min(fast, slow), Math.max(fast, slow), "ema"), average("ema", signal));

/** MACD with the weights that its author rounded to 0.15 and 0.075. */
export class FixedApart implements Part {
  private readonly fast = new Late(26 - 12, new Ema(12, 0.15));
  private readonly slow = new Ema(26, 0.075);

  push(x: number): number {
    const slow = this.slow.push(x);
    return this.fast.push(x) - slow;
  }
}

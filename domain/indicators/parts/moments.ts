/**
 * Mean and population variance of the last `length` numbers. Sums are taken about a number near to them, and anew from
 * the window every `length` pushes: constant work a push on average, no cancellation at large prices, and no drift.
 * A window of equal numbers has variance 0 exactly.
 */
import { calmFrom, isNumber } from "./part.ts";
import { Window } from "./window.ts";

/** Numbers of a column at a time, or as many as the window has. */
const BLOCK = 1_024;

export class Moments {
  mean = Number.NaN;
  variance = Number.NaN;
  private readonly window: Window;
  private origin = 0;
  private sum = 0;
  private squares = 0;
  private untilAnew = 0;
  /** How many equal numbers came last. */
  private equal = 0;
  private last = Number.NaN;

  constructor(length: number) {
    this.window = new Window(length);
  }

  /** Whether there are values. */
  push(x: number): boolean {
    if (!isNumber(x)) return false;
    const { window } = this;
    const { length } = window;
    const gone = window.push(x);
    this.equal = x === this.last ? this.equal + 1 : 1;
    this.last = x;
    if (!window.full) return false;
    if (this.untilAnew === 0) this.anew();
    else {
      const d = x - this.origin;
      const e = gone - this.origin;
      this.sum += d - e;
      this.squares += d * d - e * e;
    }
    this.untilAnew -= 1;
    const mean = this.sum / length;
    const flat = this.equal >= length;
    this.mean = flat ? x : this.origin + mean;
    this.variance = flat ? 0 : Math.max(0, this.squares / length - mean * mean);
    return true;
  }

  /** `push` for each number of a column; NaN where there is no value. */
  over(xs: Float64Array, means: Float64Array, variances: Float64Array): void {
    const { window } = this;
    const { length } = window;
    // Behind these the window is what the column has.
    const begin = calmFrom(xs, 0) ? Math.min(xs.length, length - window.seen + length) : xs.length;
    for (let t = 0; t < begin; t += 1) {
      const warm = this.push(xs[t]!);
      means[t] = warm ? this.mean : Number.NaN;
      variances[t] = warm ? this.variance : Number.NaN;
    }
    if (begin === xs.length) return;
    const rows = Math.max(BLOCK, length);
    for (let t = begin; t < xs.length; t += rows)
      this.block(xs, t, Math.min(xs.length, t + rows), means, variances);
    window.passOver(xs, begin);
  }

  /** Of a full window that is what the column has before `from`. A method is compiled where one long loop may not be. */
  private block(
    xs: Float64Array,
    from: number,
    to: number,
    means: Float64Array,
    variances: Float64Array,
  ): void {
    const { length } = this.window;
    let { origin, sum, squares, untilAnew, equal, last } = this;
    // The window that is summed anew holds just what has come since the time before.
    let total = 0;
    for (let t = from + 1 + untilAnew - length; t < from; t += 1) total += xs[t]!;
    for (let t = from; t < to; t += 1) {
      const x = xs[t]!;
      equal = x === last ? equal + 1 : 1;
      last = x;
      total += x;
      if (untilAnew === 0) {
        origin = total / length;
        total = sum = squares = 0;
        for (let k = t - length + 1; k <= t; k += 1) {
          const d = xs[k]! - origin;
          sum += d;
          squares += d * d;
        }
        untilAnew = length;
      } else {
        const d = x - origin;
        const e = xs[t - length]! - origin;
        sum += d - e;
        squares += d * d - e * e;
      }
      untilAnew -= 1;
      const mean = sum / length;
      const flat = equal >= length;
      means[t] = flat ? x : origin + mean;
      const variance = squares / length - mean * mean;
      variances[t] = flat || variance <= 0 ? 0 : variance;
    }
    this.origin = origin;
    this.sum = sum;
    this.squares = squares;
    this.untilAnew = untilAnew;
    this.equal = equal;
    this.last = last;
    this.mean = means[to - 1]!;
    this.variance = variances[to - 1]!;
  }

  private anew(): void {
    const { window } = this;
    const { length } = window;
    let total = 0;
    for (let age = length - 1; age >= 0; age -= 1) total += window.at(age);
    this.origin = total / length;
    this.sum = this.squares = 0;
    for (let age = length - 1; age >= 0; age -= 1) {
      const d = window.at(age) - this.origin;
      this.sum += d;
      this.squares += d * d;
    }
    this.untilAnew = length;
  }
}

/**
 * Mean and population variance of the last `length` numbers. Sums are taken about a number near to them, and anew from
 * the window every `length` pushes: constant work a push on average, no cancellation at large prices, and no drift.
 * A window of equal numbers has variance 0 exactly.
 */
import { isNumber } from "./part.ts";
import { Window } from "./window.ts";

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

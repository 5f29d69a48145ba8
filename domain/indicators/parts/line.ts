/**
 * Least squares line through the last `length` numbers, at x = 0 (oldest) to length - 1. Sums about a number near to
 * them, taken anew from the window every `length` pushes, so that they neither drift nor cancel.
 */
import { isNumber } from "./part.ts";
import { Window } from "./window.ts";

export class Line {
  /** Rise a push. */
  slope = Number.NaN;
  /** At the oldest number. */
  intercept = Number.NaN;
  /** Sum of (x + 1) * y over the sum of (x + 1): the linearly weighted mean. */
  weighted = Number.NaN;
  readonly length: number;
  private readonly window: Window;
  private origin = 0;
  private sum = 0;
  /** Of x * (y - origin). */
  private products = 0;
  private untilAnew = 0;

  constructor(length: number) {
    this.length = length;
    this.window = new Window(length);
  }

  /** Whether there are values. */
  push(y: number): boolean {
    if (!isNumber(y)) return false;
    const { window, length } = this;
    const gone = window.push(y);
    if (!window.full) return false;
    if (this.untilAnew === 0) this.anew();
    else {
      const d = y - this.origin;
      const e = gone - this.origin;
      // The others move one step to the left.
      this.products += (length - 1) * d - (this.sum - e);
      this.sum += d - e;
    }
    this.untilAnew -= 1;
    this.solve();
    return true;
  }

  private solve(): void {
    const { length, sum, products, origin } = this;
    const xs = (length * (length - 1)) / 2;
    const xxs = ((length - 1) * length * (2 * length - 1)) / 6;
    this.slope = length === 1 ? 0 : (length * products - xs * sum) / (length * xxs - xs * xs);
    this.intercept = origin + (sum - this.slope * xs) / length;
    this.weighted = origin + (products + sum) / (xs + length);
  }

  private anew(): void {
    const { window, length } = this;
    this.origin = window.oldest;
    this.sum = this.products = 0;
    for (let x = 0; x < length; x += 1) {
      const d = window.at(length - 1 - x) - this.origin;
      this.sum += d;
      this.products += x * d;
    }
    this.untilAnew = length;
  }
}

/**
 * Sum of the last `length` numbers. What each addition rounds off is kept apart and added back (Neumaier 1974), so that
 * it does not drift however long it runs.
 */
import { isNumber, type Part } from "./part.ts";
import { Window } from "./window.ts";

export class Sum implements Part {
  readonly length: number;
  private readonly window: Window;
  private sum = 0;
  private lost = 0;

  constructor(length: number) {
    this.length = length;
    this.window = new Window(length);
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const { window } = this;
    const gone = window.push(x);
    if (isNumber(gone)) this.add(-gone);
    this.add(x);
    return window.full ? this.sum + this.lost : Number.NaN;
  }

  private add(x: number): void {
    const { sum } = this;
    const total = sum + x;
    this.lost += Math.abs(sum) >= Math.abs(x) ? sum - total + x : x - total + sum;
    this.sum = total;
  }
}

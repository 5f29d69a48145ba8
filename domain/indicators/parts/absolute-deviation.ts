/** Mean distance of the last `length` numbers from their mean. Work grows with the window, for each mean has its own distances. */
import { Sma } from "../sma.ts";
import { isNumber, type Part } from "./part.ts";
import { Window } from "./window.ts";

export class AbsoluteDeviation implements Part {
  mean = Number.NaN;
  private readonly window: Window;
  private readonly average: Sma;

  constructor(length: number) {
    this.window = new Window(length);
    this.average = new Sma(length);
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const { window } = this;
    window.push(x);
    const mean = (this.mean = this.average.push(x));
    if (!window.full) return Number.NaN;
    let sum = 0;
    for (let age = window.length - 1; age >= 0; age -= 1) sum += Math.abs(window.at(age) - mean);
    return sum / window.length;
  }
}

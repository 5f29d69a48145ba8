/**
 * Kaufman's adaptive average (Smarter Trading, 1995). Efficiency is the change over `length` candles by the sum of the
 * changes on the way; the weight lies between those of exponential averages of 2 and 30. It starts from the number
 * before its first value, as TA-Lib's does.
 */
import { isNumber, type Part } from "../parts/part.ts";
import { Sum } from "../parts/sum.ts";
import { Window } from "../parts/window.ts";

const FAST = 2 / 3;
const SLOW = 2 / 31;

/** |change over the window| / sum of |changes| in it, from 0 to 1; 1 where nothing moved. */
export class Efficiency implements Part {
  private readonly window: Window;
  private readonly path: Sum;
  private last = Number.NaN;

  constructor(length: number) {
    this.window = new Window(length);
    this.path = new Sum(length);
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const path = this.path.push(Math.abs(x - this.last));
    const from = this.window.push(x);
    this.last = x;
    if (!isNumber(from)) return Number.NaN;
    return path <= 0 ? 1 : Math.min(1, Math.abs(x - from) / path);
  }
}

export class Kama implements Part {
  private readonly efficiency: Efficiency;
  private value = Number.NaN;

  constructor(length: number) {
    this.efficiency = new Efficiency(length);
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const efficiency = this.efficiency.push(x);
    if (!isNumber(efficiency)) {
      this.value = x;
      return Number.NaN;
    }
    const weight = (efficiency * (FAST - SLOW) + SLOW) ** 2;
    return (this.value += weight * (x - this.value));
  }
}

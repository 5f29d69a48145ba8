/** Looking back: the number of `length` pushes ago, and the difference to it. */
import { isNumber, type Part } from "./part.ts";
import { Window } from "./window.ts";

export class Back implements Part {
  private readonly window: Window;

  constructor(length: number) {
    this.window = new Window(length);
  }

  /** What was pushed `length` pushes ago. */
  push(x: number): number {
    return isNumber(x) ? this.window.push(x) : Number.NaN;
  }
}

/** Lets the first `count` numbers pass unseen: so that two averages start their seeds at the same candle. */
export class Late<P extends Part = Part> implements Part {
  readonly part: P;
  private left: number;

  constructor(count: number, part: P) {
    this.left = count;
    this.part = part;
  }

  push(x: number): number {
    if (this.left === 0 || !isNumber(x)) return this.part.push(x);
    this.left -= 1;
    return Number.NaN;
  }
}

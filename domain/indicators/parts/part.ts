/**
 * The shape of what indicators are built from: a number in, a number out, NaN until warm. An input that is no finite
 * number gives NaN and is otherwise not seen: so parts chain, and one waits for what warms up before it.
 */
import type { Calculation } from "../declaration.ts";

export interface Part {
  push(x: number): number;
  /** `push` for each number of a column. A loop in the class itself is compiled for it alone. */
  over?(xs: Float64Array, ys: Float64Array): void;
}

/** An indicator that is one part of one series. */
export class Single implements Calculation {
  private readonly part: Part;

  constructor(part: Part) {
    this.part = part;
  }

  step(x: Float64Array, y: Float64Array): void {
    y[0] = this.part.push(x[0]!);
  }

  over(inputs: readonly Float64Array[], outputs: readonly Float64Array[]): void {
    const { part } = this;
    const [xs, ys] = [inputs[0]!, outputs[0]!];
    if (part.over !== undefined) part.over(xs, ys);
    else for (let t = 0; t < xs.length; t += 1) ys[t] = part.push(xs[t]!);
  }
}

/** So far from the largest double that differences, and sums of a window, of such numbers are numbers too. */
const CALM_MAX = 2 ** 1_000;

/** Whether all from here on are numbers that no sum of a window takes out of range: a loop need not look at each again. */
export const calmFrom = (xs: Float64Array, from: number): boolean => {
  for (let t = from; t < xs.length; t += 1) if (!(Math.abs(xs[t]!) < CALM_MAX)) return false;
  return true;
};

export const isNumber = (x: number): boolean => x - x === 0;

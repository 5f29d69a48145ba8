/**
 * The shape of what indicators are built from: a number in, a number out, NaN until warm. An input that is no finite
 * number gives NaN and is otherwise not seen: so parts chain, and one waits for what warms up before it.
 */
import type { Calculation } from "../declaration.ts";

export interface Part {
  push(x: number): number;
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
}

export const isNumber = (x: number): boolean => x - x === 0;

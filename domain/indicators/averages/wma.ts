/** Linearly weighted average: the newest of `length` numbers weighs `length`, the oldest 1. */
import { Line } from "../parts/line.ts";
import type { Part } from "../parts/part.ts";

export class Wma implements Part {
  private readonly line: Line;

  constructor(length: number) {
    this.line = new Line(length);
  }

  push(x: number): number {
    return this.line.push(x) ? this.line.weighted : Number.NaN;
  }
}

/**
 * Wilder's smoothing (New Concepts in Technical Trading Systems, 1978): the plain mean of the first `length` numbers,
 * then value = (value * (length - 1) + x) / length.
 */
import { isNumber, type Part } from "./part.ts";

export class Wilder implements Part {
  private readonly length: number;
  private seen = 0;
  private value = 0;

  constructor(length: number) {
    this.length = length;
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const { length } = this;
    if (this.seen === length) return (this.value = (this.value * (length - 1) + x) / length);
    this.seen += 1;
    this.value += x;
    if (this.seen < length) return Number.NaN;
    return (this.value /= length);
  }
}

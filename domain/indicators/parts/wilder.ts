/** Wilder's two ways of smoothing (New Concepts in Technical Trading Systems, 1978). */
import { isNumber, type Part } from "./part.ts";

/** The plain mean of the first `length` numbers, then value = (value * (length - 1) + x) / length. */
export class Wilder implements Part {
  readonly length: number;
  private seen = 0;
  /** The sum until warm, then the mean. */
  value = 0;

  constructor(length: number) {
    this.length = length;
  }

  get warm(): boolean {
    return this.seen === this.length;
  }

  push(x: number): number {
    return isNumber(x) && this.take(x) ? this.value : Number.NaN;
  }

  /** `x`: a number. Whether `value` is the mean now. */
  take(x: number): boolean {
    const { length } = this;
    if (this.seen === length) {
      this.value = (this.value * (length - 1) + x) / length;
      return true;
    }
    this.seen += 1;
    this.value += x;
    if (this.seen < length) return false;
    this.value /= length;
    return true;
  }
}

/** Running total: the sum of the first `length` - 1 numbers, then total - total / length + x; as TA-Lib begins it. */
export class WilderSum implements Part {
  private readonly length: number;
  private readonly tellsFirst: boolean;
  private seen = 0;
  private total = 0;

  /** `tellsFirst`: the first sum is a value too, not only what follows. */
  constructor(length: number, tellsFirst: boolean) {
    this.length = length;
    this.tellsFirst = tellsFirst;
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const { length } = this;
    if (this.seen < length - 1) {
      this.total += x;
      this.seen += 1;
      return this.tellsFirst && this.seen === length - 1 ? this.total : Number.NaN;
    }
    return (this.total = this.total - this.total / length + x);
  }
}

/**
 * Highest or lowest of the last `length` numbers, by a queue in which each number waits behind greater ones only:
 * two steps a push on average, whatever the length. Of equal ones the newest counts.
 */
import { isNumber, type Part } from "./part.ts";

export class Extreme implements Part {
  /** How many pushes ago the extreme came. */
  age = 0;
  private readonly length: number;
  /** 1 keeps the highest, -1 the lowest. */
  private readonly sign: number;
  private readonly values: Float64Array;
  private readonly stamps: Float64Array;
  private head = 0;
  private count = 0;
  private seen = 0;

  constructor(length: number, sign: 1 | -1) {
    this.length = length;
    this.sign = sign;
    this.values = new Float64Array(length);
    this.stamps = new Float64Array(length);
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const { length, values, stamps, sign, seen } = this;
    if (this.count > 0 && stamps[this.head]! <= seen - length) {
      this.head = this.head + 1 === length ? 0 : this.head + 1;
      this.count -= 1;
    }
    const signed = sign * x;
    let tail = this.head + this.count;
    if (tail >= length) tail -= length;
    while (this.count > 0) {
      const last = tail === 0 ? length - 1 : tail - 1;
      if (values[last]! > signed) break;
      tail = last;
      this.count -= 1;
    }
    values[tail] = signed;
    stamps[tail] = seen;
    this.count += 1;
    this.seen = seen + 1;
    this.age = seen - stamps[this.head]!;
    return this.seen < length ? Number.NaN : sign * values[this.head]!;
  }
}

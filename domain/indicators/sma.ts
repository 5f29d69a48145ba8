/**
 * Simple moving average: the mean of the last `length` inputs.
 *
 * A ring and a running sum. What each addition rounds off is kept apart and added back, so
 * that the sum does not drift however long it runs: it forgets a large old price completely. What is no
 * finite number gives NaN and is otherwise not seen.
 */
import { readCount, readNumber, readNumbers, readObject } from "../values/read.ts";
import { checkedLength, type Indicator, type IndicatorState, sameLength } from "./indicator.ts";
import { isNumber } from "./parts/part.ts";

/** What the sum of two numbers lacks, exactly, whichever is greater (Knuth, TAOCP 2, 4.2.2). */
const roundedOff = (a: number, b: number, sum: number): number => {
  const added = sum - a;
  return a - (sum - added) + (b - added);
};

export class Sma implements Indicator {
  readonly length: number;
  readonly lookback: number;
  private readonly ring: Float64Array;
  private next = 0;
  private seen = 0;
  private sum = 0;
  private lost = 0;

  constructor(length: number) {
    this.length = checkedLength(length, "length");
    this.lookback = length - 1;
    this.ring = new Float64Array(length);
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const { length, ring, next } = this;
    let { sum, lost } = this;
    if (this.seen === length) {
      const gone = -ring[next]!;
      const less = sum + gone;
      lost += roundedOff(sum, gone, less);
      sum = less;
    } else this.seen += 1;
    const total = sum + x;
    lost += roundedOff(sum, x, total);
    this.sum = total;
    this.lost = lost;
    ring[next] = x;
    this.next = next + 1 === length ? 0 : next + 1;
    return this.seen === length ? (total + lost) / length : Number.NaN;
  }

  over(xs: Float64Array, ys: Float64Array): void {
    const { length, ring } = this;
    // Behind these the ring holds what the column has, or something in the last `length` of them is no number.
    const begin = Math.min(xs.length, length - this.seen + length);
    for (let t = 0; t < begin; t += 1) ys[t] = this.push(xs[t]!);
    let { sum, lost } = this;
    for (let t = begin; t < xs.length; t += 1) {
      const x = xs[t]!;
      const gone = xs[t - length]!;
      const less = sum - gone;
      const taken = less - sum;
      lost += sum - (less - taken) - (gone + taken);
      sum = less + x;
      const added = sum - less;
      lost += less - (sum - added) + (x - added);
      ys[t] = (sum + lost) / length;
    }
    // A sum that has met what is no number stays none.
    if (!isNumber(sum + lost)) {
      for (let t = begin; t < xs.length; t += 1) ys[t] = this.push(xs[t]!);
      return;
    }
    this.sum = sum;
    this.lost = lost;
    for (let t = Math.max(begin, xs.length - length); t < xs.length; t += 1)
      ring[(this.next + t - begin) % length] = xs[t]!;
    this.next = (this.next + xs.length - begin) % length;
  }

  save(): IndicatorState {
    const { length, next, seen, sum, lost } = this;
    return { length, next, seen, sum, lost, ring: [...this.ring] };
  }

  load(saved: unknown, field = "sma"): void {
    const from = readObject(saved, field);
    sameLength(this.length, from.length, `${field}.length`);
    this.ring.set(readNumbers(from.ring, this.length, `${field}.ring`));
    this.next = readCount(from.next, `${field}.next`);
    this.seen = readCount(from.seen, `${field}.seen`);
    this.sum = readNumber(from.sum, `${field}.sum`);
    this.lost = readNumber(from.lost, `${field}.lost`);
  }
}

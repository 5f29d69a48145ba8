/**
 * Simple moving average: the mean of the last `length` inputs.
 *
 * A ring and a running sum. What each addition rounds off is kept apart and added back (Neumaier 1974), so
 * that the sum does not drift however long it runs: it forgets a large old price completely. What is no
 * finite number gives NaN and is otherwise not seen.
 */
import { readCount, readNumber, readNumbers, readObject } from "../values/read.ts";
import { checkedLength, type Indicator, type IndicatorState, sameLength } from "./indicator.ts";
import { isNumber } from "./parts/part.ts";

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
    if (this.seen === length) this.add(-ring[next]!);
    else this.seen += 1;
    this.add(x);
    ring[next] = x;
    this.next = next + 1 === length ? 0 : next + 1;
    return this.seen === length ? (this.sum + this.lost) / length : Number.NaN;
  }

  over(xs: Float64Array, ys: Float64Array): void {
    let t = 0;
    for (; t < xs.length && this.seen < this.length; t += 1) ys[t] = this.push(xs[t]!);
    const { length, ring } = this;
    let { next, sum, lost } = this;
    for (; t < xs.length; t += 1) {
      const x = xs[t]!;
      ys[t] = Number.NaN;
      if (!isNumber(x)) continue;
      const gone = -ring[next]!;
      const less = sum + gone;
      lost += Math.abs(sum) >= Math.abs(gone) ? sum - less + gone : gone - less + sum;
      sum = less + x;
      lost += Math.abs(less) >= Math.abs(x) ? less - sum + x : x - sum + less;
      ring[next] = x;
      next = next + 1 === length ? 0 : next + 1;
      ys[t] = (sum + lost) / length;
    }
    this.next = next;
    this.sum = sum;
    this.lost = lost;
  }

  private add(x: number): void {
    const { sum } = this;
    const total = sum + x;
    this.lost += Math.abs(sum) >= Math.abs(x) ? sum - total + x : x - total + sum;
    this.sum = total;
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

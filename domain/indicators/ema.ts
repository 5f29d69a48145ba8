/**
 * Exponential moving average: value += weight * (x - value), weight = 2 / (length + 1).
 *
 * It starts with the simple average of the first `length` inputs, as TA-Lib's EMA does. What is no finite number
 * gives NaN and is otherwise not seen.
 */
import { readCount, readNumber, readObject } from "../values/read.ts";
import { checkedLength, type Indicator, type IndicatorState, sameLength } from "./indicator.ts";
import { calmFrom, isNumber } from "./parts/part.ts";

export class Ema implements Indicator {
  readonly length: number;
  readonly lookback: number;
  readonly weight: number;
  private seen = 0;
  /** The sum of the inputs until warm, then the average. */
  value = 0;

  /** Another `weight` than that of the length, where a definition rounds it. */
  constructor(length: number, weight = 2 / (length + 1)) {
    this.length = checkedLength(length, "length");
    this.lookback = length - 1;
    this.weight = weight;
  }

  get warm(): boolean {
    return this.seen === this.length;
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const { length } = this;
    if (this.seen === length) return (this.value += this.weight * (x - this.value));
    this.seen += 1;
    this.value += x;
    if (this.seen < length) return Number.NaN;
    return (this.value /= length);
  }

  over(xs: Float64Array, ys: Float64Array): void {
    let t = 0;
    for (; t < xs.length && this.seen < this.length; t += 1) ys[t] = this.push(xs[t]!);
    if (!calmFrom(xs, t)) {
      for (; t < xs.length; t += 1) ys[t] = this.push(xs[t]!);
      return;
    }
    const { weight } = this;
    let { value } = this;
    for (; t < xs.length; t += 1) ys[t] = value += weight * (xs[t]! - value);
    this.value = value;
  }

  save(): IndicatorState {
    return { length: this.length, seen: this.seen, value: this.value };
  }

  load(saved: unknown, field = "ema"): void {
    const from = readObject(saved, field);
    sameLength(this.length, from.length, `${field}.length`);
    this.seen = readCount(from.seen, `${field}.seen`);
    this.value = readNumber(from.value, `${field}.value`);
  }
}

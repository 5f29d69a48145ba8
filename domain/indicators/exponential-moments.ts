/**
 * Exponentially weighted mean and variance in one pass (West 1979; Finch 2009, "Incremental calculation of
 * weighted mean and variance"): with weight a = 2 / (memory + 1) and d = x - mean,
 * mean += a d and variance = (1 - a) (variance + a d^2). No cancellation: the variance is never negative.
 */
import { readCount, readNotNegative, readNumber, readObject } from "../values/read.ts";
import { checkedLength, type Indicator, type IndicatorState, sameLength } from "./indicator.ts";

export class ExponentialMoments implements Indicator {
  readonly memory: number;
  readonly lookback: number;
  mean = 0;
  variance = 0;
  private readonly weight: number;
  private seen = 0;

  /** Warm after `memory` inputs. */
  constructor(memory: number) {
    this.memory = checkedLength(memory, "memory");
    this.lookback = memory - 1;
    this.weight = 2 / (memory + 1);
  }

  /** The mean. */
  push(x: number): number {
    if (this.seen === 0) this.mean = x;
    else {
      const surprise = x - this.mean;
      const step = this.weight * surprise;
      this.mean += step;
      this.variance = (1 - this.weight) * (this.variance + step * surprise);
    }
    if (this.seen < this.memory) this.seen += 1;
    return this.seen === this.memory ? this.mean : Number.NaN;
  }

  /**
   * Deviations between `x` and the mean: 0 where nothing has varied, NaN until warm. Asked for the input
   * just pushed, its size stays below sqrt((memory - 1) / 2), as that input is in the variance too.
   */
  score(x: number): number {
    if (this.seen < this.memory) return Number.NaN;
    return this.variance === 0 ? 0 : (x - this.mean) / Math.sqrt(this.variance);
  }

  save(): IndicatorState {
    return { memory: this.memory, seen: this.seen, mean: this.mean, variance: this.variance };
  }

  load(saved: unknown, field = "moments"): void {
    const from = readObject(saved, field);
    sameLength(this.memory, from.memory, `${field}.memory`);
    this.seen = readCount(from.seen, `${field}.seen`);
    this.mean = readNumber(from.mean, `${field}.mean`);
    this.variance = readNotNegative(from.variance, `${field}.variance`);
  }
}

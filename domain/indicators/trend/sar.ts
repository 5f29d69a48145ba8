/**
 * Wilder's parabolic stop and reverse (1978) with TA-Lib's start: long, unless the second candle moved down. The
 * extended form has separate accelerations for each side, tells short stops as negative numbers, and may start itself.
 */
import type { Calculation } from "../declaration.ts";

export interface SarSide {
  readonly initial: number;
  readonly step: number;
  readonly max: number;
}

export class Sar implements Calculation {
  /** Of long and of short: initial, step, max. */
  private readonly rates: Float64Array;
  private readonly start: number;
  private readonly offset: number;
  private readonly signed: boolean;
  private seen = 0;
  private long = true;
  private high = 0;
  private low = 0;
  private extreme = 0;
  private stop = 0;
  private rate = 0;

  /** `start`: 0 finds the side itself, above 0 starts long at that stop, below 0 short. `offset`: added at a reversal. */
  constructor(long: SarSide, short: SarSide, start = 0, offset = 0, signed = false) {
    this.rates = Float64Array.of(long.initial, long.step, long.max, short.initial, short.step, short.max);
    this.start = start;
    this.offset = offset;
    this.signed = signed;
  }

  step(x: Float64Array, y: Float64Array): void {
    const high = x[0]!;
    const low = x[1]!;
    if (high - low - (high - low) !== 0) {
      y[0] = Number.NaN;
      return;
    }
    this.seen = Math.min(2, this.seen + 1);
    if (this.seen === 1) {
      this.high = high;
      this.low = low;
      y[0] = Number.NaN;
      return;
    }
    if (this.rate === 0) this.begin(high, low);
    const told = this.long ? this.stepLong(high, low) : this.stepShort(high, low);
    this.high = high;
    this.low = low;
    y[0] = told;
  }

  private begin(high: number, low: number): void {
    const down = this.low - low;
    const up = high - this.high;
    this.long = this.start === 0 ? !(down > 0 && up < down) : this.start > 0;
    this.extreme = this.long ? high : low;
    this.stop = this.start === 0 ? (this.long ? this.low : this.high) : Math.abs(this.start);
    this.rate = this.rates[this.long ? 0 : 3]!;
    // TA-Lib compares the first stop with this candle, not with the one before.
    this.high = high;
    this.low = low;
  }

  private stepLong(high: number, low: number): number {
    if (low <= this.stop) {
      this.long = false;
      this.stop = Math.max(this.extreme, this.high, high);
      if (this.offset !== 0) this.stop += this.stop * this.offset;
      const told = this.signed ? -this.stop : this.stop;
      this.rate = this.rates[3]!;
      this.extreme = low;
      this.stop = Math.max(this.stop + this.rate * (low - this.stop), this.high, high);
      return told;
    }
    const told = this.stop;
    if (high > this.extreme) {
      this.extreme = high;
      this.rate = Math.min(this.rate + this.rates[1]!, this.rates[2]!);
    }
    this.stop = Math.min(this.stop + this.rate * (this.extreme - this.stop), this.low, low);
    return told;
  }

  private stepShort(high: number, low: number): number {
    if (high >= this.stop) {
      this.long = true;
      this.stop = Math.min(this.extreme, this.low, low);
      if (this.offset !== 0) this.stop -= this.stop * this.offset;
      const told = this.stop;
      this.rate = this.rates[0]!;
      this.extreme = high;
      this.stop = Math.min(this.stop + this.rate * (high - this.stop), this.low, low);
      return told;
    }
    const told = this.signed ? -this.stop : this.stop;
    if (low < this.extreme) {
      this.extreme = low;
      this.rate = Math.min(this.rate + this.rates[4]!, this.rates[5]!);
    }
    this.stop = Math.max(this.stop + this.rate * (this.extreme - this.stop), this.high, high);
    return told;
  }
}

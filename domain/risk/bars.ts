/**
 * What the rules remember of one instrument's price, bar by bar: its returns, its range, its variance. Prices are the marks that
 * the portfolio was told; a bar is closed by the last of them. Doubles, allocated once.
 */

/** Weight of the past in the variance of returns: RiskMetrics' for daily data (1996). */
export const LAMBDA = 0.94;
/** Bars of the average true range: Wilder's. */
const RANGE_BARS = 14;

export interface SavedBars {
  readonly numbers: readonly number[];
  readonly returns: readonly number[];
}

export class Bars {
  /** Of the bar that is open; 0 before the first price. */
  last = 0;
  high = 0;
  low = 0;
  /** Close of the bar before; 0 without one. */
  private before = 0;
  private closedBar = -1;
  private ranges = 0;
  /** Wilder's average true range: the mean of the first 14 ranges, then 1/14 of each new one. */
  private rangeMean = 0;
  /** Of returns about 0, exponentially weighted; the first one begins it. */
  private variance = NaN;
  private readonly ring: Float64Array;
  private total = 0;

  /** `window`: how many returns are kept. */
  constructor(window: number) {
    this.ring = new Float64Array(window);
  }

  see(price: number): void {
    if (this.last === 0 || price > this.high) this.high = price;
    if (this.last === 0 || price < this.low) this.low = price;
    this.last = price;
  }

  /** The bar of this number has ended. A return over a gap of bars is left out. */
  close(bar: number): void {
    const { last, before } = this;
    if (last === 0) return;
    if (before > 0 && bar === this.closedBar + 1) {
      const value = Math.log(last / before);
      this.ring[this.total % this.ring.length] = value;
      this.total += 1;
      const square = value * value;
      this.variance = Number.isNaN(this.variance) ? square : LAMBDA * this.variance + (1 - LAMBDA) * square;
      this.takeRange(Math.max(this.high, before) - Math.min(this.low, before));
    }
    this.before = last;
    this.closedBar = bar;
    this.high = last;
    this.low = last;
  }

  /** How many returns there are. */
  get count(): number {
    return Math.min(this.total, this.ring.length);
  }

  /** Newest last; the last `count` of them, which must not be more than there are. */
  returns(count = this.count): Float64Array {
    const found = new Float64Array(count);
    for (let k = 0; k < count; k += 1) found[k] = this.ring[(this.total - count + k) % this.ring.length]!;
    return found;
  }

  /** In price units; NaN before the 14th bar. */
  get averageRange(): number {
    return this.ranges < RANGE_BARS ? NaN : this.rangeMean;
  }

  /** Of one bar's return; NaN before the first. */
  get deviation(): number {
    return Math.sqrt(this.variance);
  }

  save(): SavedBars {
    const { last, high, low, before, closedBar, ranges, rangeMean, variance } = this;
    const numbers = [
      last,
      high,
      low,
      before,
      closedBar,
      ranges,
      rangeMean,
      Number.isNaN(variance) ? -1 : variance,
    ];
    return { numbers, returns: [...this.returns()] };
  }

  load({ numbers, returns }: SavedBars): this {
    [this.last, this.high, this.low, this.before] = numbers as [number, number, number, number];
    [this.closedBar, this.ranges, this.rangeMean, this.variance] = numbers.slice(4) as [
      number,
      number,
      number,
      number,
    ];
    if (this.variance < 0) this.variance = NaN;
    for (const value of returns.slice(-this.ring.length)) {
      this.ring[this.total % this.ring.length] = value;
      this.total += 1;
    }
    return this;
  }

  private takeRange(range: number): void {
    this.ranges += 1;
    this.rangeMean =
      this.ranges <= RANGE_BARS
        ? this.rangeMean + (range - this.rangeMean) / this.ranges
        : this.rangeMean + (range - this.rangeMean) / RANGE_BARS;
  }
}

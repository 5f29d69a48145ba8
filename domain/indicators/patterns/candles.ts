/**
 * The last candles as patterns look at them. What is long, short, near or equal is judged by the candles before: means
 * of bodies, ranges and shadows over 10 or 5 of them, with TA-Lib's factors. Ages count back from the newest, 0.
 */
const KEPT = 16;
const MASK = KEPT - 1;
const LONG = 10;
const SHORT = 5;

export class Candles {
  private readonly opens = new Float64Array(KEPT);
  private readonly highs = new Float64Array(KEPT);
  private readonly lows = new Float64Array(KEPT);
  private readonly closes = new Float64Array(KEPT);
  /** Means over the candles before each: bodies, ranges, shadows of ten, ranges of five. */
  private readonly bodies = new Float64Array(KEPT);
  private readonly ranges = new Float64Array(KEPT);
  private readonly shadows = new Float64Array(KEPT);
  private readonly nearRanges = new Float64Array(KEPT);
  private newest = -1;

  push(open: number, high: number, low: number, close: number): void {
    let bodies = 0;
    let ranges = 0;
    let nearRanges = 0;
    for (let age = LONG - 1; age >= 0; age -= 1) {
      bodies += this.body(age);
      ranges += this.range(age);
      if (age < SHORT) nearRanges += this.range(age);
    }
    const i = (this.newest = (this.newest + 1) & MASK);
    this.opens[i] = open;
    this.highs[i] = high;
    this.lows[i] = low;
    this.closes[i] = close;
    this.bodies[i] = bodies / LONG;
    this.ranges[i] = ranges / LONG;
    this.shadows[i] = (ranges - bodies) / LONG;
    this.nearRanges[i] = nearRanges / SHORT;
  }

  private at(age: number): number {
    return (this.newest - age) & MASK;
  }

  open(age: number): number {
    return this.opens[this.at(age)]!;
  }

  high(age: number): number {
    return this.highs[this.at(age)]!;
  }

  low(age: number): number {
    return this.lows[this.at(age)]!;
  }

  close(age: number): number {
    return this.closes[this.at(age)]!;
  }

  body(age: number): number {
    return Math.abs(this.close(age) - this.open(age));
  }

  range(age: number): number {
    return this.high(age) - this.low(age);
  }

  top(age: number): number {
    return Math.max(this.open(age), this.close(age));
  }

  bottom(age: number): number {
    return Math.min(this.open(age), this.close(age));
  }

  upper(age: number): number {
    return this.high(age) - this.top(age);
  }

  lower(age: number): number {
    return this.bottom(age) - this.low(age);
  }

  white(age: number): boolean {
    return this.close(age) >= this.open(age);
  }

  black(age: number): boolean {
    return this.close(age) < this.open(age);
  }

  /** 1 white, -1 black. */
  colour(age: number): number {
    return this.close(age) >= this.open(age) ? 1 : -1;
  }

  /** Whether the body of `a` lies wholly above that of `b`. */
  gapUp(a: number, b: number): boolean {
    return this.bottom(a) > this.top(b);
  }

  gapDown(a: number, b: number): boolean {
    return this.top(a) < this.bottom(b);
  }

  /** The same with shadows. */
  wholeGapUp(a: number, b: number): boolean {
    return this.low(a) > this.high(b);
  }

  wholeGapDown(a: number, b: number): boolean {
    return this.high(a) < this.low(b);
  }

  longBody(age: number): boolean {
    return this.body(age) > this.bodies[this.at(age)]!;
  }

  /** Below the mean body, not equal to it. */
  shortBody(age: number): boolean {
    return this.body(age) < this.bodies[this.at(age)]!;
  }

  /** A tenth of the mean range at most; `by` is the age whose mean counts. */
  doji(age: number, by = age): boolean {
    return this.body(age) <= 0.1 * this.ranges[this.at(by)]!;
  }

  /** Half the mean of both shadows together: a shadow below it is short. */
  shortShadow(age: number): number {
    return this.shadows[this.at(age)]! / 2;
  }

  /** A tenth of the mean range: a shadow below it is hardly there. */
  noShadow(age: number): number {
    return 0.1 * this.ranges[this.at(age)]!;
  }

  near(age: number): number {
    return 0.2 * this.nearRanges[this.at(age)]!;
  }

  far(age: number): number {
    return 0.6 * this.nearRanges[this.at(age)]!;
  }

  equal(age: number): number {
    return 0.05 * this.nearRanges[this.at(age)]!;
  }

  /** Whether `a` and `b` are equal by the measure of the candle `age`. */
  level(a: number, b: number, age: number): boolean {
    return a <= b + this.equal(age) && a >= b - this.equal(age);
  }

  /** Whether the body of `a` lies within that of `b`, touching neither end. */
  within(a: number, b: number): boolean {
    return this.top(a) < this.top(b) && this.bottom(a) > this.bottom(b);
  }
}

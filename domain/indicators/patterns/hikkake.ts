/**
 * Hikkake (Chesler 2003): an inside candle, then one that breaks out; a trap if within three candles the close passes
 * the inside candle's other end. Told at the break as 100 or -100 and, confirmed, as 200 or -200.
 */
import type { Calculation } from "../declaration.ts";
import { isNumber } from "../parts/part.ts";
import { Candles } from "./candles.ts";

const CONFIRMS = 3;

export class Hikkake implements Calculation {
  private readonly candles = new Candles();
  private readonly modified: boolean;
  private readonly lookback: number;
  private seen = 0;
  private found = 0;
  /** Candles since the break. */
  private age = CONFIRMS;
  private trapHigh = 0;
  private trapLow = 0;

  constructor(modified: boolean, lookback: number) {
    this.modified = modified;
    this.lookback = lookback;
  }

  step(x: Float64Array, y: Float64Array): void {
    y[0] = Number.NaN;
    if (!isNumber(x[0]! + x[1]! + x[2]! + x[3]!)) return;
    this.candles.push(x[0]!, x[1]!, x[2]!, x[3]!);
    if (this.seen <= this.lookback) this.seen += 1;
    if (this.seen <= this.lookback - CONFIRMS) return;
    const told = this.look();
    if (this.seen > this.lookback) y[0] = told;
  }

  private look(): number {
    const c = this.candles;
    const side = this.modified ? modifiedBreak(c) : plainBreak(c);
    if (side !== 0) {
      this.found = 100 * side;
      this.age = 0;
      this.trapHigh = c.high(1);
      this.trapLow = c.low(1);
      return this.found;
    }
    this.age = Math.min(CONFIRMS + 1, this.age + 1);
    const confirmed =
      this.age <= CONFIRMS &&
      (this.found > 0 ? c.close(0) > this.trapHigh : this.found < 0 && c.close(0) < this.trapLow);
    if (!confirmed) return 0;
    this.age = CONFIRMS;
    const told = 2 * this.found;
    this.found = 0;
    return told;
  }
}

/** 1 where the last candle breaks down (the trap is bullish), -1 where it breaks up. */
const broken = (c: Candles): number => {
  if (c.high(0) < c.high(1) && c.low(0) < c.low(1)) return 1;
  return c.high(0) > c.high(1) && c.low(0) > c.low(1) ? -1 : 0;
};

const insideAt = (c: Candles, age: number): boolean =>
  c.high(age) < c.high(age + 1) && c.low(age) > c.low(age + 1);

const plainBreak = (c: Candles): number => (insideAt(c, 1) ? broken(c) : 0);

/** Two inside candles, the first of which closes near the end that is broken. */
const modifiedBreak = (c: Candles): number => {
  if (!insideAt(c, 2) || !insideAt(c, 1)) return 0;
  const side = broken(c);
  const near = side > 0 ? c.close(2) <= c.low(2) + c.near(2) : c.close(2) >= c.high(2) - c.near(2);
  return near ? side : 0;
};

/**
 * Turning points that never repaint: a high is one once the price has fallen by `percent` from it, a low once it has risen
 * so far; until then nothing is said. One candle either goes on or turns: what came first within it is not known.
 */
import type { Calculation } from "../declaration.ts";
import { isNumber } from "../parts/part.ts";

/** How many turning points are kept. */
export const KEPT = 6;

export class Turns {
  /** Turning points told so far. */
  count = 0;
  /** Candles seen. */
  seen = 0;
  /** 1 the newest turning point is a high, -1 a low. */
  side = 0;
  private readonly share: number;
  private readonly prices = new Float64Array(KEPT);
  private readonly places = new Float64Array(KEPT);
  private high = Number.NaN;
  private low = Number.NaN;
  private highAt = 0;
  private lowAt = 0;

  constructor(percent: number) {
    this.share = percent / 100;
  }

  /** Price of a turning point, 0 being the newest; alternately high and low. Below `KEPT` and `count` only. */
  price(age: number): number {
    return this.prices[(this.count - 1 - age) % KEPT]!;
  }

  /** The candle at which it stood, counted from 0. */
  place(age: number): number {
    return this.places[(this.count - 1 - age) % KEPT]!;
  }

  /** Whether this candle told a new turning point. */
  push(high: number, low: number): boolean {
    if (!isNumber(high + low)) return false;
    const now = this.seen;
    this.seen += 1;
    const { side, share } = this;
    const higher = !(high <= this.high);
    const lower = !(low >= this.low);
    // From a high on only the lows count, and from a low on only the highs; before the first turn both.
    if (higher && side <= 0) this.reach(high, now, 1);
    if (lower && side >= 0) this.reach(low, now, -1);
    if (side <= 0 && !higher && low <= this.high * (1 - share))
      return this.tell(this.high, this.highAt, 1, low, now);
    if (side >= 0 && !lower && high >= this.low * (1 + share))
      return this.tell(this.low, this.lowAt, -1, high, now);
    return false;
  }

  private reach(price: number, now: number, side: 1 | -1): void {
    if (side > 0) {
      this.high = price;
      this.highAt = now;
    } else {
      this.low = price;
      this.lowAt = now;
    }
  }

  private tell(price: number, at: number, side: 1 | -1, next: number, now: number): true {
    this.prices[this.count % KEPT] = price;
    this.places[this.count % KEPT] = at;
    this.count += 1;
    this.side = side;
    this.reach(next, now, side > 0 ? -1 : 1);
    return true;
  }
}

/** The newest turning point: its price, 1 a high or -1 a low, and how many candles ago it stood. */
export class ZigZag implements Calculation {
  private readonly turns: Turns;

  constructor(percent: number) {
    this.turns = new Turns(percent);
  }

  step(x: Float64Array, y: Float64Array): void {
    const { turns } = this;
    turns.push(x[0]!, x[1]!);
    const known = turns.count > 0 && isNumber(x[0]! + x[1]!);
    y[0] = known ? turns.price(0) : Number.NaN;
    y[1] = known ? turns.side : Number.NaN;
    y[2] = known ? turns.seen - 1 - turns.place(0) : Number.NaN;
  }
}

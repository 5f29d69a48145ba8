/** A candlestick pattern as a question about the last candles, and the calculation that asks it. */
import type { Calculation } from "../declaration.ts";
import { isNumber } from "../parts/part.ts";
import { Candles } from "./candles.ts";

export interface Pattern {
  /** TA-Lib's, in lower case. */
  readonly name: string;
  readonly title: string;
  /** Candles that pass before it can be judged. */
  readonly lookback: number;
  /** How far the last candle must reach back into the first, where the pattern leaves it open. */
  readonly penetration?: number;
  /** 100 bullish, -100 bearish (80 where it is just met), 0 not there. */
  readonly at: (candles: Candles, penetration: number) => number;
}

export const bullish = (found: boolean): number => (found ? 100 : 0);
export const bearish = (found: boolean): number => (found ? -100 : 0);

export class Recognised implements Calculation {
  private readonly candles = new Candles();
  private readonly at: Pattern["at"];
  private readonly penetration: number;
  private left: number;

  constructor({ at, lookback }: Pattern, penetration: number) {
    this.at = at;
    this.penetration = penetration;
    this.left = lookback;
  }

  step(x: Float64Array, y: Float64Array): void {
    y[0] = Number.NaN;
    if (!isNumber(x[0]! + x[1]! + x[2]! + x[3]!)) return;
    this.candles.push(x[0]!, x[1]!, x[2]!, x[3]!);
    if (this.left > 0) this.left -= 1;
    else y[0] = this.at(this.candles, this.penetration);
  }
}

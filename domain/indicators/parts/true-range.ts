/** True range: the greatest of high - low, |high - close before|, |low - close before|. NaN for the first candle. */
import { isNumber } from "./part.ts";

export class TrueRange {
  before = Number.NaN;

  push(high: number, low: number, close: number): number {
    const { before } = this;
    if (!isNumber(high + low + close)) return Number.NaN;
    this.before = close;
    return Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
  }
}

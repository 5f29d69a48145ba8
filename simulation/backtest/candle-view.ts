/** The candle that traders are shown: one object for all, filled anew for each call, so it must not be kept. */
import type { Candle } from "../../domain/market/candle.ts";
import type { Timestamp } from "../../domain/values/values.ts";

interface Columns {
  readonly at: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly trades: Float64Array;
}

export class CandleView implements Candle {
  // Doubles from the beginning, so that the engine never changes the shape.
  openAt = 0.5 as Timestamp;
  open = 0.5;
  high = 0.5;
  low = 0.5;
  close = 0.5;
  volume = 0.5;
  trades = 0.5;
  readonly final = true;

  show({ at, open, high, low, close, volume, trades }: Columns, row: number): void {
    this.openAt = at[row]! as Timestamp;
    this.open = open[row]!;
    this.high = high[row]!;
    this.low = low[row]!;
    this.close = close[row]!;
    this.volume = volume[row]!;
    this.trades = trades[row]!;
  }
}

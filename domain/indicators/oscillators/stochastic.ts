/** Where a number lies in the range of its window, in percent (Lane 1984): the STOCH family, Williams' %R. */
import { average } from "../averages/types.ts";
import type { Calculation } from "../declaration.ts";
import { Extreme } from "../parts/extreme.ts";
import { isNumber } from "../parts/part.ts";
import { Rsi } from "./strength.ts";

/** 100 * (close - lowest) / (highest - lowest); 0 where there is no range, as in TA-Lib. */
export class Place {
  private readonly highs: Extreme;
  private readonly lows: Extreme;

  constructor(length: number) {
    this.highs = new Extreme(length, 1);
    this.lows = new Extreme(length, -1);
  }

  push(high: number, low: number, close: number): number {
    const highest = this.highs.push(high);
    const lowest = this.lows.push(low);
    const range = highest - lowest;
    return range === 0 ? 0 : (100 * (close - lowest)) / range;
  }
}

/** %K, smoothed once to the first output and again to the second. */
export class Stochastic implements Calculation {
  private readonly place: Place;
  private readonly k;
  private readonly d;

  constructor(length: number, kLength: number, kType: string, dLength: number, dType: string) {
    this.place = new Place(length);
    this.k = average(kType, kLength);
    this.d = average(dType, dLength);
  }

  step(x: Float64Array, y: Float64Array): void {
    this.put(this.place.push(x[0]!, x[1]!, x[2]!), y);
  }

  /** The first shows only once the second does, as in TA-Lib. */
  protected put(place: number, y: Float64Array): void {
    const k = this.k.push(place);
    const d = this.d.push(k);
    y[0] = isNumber(d) ? k : Number.NaN;
    y[1] = d;
  }
}

/** The same of RSI instead of the price. */
export class StochasticRsi implements Calculation {
  private readonly rsi: Rsi;
  private readonly place: Place;
  private readonly d;

  constructor(length: number, kLength: number, dLength: number, dType: string) {
    this.rsi = new Rsi(length);
    this.place = new Place(kLength);
    this.d = average(dType, dLength);
  }

  step(x: Float64Array, y: Float64Array): void {
    const rsi = this.rsi.push(x[0]!);
    const k = this.place.push(rsi, rsi, rsi);
    const d = this.d.push(k);
    y[0] = isNumber(d) ? k : Number.NaN;
    y[1] = d;
  }
}

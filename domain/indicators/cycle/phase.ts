/**
 * Phase of the dominant cycle, and what follows: its sines, the trendline of one whole cycle, and whether it trends
 * (Ehlers 2001, as TA-Lib computes it). The cycle is at most 50 candles long, and so is the work of a candle.
 */
import type { Calculation } from "../declaration.ts";
import { isNumber } from "../parts/part.ts";
import { Window } from "../parts/window.ts";
import { Hilbert } from "./hilbert.ts";

const LOOKBACK = 63;
const IGNORED = 37;
const LONGEST = 50;
const RADIANS = Math.PI / 180;

export class DominantPhase implements Calculation {
  private readonly what: "phase" | "sine" | "trendline" | "mode";
  private readonly hilbert = new Hilbert(IGNORED);
  private readonly prices = new Window(LONGEST);
  private readonly smooth = new Window(LONGEST);
  private readonly trends = new Float64Array(3);
  private seen = 0;
  private phase = 0;
  private sine = 0;
  private leadSine = 0;
  private daysInTrend = 0;

  constructor(what: DominantPhase["what"]) {
    this.what = what;
    for (let i = 0; i < LONGEST; i += 1) this.smooth.push(0);
  }

  step(x: Float64Array, y: Float64Array): void {
    y.fill(Number.NaN);
    const price = x[0]!;
    if (!isNumber(price)) return;
    const { hilbert } = this;
    this.prices.push(price);
    if (this.seen <= LOOKBACK) this.seen += 1;
    if (!hilbert.push(price)) return;
    this.smooth.push(hilbert.smoothPrice);
    const length = Math.floor(hilbert.smoothPeriod + 0.5);
    const before = this.phase;
    this.turn(length);
    const trendline = this.trend(length);
    const mode = this.mode(before, trendline);
    if (this.seen <= LOOKBACK) return;
    if (this.what === "phase") y[0] = this.phase;
    else if (this.what === "trendline") y[0] = trendline;
    else if (this.what === "mode") y[0] = mode;
    else {
      y[0] = this.sine;
      y[1] = this.leadSine;
    }
  }

  /** The phase of one cycle's component in the smoothed prices. */
  private turn(length: number): void {
    let real = 0;
    let imaginary = 0;
    for (let i = 0; i < length; i += 1) {
      const angle = (i * 2 * Math.PI) / length;
      const price = this.smooth.at(i);
      real += Math.sin(angle) * price;
      imaginary += Math.cos(angle) * price;
    }
    if (imaginary !== 0) this.phase = Math.atan(real / imaginary) / RADIANS;
    else if (real < 0) this.phase -= 90;
    else if (real > 0) this.phase += 90;
    this.phase += 90;
    // The smoothing lags by one candle.
    this.phase += 360 / this.hilbert.smoothPeriod;
    if (imaginary < 0) this.phase += 180;
    if (this.phase > 315) this.phase -= 360;
  }

  /** The mean price of one cycle, smoothed over four candles. */
  private trend(length: number): number {
    const { prices, trends } = this;
    let sum = 0;
    for (let i = 0; i < length; i += 1) sum += prices.at(i);
    const mean = length > 0 ? sum / length : 0;
    const line = (4 * mean + 3 * trends[0]! + 2 * trends[1]! + trends[2]!) / 10;
    trends[2] = trends[1]!;
    trends[1] = trends[0]!;
    trends[0] = mean;
    return line;
  }

  /** A trend lasts from half a cycle after the sines crossed, unless the phase turns as a cycle's does. */
  private mode(phaseBefore: number, trendline: number): number {
    const { hilbert, sine, leadSine } = this;
    this.sine = Math.sin(this.phase * RADIANS);
    this.leadSine = Math.sin((this.phase + 45) * RADIANS);
    let mode = 1;
    if ((this.sine > this.leadSine && sine <= leadSine) || (this.sine < this.leadSine && sine >= leadSine)) {
      this.daysInTrend = 0;
      mode = 0;
    }
    this.daysInTrend += 1;
    if (this.daysInTrend < 0.5 * hilbert.smoothPeriod) mode = 0;
    const turned = this.phase - phaseBefore;
    const even = 360 / hilbert.smoothPeriod;
    if (hilbert.smoothPeriod !== 0 && turned > 0.67 * even && turned < 1.5 * even) mode = 0;
    const apart = Math.abs((hilbert.smoothPrice - trendline) / trendline);
    return trendline !== 0 && apart >= 0.015 ? 1 : mode;
  }
}

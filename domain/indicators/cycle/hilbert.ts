/**
 * Ehlers' homodyne discriminator (Rocket Science for Traders, 2001) as TA-Lib computes it: the price is smoothed over four
 * candles, detrended by a Hilbert filter, split into phase and quadrature, and the period told from their turn.
 */
import { isNumber } from "../parts/part.ts";
import { Window } from "../parts/window.ts";

const A = 0.0962;
const B = 0.5769;

/** The filter's numbers of the last seven candles; zeros before the first. */
class Filter {
  private readonly past = new Float64Array(7);

  push(x: number, scale: number): number {
    const { past } = this;
    for (let i = 6; i > 0; i -= 1) past[i] = past[i - 1]!;
    past[0] = x;
    return (A * x + B * past[2]! - B * past[4]! - A * past[6]!) * scale;
  }
}

export class Hilbert {
  inPhase = 0;
  quadrature = 0;
  period = 0;
  smoothPeriod = 0;
  smoothPrice = 0;
  private readonly ignored: number;
  private readonly prices = new Window(4);
  private readonly detrender = new Filter();
  private readonly quadratures = new Filter();
  private readonly phaseAhead = new Filter();
  private readonly quadratureAhead = new Filter();
  /** Detrended prices of the last three candles. */
  private readonly detrended = new Float64Array(4);
  private seen = 0;
  private i2 = 0;
  private q2 = 0;
  private re = 0;
  private im = 0;

  /** `ignored`: candles that only warm the smoothing; TA-Lib lets 12 or 37 pass. */
  constructor(ignored: number) {
    this.ignored = ignored;
  }

  /** Whether the filters have begun. */
  push(price: number): boolean {
    if (!isNumber(price)) return false;
    const { prices, detrended } = this;
    prices.push(price);
    this.seen += 1;
    if (this.seen <= this.ignored) return false;
    this.smoothPrice = (4 * prices.at(0) + 3 * prices.at(1) + 2 * prices.at(2) + prices.at(3)) * 0.1;
    const scale = 0.075 * this.period + 0.54;
    detrended[3] = detrended[2]!;
    detrended[2] = detrended[1]!;
    detrended[1] = detrended[0]!;
    detrended[0] = this.detrender.push(this.smoothPrice, scale);
    this.inPhase = detrended[3];
    this.quadrature = this.quadratures.push(detrended[0], scale);
    const ahead = this.phaseAhead.push(this.inPhase, scale);
    const quadratureAhead = this.quadratureAhead.push(this.quadrature, scale);
    const q2 = 0.2 * (this.quadrature + ahead) + 0.8 * this.q2;
    const i2 = 0.2 * (this.inPhase - quadratureAhead) + 0.8 * this.i2;
    this.measure(i2, q2);
    return true;
  }

  /** The period from the turn since the last candle; it moves by half at most, and lies between 6 and 50. */
  private measure(i2: number, q2: number): void {
    this.re = 0.2 * (i2 * this.i2 + q2 * this.q2) + 0.8 * this.re;
    this.im = 0.2 * (i2 * this.q2 - q2 * this.i2) + 0.8 * this.im;
    this.i2 = i2;
    this.q2 = q2;
    const before = this.period;
    let period = before;
    if (this.im !== 0 && this.re !== 0) period = 360 / (Math.atan(this.im / this.re) * (180 / Math.PI));
    period = Math.max(Math.min(period, 1.5 * before), 0.67 * before);
    period = Math.max(6, Math.min(50, period));
    this.period = 0.2 * period + 0.8 * before;
    this.smoothPeriod = 0.33 * this.period + 0.67 * this.smoothPeriod;
  }
}

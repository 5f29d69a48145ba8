/**
 * Market breadth over several instruments: how many rise and fall, and what is made of it. An instrument that lacks a
 * candle is not counted in it. Advance-decline line (Ayres 1926), McClellan oscillator and summation index (1969) with the
 * net share in thousandths, new highs and lows of the close, and Arms' index (1967).
 */
import { type Calculation, declare, type Declaration, type Input, period } from "./declaration.ts";
import { Ema } from "./ema.ts";
import { Extreme } from "./parts/extreme.ts";
import { isNumber } from "./parts/part.ts";

/** Of so many instruments; its inputs are `close0, volume0, close1, volume1, ...`. */
export const breadthOf = (count: number): Declaration =>
  declare({
    name: "breadth",
    title:
      "Market breadth: rises, falls, their line, McClellan's oscillator and sum, new highs and lows, Arms' index",
    group: "breadth",
    inputs: Array.from({ length: count }, (_, i): readonly Input[] => [
      { name: `close${i}`, column: "close", any: true },
      { name: `volume${i}`, column: "volume", any: true },
    ]).flat(),
    params: {
      timeperiod: period(52, 1, "New highs and lows are beyond the closes of so many candles before."),
      fastperiod: period(19, 1, "Length of McClellan's fast average."),
      slowperiod: period(39, 1, "Length of McClellan's slow average."),
    },
    outputs: ["advancing", "declining", "adline", "mcclellan", "summation", "newhighs", "newlows", "trin"],
    lookback: (p) => Math.max(p.timeperiod, p.fastperiod, p.slowperiod),
    start: (p) => new Breadth(count, p.timeperiod, p.fastperiod, p.slowperiod),
  });

class Breadth implements Calculation {
  private readonly closes: Float64Array;
  /** Highest and lowest of the closes before, by instrument; NaN until there are enough. */
  private readonly tops: Float64Array;
  private readonly bottoms: Float64Array;
  private readonly highs: readonly Extreme[];
  private readonly lows: readonly Extreme[];
  private readonly fast: Ema;
  private readonly slow: Ema;
  private readonly highsAfter: number;
  /** Candles in which at least one instrument could be compared. */
  private seen = 0;
  private line = 0;
  private sum = 0;
  /** Of this candle: rising, falling, their volumes, new highs, new lows, compared. */
  private readonly counts = new Float64Array(7);

  constructor(count: number, length: number, fast: number, slow: number) {
    this.closes = new Float64Array(count).fill(Number.NaN);
    this.tops = new Float64Array(count).fill(Number.NaN);
    this.bottoms = new Float64Array(count).fill(Number.NaN);
    this.highs = Array.from({ length: count }, () => new Extreme(length, 1));
    this.lows = Array.from({ length: count }, () => new Extreme(length, -1));
    this.fast = new Ema(fast);
    this.slow = new Ema(slow);
    this.highsAfter = length;
  }

  step(x: Float64Array, y: Float64Array): void {
    const { counts } = this;
    y.fill(Number.NaN);
    counts.fill(0);
    for (let i = 0; i < this.closes.length; i += 1) this.count(i, x[2 * i]!, x[2 * i + 1]!);
    if (counts[6] === 0) return;
    this.seen += 1;
    const net = counts[0]! - counts[1]!;
    const moved = counts[0]! + counts[1]!;
    this.line += net;
    const share = moved === 0 ? 0 : (1_000 * net) / moved;
    const oscillator = this.fast.push(share) - this.slow.push(share);
    if (!isNumber(oscillator)) return;
    this.sum += oscillator;
    if (this.seen < this.highsAfter) return;
    y[0] = counts[0]!;
    y[1] = counts[1]!;
    y[2] = this.line;
    y[3] = oscillator;
    y[4] = this.sum;
    y[5] = counts[4]!;
    y[6] = counts[5]!;
    y[7] = this.arms();
  }

  private count(i: number, close: number, volume: number): void {
    const { counts, closes } = this;
    if (!isNumber(close + volume)) return;
    const before = closes[i]!;
    if (isNumber(before)) {
      counts[6]! += 1;
      if (close > before) {
        counts[0]! += 1;
        counts[2]! += volume;
      } else if (close < before) {
        counts[1]! += 1;
        counts[3]! += volume;
      }
      if (close > this.tops[i]!) counts[4]! += 1;
      if (close < this.bottoms[i]!) counts[5]! += 1;
    }
    closes[i] = close;
    this.tops[i] = this.highs[i]!.push(close);
    this.bottoms[i] = this.lows[i]!.push(close);
  }

  /** (rising / falling) / (volume of the rising / of the falling); 1 where that is not defined. */
  private arms(): number {
    const { counts } = this;
    const divisor = counts[1]! * counts[2]!;
    return divisor === 0 ? 1 : (counts[0]! * counts[3]!) / divisor;
  }
}

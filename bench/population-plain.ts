/**
 * The rule of trend-pullback as a bare loop, one set at a time, its indicators reckoned on the way: what somebody writes for speed who
 * has no engine. In difference form, which is twice as fast as averages of prices: all is kept relative to the close. Equity, drawdown
 * and the moments of the returns at each candle; exits at the stop or at the close.
 */
import type { CandleTable } from "../domain/history/candle-table.ts";
import type { PullbackParams } from "../strategies/trend-pullback.ts";

export interface Differences {
  readonly length: number;
  /** Close less the close before, its rise and its fall, true range, close before less low, 1 / close before. */
  readonly change: Float64Array;
  readonly rise: Float64Array;
  readonly fall: Float64Array;
  readonly range: Float64Array;
  readonly dip: Float64Array;
  readonly inverse: Float64Array;
}

export const differencesOf = ({ high, low, close, length }: CandleTable): Differences => {
  const column = () => new Float64Array(length);
  const made = { length, change: column(), rise: column(), fall: column(), range: column() };
  const all = { ...made, dip: column(), inverse: column() };
  for (let t = 1; t < length; t += 1) {
    const before = close[t - 1]!;
    const change = close[t]! - before;
    all.change[t] = change;
    all.rise[t] = Math.max(0, change);
    all.fall[t] = Math.max(0, -change);
    all.range[t] = Math.max(high[t]!, before) - Math.min(low[t]!, before);
    all.dip[t] = before - low[t]!;
    all.inverse[t] = 1 / before;
  }
  return all;
};

const FEE = 0.001;
const WARM = 250;

/** Equity, lowest ratio of it to its peak, trades, sum of returns and of their squares, into five places from `place`. */
export const inlineLoop = (
  { length, change, rise, fall, range, dip, inverse }: Differences,
  { fast, slow, rsi, ceiling, atr, distance }: PullbackParams,
  into: Float64Array,
  place: number,
): void => {
  const keptFast = 1 - 2 / (fast + 1);
  const keptSlow = 1 - 2 / (slow + 1);
  const weightRsi = 1 / rsi;
  const weightAtr = 1 / atr;
  const most = ceiling / 100;
  let aboveFast = 0;
  let aboveSlow = 0;
  let up = 0;
  let down = 0;
  let mean = 0;
  let far = 0;
  let held = false;
  let equity = 1;
  let ratio = 1;
  let lowest = 1;
  let trades = 0;
  let sum = 0;
  let squares = 0;
  for (let t = 1; t < length; t += 1) {
    const d = change[t]!;
    aboveFast = (aboveFast - d) * keptFast;
    aboveSlow = (aboveSlow - d) * keptSlow;
    up += (rise[t]! - up) * weightRsi;
    down += (fall[t]! - down) * weightRsi;
    mean += (range[t]! - mean) * weightAtr;
    const rises = aboveFast > aboveSlow;
    if (held) {
      const hit = dip[t]! >= far;
      let r = (hit ? -far : d) * inverse[t]!;
      if (hit || !rises) {
        r -= FEE;
        held = false;
        trades += 1;
      } else {
        const moved = far + d;
        const anew = distance * mean;
        far = moved < anew ? moved : anew;
      }
      equity += equity * r;
      ratio += ratio * r;
      if (ratio > 1) ratio = 1;
      if (ratio < lowest) lowest = ratio;
      sum += r;
      squares += r * r;
    } else if (rises && t >= WARM && up < most * (up + down)) {
      held = true;
      far = distance * mean;
      equity -= equity * FEE;
      ratio -= ratio * FEE;
      if (ratio < lowest) lowest = ratio;
      sum -= FEE;
      squares += FEE * FEE;
    }
  }
  into[place] = equity;
  into[place + 1] = lowest;
  into[place + 2] = trades;
  into[place + 3] = sum;
  into[place + 4] = squares;
};

/**
 * Other candles like the ones there are, to run a strategy on. Resampled: stretches of candles joined anew, each
 * with its own shape but moved to where the last one ended (stationary bootstrap). Perturbed: the same candles with noise on
 * their prices. Both keep prices above 0, high and low outside of open and close, and the times as they are.
 */
import type { Chance } from "../../domain/values/chance.ts";
import { resampleOf } from "./resampling.ts";

export interface CandlePrices {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** `block`: mean length of a stretch, in candles. The first candle opens where the recorded one did. */
export const resampledCandles = (candles: CandlePrices, block: number, chance: Chance): CandlePrices => {
  const count = candles.close.length;
  const places = new Float64Array(count);
  resampleOf(
    Float64Array.from({ length: count }, (_, i) => i),
    "stationary",
    block,
  )(places, chance);
  const made = sameLength(count);
  let before = candles.open[0]!;
  for (let i = 0; i < count; i += 1) {
    const from = places[i]!;
    // Where the recorded candle's predecessor closed; the first has none, and begins at its own open.
    const scale = before / (from === 0 ? candles.open[0]! : candles.close[from - 1]!);
    made.open[i] = candles.open[from]! * scale;
    made.high[i] = candles.high[from]! * scale;
    made.low[i] = candles.low[from]! * scale;
    made.close[i] = before = candles.close[from]! * scale;
    made.volume[i] = candles.volume[from]!;
  }
  return made;
};

/** `noise`: deviation of the logarithm of each close; an open moves with the close before it. */
export const perturbedCandles = (candles: CandlePrices, noise: number, chance: Chance): CandlePrices => {
  const count = candles.close.length;
  const made = sameLength(count);
  let factor = 1;
  for (let i = 0; i < count; i += 1) {
    const open = candles.open[i]! * factor;
    factor = Math.exp(noise * chance.gaussian());
    const close = candles.close[i]! * factor;
    const top = candles.high[i]! / Math.max(candles.open[i]!, candles.close[i]!);
    const bottom = candles.low[i]! / Math.min(candles.open[i]!, candles.close[i]!);
    made.open[i] = open;
    made.close[i] = close;
    made.high[i] = Math.max(open, close) * top;
    made.low[i] = Math.min(open, close) * bottom;
    made.volume[i] = candles.volume[i]!;
  }
  return made;
};

const sameLength = (count: number): CandlePrices => ({
  open: new Float64Array(count),
  high: new Float64Array(count),
  low: new Float64Array(count),
  close: new Float64Array(count),
  volume: new Float64Array(count),
});

/**
 * How a market's volume is spread over time, for VWAP: written down as weights of equal parts of the interval, or learned from candles by
 * quarters of the day in UTC. A learned rate is a quarter's volume over the time of it that was seen; a quarter never seen has the mean.
 */
import type { Candle } from "../market/candle.ts";

const DAY = 86_400_000;
const QUARTER = 900_000;
const QUARTERS = DAY / QUARTER;
const WEIGHTS_MAX = 1_000;

/** Undefined where the text is none. */
export const readWeights = (text: string): readonly number[] | undefined => {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.length < 2 || parts.length > WEIGHTS_MAX) return undefined;
  if (!parts.every((part) => /^\d+(\.\d+)?$/.test(part))) return undefined;
  const weights = parts.map(Number);
  return weights.some((weight) => weight > 0) ? weights : undefined;
};

/** Part of all the weight that lies within the first `fraction` of the interval, each weight spread evenly over its part. */
export const weightWithin = (weights: readonly number[], fraction: number): number => {
  let sum = 0;
  let within = 0;
  for (let k = 0; k < weights.length; k += 1) {
    sum += weights[k]!;
    within += weights[k]! * Math.min(1, Math.max(0, fraction * weights.length - k));
  }
  return fraction >= 1 ? 1 : within / sum;
};

export class VolumeProfile {
  /** Base units, and ms seen, by quarter. */
  private readonly volume = new Float64Array(QUARTERS);
  private readonly time = new Float64Array(QUARTERS);

  /** A final candle of `span` ms. */
  learn({ openAt, volume }: Candle, span: number): void {
    for (let at: number = openAt; at < openAt + span;) {
      const next = Math.min(openAt + span, (Math.floor(at / QUARTER) + 1) * QUARTER);
      const k = Math.floor((at % DAY) / QUARTER);
      this.volume[k] = this.volume[k]! + (volume * (next - at)) / span;
      this.time[k] = this.time[k]! + next - at;
      at = next;
    }
  }

  /** Part of the volume to be expected from `from` to `to` that comes by `at`; of the time, where none is to be expected. */
  within(from: number, at: number, to: number): number {
    const whole = this.expected(from, to);
    return whole > 0 ? this.expected(from, at) / whole : (at - from) / (to - from);
  }

  private expected(from: number, to: number): number {
    let volume = 0;
    let time = 0;
    for (let k = 0; k < QUARTERS; k += 1) {
      volume += this.volume[k]!;
      time += this.time[k]!;
    }
    const mean = time > 0 ? volume / time : 0;
    let sum = 0;
    for (let at = from; at < to;) {
      const next = Math.min(to, (Math.floor(at / QUARTER) + 1) * QUARTER);
      const k = Math.floor((at % DAY) / QUARTER);
      sum += (next - at) * (this.time[k]! > 0 ? this.volume[k]! / this.time[k]! : mean);
      at = next;
    }
    return sum;
  }
}

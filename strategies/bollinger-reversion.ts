/**
 * Bollinger reversion: buy a close below the lower band, leave at the middle or at the upper band, and give up where the price
 * runs further away. Bands are `width` population deviations about the simple mean of `length` closes, this one included
 * (Bollinger's definition), so a close lies at most sqrt(length - 1) deviations away.
 */
import { Moments } from "../domain/indicators/parts/moments.ts";
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import { countGene, exposureGene, realGene, sideGene, timeframeGene } from "../domain/strategy/genes.ts";
import { loadLanes, saveLanes } from "../domain/strategy/saved.ts";
import type { Desk, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";

type BollingerParams = {
  readonly length: number;
  readonly width: number;
  readonly target: string;
  readonly stop: number;
  readonly timeframe: string;
  readonly side: string;
  readonly exposure: number;
};

class Lane {
  readonly moments: Moments;
  /** 1 long, -1 short, 0 out. */
  lean = 0;
  /** Given up: no entry before the price has been back at the middle. */
  barred = false;

  constructor(length: number) {
    this.moments = new Moments(length);
  }
}

class BollingerTrader implements Trader {
  private readonly params: BollingerParams;
  private readonly share: number;
  private readonly lanes: readonly Lane[];

  constructor(params: BollingerParams, instruments: number) {
    this.params = params;
    this.share = params.exposure / instruments;
    this.lanes = Array.from({ length: instruments }, () => new Lane(params.length));
  }

  onCandle({ close }: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (timeframe !== this.params.timeframe) return;
    const lane = this.lanes[i]!;
    if (!lane.moments.push(close)) return;
    const { mean, variance } = lane.moments;
    const z = variance === 0 ? 0 : (close - mean) / Math.sqrt(variance);
    const { lean } = lane;
    const next = this.next(lane, z);
    if (next === lean) return;
    lane.lean = next;
    const reason = next > 0 ? "below-band" : next < 0 ? "above-band" : lane.barred ? "ran-away" : "came-back";
    desk.aim(i, next * this.share, reason, z, mean);
  }

  private next(lane: Lane, z: number): number {
    const { width, target, stop, side } = this.params;
    const { lean } = lane;
    if (lean === 0) {
      if (lane.barred && Math.abs(z) > width / 2) return 0;
      lane.barred = false;
      return z < -width ? 1 : z > width && side === "both" ? -1 : 0;
    }
    const gone = -lean * z;
    if (stop > 0 && gone > width + stop) {
      lane.barred = true;
      return 0;
    }
    return gone <= (target === "middle" ? 0 : -width) ? 0 : lean;
  }

  save(): Saved {
    return saveLanes(this.params, this.lanes);
  }

  load(saved: Saved): void {
    loadLanes(saved, this.params, this.lanes);
  }
}

export const bollingerReversion: Strategy<BollingerParams> = {
  name: "bollinger-reversion",
  about: "Buys below the lower Bollinger band and leaves at the middle or the upper one.",
  genes: {
    length: countGene([5, 1_000, 20], "candles", "Length of mean and deviation."),
    width: realGene([0.5, 4, 2], "deviations", "How far the bands lie from the mean."),
    target: { kind: "choice", choices: ["middle", "band"], default: "middle", about: "Where to leave." },
    stop: realGene([0, 4, 0], "deviations", "How far beyond the band to give up; 0 never does."),
    timeframe: timeframeGene(),
    side: sideGene("Whether a close above the upper band is sold short."),
    exposure: exposureGene(),
  },
  impossible: ({ length, width }) =>
    width < Math.sqrt(length - 1)
      ? undefined
      : `width must be below ${Math.sqrt(length - 1).toFixed(2)}, the farthest that a mean of ${length} shows`,
  needs: ({ length, timeframe }) => ({ timeframes: [timeframe as Timeframe], warmupCandles: length }),
  start: (params, market) => new BollingerTrader(params, market.length),
};

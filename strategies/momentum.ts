/**
 * Momentum: hold what has risen over a stretch of candles, and leave it when the rise is gone (time-series momentum, Moskowitz,
 * Ooi and Pedersen 2012). The rise is measured in deviations of the candles' returns, so that one threshold fits calm and wild markets:
 * score = ln(close / close `lookback` ago) / (deviation * sqrt(lookback)). With a target, what is held shrinks as the market grows wilder.
 */
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import { timeframes } from "../domain/market/candle.ts";
import { Window } from "../domain/indicators/parts/window.ts";
import { countGene, exposureGene, realGene, sideGene, timeframeGene } from "../domain/strategy/genes.ts";
import { loadLanes, saveLanes } from "../domain/strategy/saved.ts";
import type { Desk, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";

type MomentumParams = {
  readonly lookback: number;
  readonly memory: number;
  readonly entry: number;
  readonly exit: number;
  readonly targetVolatility: number;
  readonly timeframe: string;
  readonly side: string;
  readonly exposure: number;
};

const YEAR = 365 * 86_400_000;

class Lane {
  readonly closes: Window;
  /** Exponential mean square of the returns: their mean is small beside it. */
  variance = Number.NaN;
  before = Number.NaN;
  /** 1 long, -1 short, 0 out. */
  lean = 0;

  constructor(lookback: number) {
    this.closes = new Window(lookback + 1);
  }

  push(close: number, weight: number): void {
    this.closes.push(close);
    if (this.before > 0) {
      const square = Math.log(close / this.before) ** 2;
      this.variance = Number.isNaN(this.variance)
        ? square
        : this.variance + weight * (square - this.variance);
    }
    this.before = close;
  }
}

class MomentumTrader implements Trader {
  private readonly params: MomentumParams;
  private readonly share: number;
  private readonly weight: number;
  /** Candles a year. */
  private readonly perYear: number;
  private readonly lanes: readonly Lane[];

  constructor(params: MomentumParams, instruments: number) {
    this.params = params;
    this.share = params.exposure / instruments;
    this.weight = 2 / (params.memory + 1);
    this.perYear = YEAR / timeframes[params.timeframe as Timeframe];
    this.lanes = Array.from({ length: instruments }, () => new Lane(params.lookback));
  }

  onCandle({ close }: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (timeframe !== this.params.timeframe) return;
    const lane = this.lanes[i]!;
    lane.push(close, this.weight);
    if (!lane.closes.full) return;
    const rise = Math.log(close / lane.closes.oldest);
    const deviation = Math.sqrt(lane.variance * this.params.lookback);
    const score = deviation > 0 ? rise / deviation : 0;
    const lean = this.lean(lane.lean, score);
    if (lean === lane.lean) return;
    lane.lean = lean;
    const reason = lean === 0 ? "faded" : lean > 0 ? "rising" : "falling";
    desk.aim(i, lean * this.size(lane.variance), reason, score, rise);
  }

  private lean(lean: number, score: number): number {
    const { entry, exit, side } = this.params;
    if (score > entry) return 1;
    if (score < -entry) return side === "both" ? -1 : 0;
    return (lean > 0 && score < exit) || (lean < 0 && score > -exit) ? 0 : lean;
  }

  /** Never more than the share. */
  private size(variance: number): number {
    const { targetVolatility } = this.params;
    if (targetVolatility === 0) return this.share;
    return this.share * Math.min(1, targetVolatility / Math.sqrt(variance * this.perYear));
  }

  save(): Saved {
    return saveLanes(this.params, this.lanes);
  }

  load(saved: Saved): void {
    loadLanes(saved, this.params, this.lanes);
  }
}

export const momentum: Strategy<MomentumParams> = {
  name: "momentum",
  about: "Holds what has risen over a stretch of candles, measured by how much it usually moves.",
  genes: {
    lookback: countGene([2, 1_000, 60], "candles", "Stretch over which the rise is measured."),
    memory: countGene([5, 1_000, 60], "candles", "Memory of the deviation of returns."),
    entry: realGene([0.1, 4, 1], "deviations", "Rise at which to enter."),
    exit: realGene([-2, 3, 0], "deviations", "Rise below which to leave."),
    targetVolatility: realGene(
      [0, 2, 0],
      "a year, as a ratio",
      "Volatility beyond which less is held; 0 holds as much always.",
    ),
    timeframe: timeframeGene(),
    side: sideGene("Whether a fall is sold short."),
    exposure: exposureGene(),
  },
  impossible: ({ entry, exit }) => (exit < entry ? undefined : `exit must be below entry, which is ${entry}`),
  needs: ({ lookback, memory, timeframe }) => ({
    timeframes: [timeframe as Timeframe],
    warmupCandles: Math.max(lookback + 1, 2 * memory),
  }),
  start: (params, market) => new MomentumTrader(params, market.length),
};

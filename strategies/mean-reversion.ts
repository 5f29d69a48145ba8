/**
 * Mean reversion: lean against a price that has strayed from its exponential mean.
 *
 * z = (close - mean) / deviation, both exponentially weighted with one memory and including this close.
 * Long below -entry, short above entry (or only long), out once z is back within exit or beyond the mean.
 */
import { ExponentialMoments } from "../domain/indicators/exponential-moments.ts";
import { type Candle, type Timeframe, timeframes } from "../domain/market/candle.ts";
import { readLanes, readOneOf } from "../domain/strategy/saved.ts";
import type { Desk, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";

type ReversionParams = {
  readonly memory: number;
  readonly entry: number;
  readonly exit: number;
  readonly timeframe: string;
  readonly side: string;
  readonly exposure: number;
};

class Lane {
  readonly moments: ExponentialMoments;
  /** 1 long, -1 short, 0 out. */
  lean = 0;

  constructor(memory: number) {
    this.moments = new ExponentialMoments(memory);
  }
}

class ReversionTrader implements Trader {
  private readonly timeframe: string;
  private readonly entry: number;
  private readonly exit: number;
  private readonly shorts: boolean;
  private readonly exposure: number;
  private readonly lanes: readonly Lane[];

  constructor(params: ReversionParams, instruments: number) {
    this.timeframe = params.timeframe;
    this.entry = params.entry;
    this.exit = params.exit;
    this.shorts = params.side === "both";
    this.exposure = params.exposure / instruments;
    this.lanes = Array.from({ length: instruments }, () => new Lane(params.memory));
  }

  onCandle(candle: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (timeframe !== this.timeframe) return;
    const lane = this.lanes[i]!;
    const mean = lane.moments.push(candle.close);
    const z = lane.moments.score(candle.close);
    const lean = this.lean(lane.lean, z);
    if (lean === lane.lean) return;
    lane.lean = lean;
    const reason = lean === 0 ? "reverted" : lean > 0 ? "stretched-down" : "stretched-up";
    desk.aim(i, lean * this.exposure, reason, z, mean);
  }

  /** NaN, before the mean is warm, passes no comparison and leaves all as it is. */
  private lean(lean: number, z: number): number {
    if (z < -this.entry) return 1;
    if (z > this.entry) return this.shorts ? -1 : 0;
    if ((lean > 0 && z >= -this.exit) || (lean < 0 && z <= this.exit)) return 0;
    return lean;
  }

  save(): Saved {
    return { lanes: this.lanes.map(({ moments, lean }) => ({ moments: moments.save(), lean })) };
  }

  load(saved: Saved): void {
    for (const [i, from] of readLanes(saved, this.lanes.length).entries()) {
      const lane = this.lanes[i]!;
      lane.moments.load(from.moments, `saved.lanes[${i}].moments`);
      lane.lean = readOneOf(from.lean, [-1, 0, 1], `saved.lanes[${i}].lean`);
    }
  }
}

export const meanReversion: Strategy<ReversionParams> = {
  name: "mean-reversion",
  about: "Leans against a price that has strayed from its exponential mean.",
  genes: {
    memory: {
      kind: "integer",
      min: 5,
      max: 1_000,
      unit: "candles",
      default: 50,
      about: "Memory of mean and deviation.",
    },
    entry: {
      kind: "real",
      min: 0.5,
      max: 4,
      unit: "deviations",
      default: 2,
      about: "Distance at which to enter.",
    },
    exit: {
      kind: "real",
      min: 0,
      max: 2,
      unit: "deviations",
      default: 0.5,
      about: "Distance at which to leave.",
    },
    timeframe: {
      kind: "choice",
      choices: Object.keys(timeframes),
      default: "1m",
      about: "Candles to look at.",
    },
    side: {
      kind: "choice",
      choices: ["long", "both"],
      default: "long",
      about: "Whether a high price is sold short.",
    },
    exposure: {
      kind: "real",
      min: 0.01,
      max: 1,
      unit: "fraction of equity",
      default: 0.95,
      about: "How much to hold; a little below 1 leaves room for fees.",
    },
  },
  impossible({ memory, entry, exit }) {
    if (exit >= entry) return `exit must be below entry, which is ${entry}`;
    // The close is in its own deviation: see ExponentialMoments.score.
    const reach = Math.sqrt((memory - 1) / 2);
    return entry < reach
      ? undefined
      : `entry must be below ${reach.toFixed(2)}, the farthest that ${memory} candles of memory show`;
  },
  needs: ({ memory, timeframe }) => ({ timeframes: [timeframe as Timeframe], warmupCandles: 3 * memory }),
  start: (params, market) => new ReversionTrader(params, market.length),
};

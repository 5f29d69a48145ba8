/**
 * Moving average cross: follow a trend from the candle on which a fast average crosses a slow one.
 *
 * Up: hold `exposure` of equity. Down: hold nothing, or as much short. Only a cross is acted on: one that
 * happened before the trader went live is not entered late. Several instruments share the exposure equally.
 */
import { type Candle, type Timeframe, timeframes } from "../domain/market/candle.ts";
import { Ema } from "../domain/indicators/ema.ts";
import type { Indicator } from "../domain/indicators/indicator.ts";
import { Sma } from "../domain/indicators/sma.ts";
import type { Desk, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";
import { readLanes, readOneOf } from "../domain/strategy/saved.ts";

type CrossParams = {
  readonly fast: number;
  readonly slow: number;
  readonly kind: string;
  readonly timeframe: string;
  readonly side: string;
  readonly exposure: number;
};

/** Averages of one flat price differ by a few units in the last place; that is no cross. */
const ROUNDING = 1e-13;

class Lane {
  readonly fast: Indicator;
  readonly slow: Indicator;
  /** 1: the fast average was last above, -1: below, 0: not known yet. */
  side = 0;

  constructor({ fast, slow, kind }: CrossParams) {
    this.fast = kind === "ema" ? new Ema(fast) : new Sma(fast);
    this.slow = kind === "ema" ? new Ema(slow) : new Sma(slow);
  }
}

class CrossTrader implements Trader {
  private readonly timeframe: string;
  private readonly up: number;
  private readonly down: number;
  private readonly lanes: readonly Lane[];

  constructor(params: CrossParams, instruments: number) {
    this.timeframe = params.timeframe;
    this.up = params.exposure / instruments;
    this.down = params.side === "both" ? -this.up : 0;
    this.lanes = Array.from({ length: instruments }, () => new Lane(params));
  }

  onCandle(candle: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (timeframe !== this.timeframe) return;
    const lane = this.lanes[i]!;
    const fast = lane.fast.push(candle.close);
    const slow = lane.slow.push(candle.close);
    const apart = fast - slow;
    // Not warm (NaN) or equal but for rounding: nothing has crossed yet.
    if (!(Math.abs(apart) > ROUNDING * slow)) return;
    const side = apart > 0 ? 1 : -1;
    if (side === lane.side) return;
    const before = lane.side;
    lane.side = side;
    if (before === 0) return;
    if (side > 0) desk.aim(i, this.up, "crossed-up", fast, slow);
    else desk.aim(i, this.down, "crossed-down", fast, slow);
  }

  save(): Saved {
    return {
      lanes: this.lanes.map(({ fast, slow, side }) => ({ fast: fast.save(), slow: slow.save(), side })),
    };
  }

  load(saved: Saved): void {
    for (const [i, from] of readLanes(saved, this.lanes.length).entries()) {
      const lane = this.lanes[i]!;
      lane.fast.load(from.fast, `saved.lanes[${i}].fast`);
      lane.slow.load(from.slow, `saved.lanes[${i}].slow`);
      lane.side = readOneOf(from.side, [-1, 0, 1], `saved.lanes[${i}].side`);
    }
  }
}

export const movingAverageCross: Strategy<CrossParams> = {
  name: "moving-average-cross",
  about: "Follows a trend from the candle on which a fast moving average crosses a slow one.",
  genes: {
    fast: {
      kind: "integer",
      min: 2,
      max: 200,
      unit: "candles",
      default: 10,
      about: "Length of the fast average.",
    },
    slow: {
      kind: "integer",
      min: 3,
      max: 400,
      unit: "candles",
      default: 50,
      about: "Length of the slow average.",
    },
    kind: {
      kind: "choice",
      choices: ["sma", "ema"],
      default: "sma",
      about: "Simple or exponential averages.",
    },
    timeframe: {
      kind: "choice",
      choices: Object.keys(timeframes),
      default: "1m",
      about: "Candles to average.",
    },
    side: {
      kind: "choice",
      choices: ["long", "both"],
      default: "long",
      about: "Whether a cross down goes short.",
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
  impossible: ({ fast, slow }) => (fast < slow ? undefined : `fast must be below slow, which is ${slow}`),
  needs: ({ slow, kind, timeframe }) => ({
    timeframes: [timeframe as Timeframe],
    // An exponential average still holds e^-6 of its start after three more lengths.
    warmupCandles: kind === "ema" ? 4 * slow : slow,
  }),
  start: (params, market) => new CrossTrader(params, market.length),
};

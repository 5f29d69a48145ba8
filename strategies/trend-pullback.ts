/**
 * Trend pullback: while a fast exponential average is above a slow one, buy when the RSI says that the price is not stretched,
 * and trail a stop below it by a multiple of the average true range.
 *
 *   out   fast > slow and RSI < ceiling: hold `exposure`, stop at close - distance * ATR
 *   held  a low at or below the stop: the venue's stop has sold. fast no longer above slow: sell. Else the stop follows upwards
 *
 * What it decides depends on candles alone, so `simulation/population` can reckon many sets of its parameters at once.
 */
import { indicatorNamed } from "../domain/indicators/catalogue.ts";
import { Ema } from "../domain/indicators/ema.ts";
import { Running } from "../domain/indicators/running.ts";
import { type Candle, type Timeframe, timeframes } from "../domain/market/candle.ts";
import { readLanes } from "../domain/strategy/saved.ts";
import type { Desk, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";
import { readNotNegative } from "../domain/values/read.ts";

export type PullbackParams = {
  readonly fast: number;
  readonly slow: number;
  readonly rsi: number;
  readonly ceiling: number;
  readonly atr: number;
  readonly distance: number;
  readonly timeframe: string;
  readonly exposure: number;
};

class Lane {
  readonly fast: Ema;
  readonly slow: Ema;
  readonly rsi: Running;
  readonly atr: Running;
  /** Where the stop stands; 0 while out. */
  stop = 0;

  constructor({ fast, slow, rsi, atr }: PullbackParams) {
    this.fast = new Ema(fast);
    this.slow = new Ema(slow);
    this.rsi = new Running(indicatorNamed("rsi"), { timeperiod: rsi });
    this.atr = new Running(indicatorNamed("atr"), { timeperiod: atr });
  }
}

class PullbackTrader implements Trader {
  private readonly timeframe: string;
  private readonly ceiling: number;
  private readonly distance: number;
  private readonly exposure: number;
  private readonly lanes: readonly Lane[];

  constructor(params: PullbackParams, instruments: number) {
    this.timeframe = params.timeframe;
    this.ceiling = params.ceiling;
    this.distance = params.distance;
    this.exposure = params.exposure / instruments;
    this.lanes = Array.from({ length: instruments }, () => new Lane(params));
  }

  onCandle(candle: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (timeframe !== this.timeframe) return;
    const lane = this.lanes[i]!;
    const { close } = candle;
    const fast = lane.fast.push(close);
    const slow = lane.slow.push(close);
    const rsi = lane.rsi.push(close);
    const trail = close - this.distance * lane.atr.pushCandle(candle);
    if (lane.stop > 0 && candle.low <= lane.stop) {
      // Sold by now; where it was not, this wish sells it.
      desk.aim(i, 0, "stopped", lane.stop);
      lane.stop = 0;
    }
    const up = fast > slow;
    // A stop must lie below the price and above 0; NaN, before all is warm, passes no comparison.
    const fits = trail > lane.stop && trail < close;
    if (lane.stop === 0) {
      if (!(up && rsi < this.ceiling && fits)) return;
      lane.stop = trail;
      desk.aim(i, this.exposure, "pulled-back", fast, slow, rsi);
      desk.protect(i, trail, "trailing-stop");
    } else if (!up) {
      lane.stop = 0;
      desk.aim(i, 0, "crossed-down", fast, slow);
    } else if (fits) {
      lane.stop = trail;
      desk.protect(i, trail, "trailing-stop");
    }
  }

  save(): Saved {
    return {
      lanes: this.lanes.map(({ fast, slow, rsi, atr, stop }) => ({
        fast: fast.save(),
        slow: slow.save(),
        rsi: rsi.save(),
        atr: atr.save(),
        stop,
      })),
    };
  }

  load(saved: Saved): void {
    for (const [i, from] of readLanes(saved, this.lanes.length).entries()) {
      const lane = this.lanes[i]!;
      lane.fast.load(from.fast, `saved.lanes[${i}].fast`);
      lane.slow.load(from.slow, `saved.lanes[${i}].slow`);
      lane.rsi.load(from.rsi, `saved.lanes[${i}].rsi`);
      lane.atr.load(from.atr, `saved.lanes[${i}].atr`);
      lane.stop = readNotNegative(from.stop, `saved.lanes[${i}].stop`);
    }
  }
}

export const trendPullback: Strategy<PullbackParams> = {
  name: "trend-pullback",
  about: "Buys in an uptrend while the RSI is not stretched, and trails a stop by the average true range.",
  genes: {
    fast: {
      kind: "integer",
      min: 2,
      max: 200,
      unit: "candles",
      default: 20,
      about: "Length of the fast average.",
    },
    slow: {
      kind: "integer",
      min: 3,
      max: 400,
      unit: "candles",
      default: 100,
      about: "Length of the slow average.",
    },
    rsi: { kind: "integer", min: 2, max: 100, unit: "candles", default: 14, about: "Length of the RSI." },
    ceiling: {
      kind: "real",
      min: 20,
      max: 100,
      unit: "RSI",
      default: 60,
      about: "The RSI must be below it to enter.",
    },
    atr: {
      kind: "integer",
      min: 2,
      max: 100,
      unit: "candles",
      default: 14,
      about: "Length of the average true range.",
    },
    distance: {
      kind: "real",
      min: 0.5,
      max: 10,
      unit: "ATR",
      default: 3,
      about: "How far the stop trails the close.",
    },
    timeframe: {
      kind: "choice",
      choices: Object.keys(timeframes),
      default: "1m",
      about: "Candles to look at.",
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
  needs: ({ slow, rsi, atr, timeframe }) => ({
    timeframes: [timeframe as Timeframe],
    // Of their start they still hold e^-6 after three more lengths of an EMA, and after six of Wilder's smoothing.
    warmupCandles: Math.max(4 * slow, 7 * rsi, 7 * atr),
  }),
  start: (params, market) => new PullbackTrader(params, market.length),
};

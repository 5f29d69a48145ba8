/**
 * Channel breakout: buy a close beyond a channel about the past, leave at a close below a shorter one.
 *
 * Donchian: above the highest high of the `entry` candles before, out below the lowest low of the `exit` candles before.
 * Volatility: above the close before by `width` average true ranges (Wilder's, over `entry` candles), out `width` of them
 * below the highest close since the entry (a chandelier on closes; it only rises).
 */
import { Extreme } from "../domain/indicators/parts/extreme.ts";
import { TrueRange } from "../domain/indicators/parts/true-range.ts";
import { Wilder } from "../domain/indicators/parts/wilder.ts";
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import { countGene, exposureGene, realGene, sideGene, timeframeGene } from "../domain/strategy/genes.ts";
import { loadLanes, saveLanes } from "../domain/strategy/saved.ts";
import type { Desk, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";

type BreakoutParams = {
  readonly channel: string;
  readonly entry: number;
  readonly exit: number;
  readonly width: number;
  readonly timeframe: string;
  readonly side: string;
  readonly exposure: number;
};

/** Levels to break, as they were before this candle; NaN until they are known. */
interface Channel {
  readonly above: number;
  readonly below: number;
  readonly leaveLong: number;
  readonly leaveShort: number;
  /** Takes the candle in, after it was compared. `lean`: what is held from now on. */
  push(candle: Candle, lean: number): void;
}

class Donchian implements Channel {
  above = Number.NaN;
  below = Number.NaN;
  leaveLong = Number.NaN;
  leaveShort = Number.NaN;
  private readonly highest: Extreme;
  private readonly lowest: Extreme;
  private readonly exitHighest: Extreme;
  private readonly exitLowest: Extreme;

  constructor({ entry, exit }: BreakoutParams) {
    this.highest = new Extreme(entry, 1);
    this.lowest = new Extreme(entry, -1);
    this.exitHighest = new Extreme(exit, 1);
    this.exitLowest = new Extreme(exit, -1);
  }

  push({ high, low }: Candle): void {
    this.above = this.highest.push(high);
    this.below = this.lowest.push(low);
    this.leaveShort = this.exitHighest.push(high);
    this.leaveLong = this.exitLowest.push(low);
  }
}

class Ranges implements Channel {
  above = Number.NaN;
  below = Number.NaN;
  leaveLong = Number.NaN;
  leaveShort = Number.NaN;
  private readonly width: number;
  private readonly range = new TrueRange();
  private readonly average: Wilder;
  private held = 0;

  constructor({ entry, width }: BreakoutParams) {
    this.width = width;
    this.average = new Wilder(entry);
  }

  push({ high, low, close }: Candle, lean: number): void {
    const reach = this.width * this.average.push(this.range.push(high, low, close));
    this.above = close + reach;
    this.below = close - reach;
    const fresh = lean !== this.held;
    this.held = lean;
    this.leaveLong =
      fresh || Number.isNaN(this.leaveLong) ? this.below : Math.max(this.leaveLong, this.below);
    this.leaveShort =
      fresh || Number.isNaN(this.leaveShort) ? this.above : Math.min(this.leaveShort, this.above);
  }
}

class Lane {
  readonly channel: Channel;
  /** 1 long, -1 short, 0 out. */
  lean = 0;

  constructor(params: BreakoutParams) {
    this.channel = params.channel === "donchian" ? new Donchian(params) : new Ranges(params);
  }
}

class BreakoutTrader implements Trader {
  private readonly params: BreakoutParams;
  private readonly share: number;
  private readonly lanes: readonly Lane[];

  constructor(params: BreakoutParams, instruments: number) {
    this.params = params;
    this.share = params.exposure / instruments;
    this.lanes = Array.from({ length: instruments }, () => new Lane(params));
  }

  onCandle(candle: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (timeframe !== this.params.timeframe) return;
    const lane = this.lanes[i]!;
    const { channel, lean } = lane;
    const { close } = candle;
    const { above, below, leaveLong, leaveShort } = channel;
    const next = this.lean(lean, close, channel);
    lane.lean = next;
    channel.push(candle, next);
    if (next === lean) return;
    if (next > 0) desk.aim(i, this.share, "broke-out", close, above);
    else if (next < 0) desk.aim(i, -this.share, "broke-down", close, below);
    else desk.aim(i, 0, "fell-back", close, lean > 0 ? leaveLong : leaveShort);
  }

  /** NaN, before a channel is known, passes no comparison. */
  private lean(lean: number, close: number, { above, below, leaveLong, leaveShort }: Channel): number {
    if (close > above) return 1;
    if (close < below && this.params.side === "both") return -1;
    return (lean > 0 && close < leaveLong) || (lean < 0 && close > leaveShort) ? 0 : lean;
  }

  save(): Saved {
    return saveLanes(this.params, this.lanes);
  }

  load(saved: Saved): void {
    loadLanes(saved, this.params, this.lanes);
  }
}

export const channelBreakout: Strategy<BreakoutParams> = {
  name: "channel-breakout",
  about: "Buys a close beyond a channel about the past: Donchian's highs and lows, or average true ranges.",
  genes: {
    channel: {
      kind: "choice",
      choices: ["donchian", "volatility"],
      default: "donchian",
      about: "Highs and lows before, or average true ranges about the close before.",
    },
    entry: countGene([2, 1_000, 20], "candles", "Length of the channel to break, or of the average range."),
    exit: countGene([1, 1_000, 10], "candles", "Length of the channel to leave by (donchian)."),
    width: realGene([0.1, 10, 2], "average true ranges", "Distance to break and to fall back (volatility)."),
    timeframe: timeframeGene(),
    side: sideGene("Whether a break down is sold short."),
    exposure: exposureGene(),
  },
  impossible: ({ channel, entry, exit }) =>
    channel !== "donchian" || exit <= entry ? undefined : `exit must be at most entry, which is ${entry}`,
  needs: ({ channel, entry, timeframe }) => ({
    timeframes: [timeframe as Timeframe],
    // A Wilder average still holds e^-3 of its start after three more lengths.
    warmupCandles: channel === "donchian" ? entry + 1 : 4 * entry + 1,
  }),
  start: (params, market) => new BreakoutTrader(params, market.length),
};

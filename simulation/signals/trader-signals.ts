/**
 * Any strategy under the rules of outside signals: its wish at a candle's close to hold something is an entry, to hold nothing
 * an exit, and what the replay makes of them is on its desk at the next close. Time goes from close to close over all markets, as
 * in the engine. Sizes are not kept: a trade is a trade. Wishes other than aims have no meaning here, and are counted.
 */
import type { CandleTable } from "../../domain/history/candle-table.ts";
import type { Candle, Timeframe } from "../../domain/market/candle.ts";
import { TraderDesk } from "../../domain/strategy/desk.ts";
import type { Trader } from "../../domain/strategy/strategy.ts";
import { timestamp } from "../../domain/values/values.ts";
import type { Fills } from "./fills.ts";
import { ENTER_LONG, ENTER_SHORT, EXIT_LONG, EXIT_SHORT } from "./signals.ts";
import type { SignalResult, SignalSettings } from "./signals.ts";
import { Replay } from "./simulate.ts";

export interface TraderMarket {
  /** Ascending. */
  readonly candles: CandleTable;
  /** Candles at whose close its wishes are dropped. */
  readonly warmup: number;
}

export interface TraderRun {
  readonly trader: Trader;
  /** In the order in which the trader numbers them. */
  readonly markets: readonly TraderMarket[];
  readonly timeframe: Timeframe;
  /** Ms of a candle. */
  readonly span: number;
  readonly settings: SignalSettings;
}

/** One market on its way: its replay, and the signals that the trader writes for it. */
class Lane {
  readonly candles: CandleTable;
  readonly warmup: number;
  readonly flags: Uint8Array;
  readonly tags: string[];
  readonly replay: Replay;
  /** The next to close. */
  row = 0;

  constructor({ candles, warmup }: TraderMarket, frame: number, settings: SignalSettings, fills: Fills) {
    const { length } = candles;
    this.candles = candles;
    this.warmup = warmup;
    this.flags = new Uint8Array(length);
    this.tags = new Array<string>(length).fill("");
    const market = new Float64Array(length).fill(NaN);
    const signals = { flags: this.flags, tags: this.tags, entryPrice: market, exitPrice: market };
    this.replay = new Replay({ candles, frame, signals, settings }, fills);
  }

  get opensAt(): number {
    return this.row < this.candles.length ? this.candles.at[this.row]! : Infinity;
  }
}

/** Results in the order of the markets. */
export const simulateTrader = (
  { trader, markets, timeframe, span, settings }: TraderRun,
  fills: Fills,
): { readonly results: readonly SignalResult[]; readonly unused: number } => {
  const lanes = markets.map((market) => new Lane(market, span / 60_000, settings, fills));
  const desk = new TraderDesk(lanes.length);
  desk.equity = 1;
  let unused = 0;
  for (;;) {
    const at = Math.min(...lanes.map(({ opensAt }) => opensAt));
    if (at === Infinity) break;
    const closing = lanes.filter(({ opensAt }) => opensAt === at);
    for (const lane of closing) {
      if (lane.row > 0) lane.replay.candle(lane.row);
      lane.row += 1;
    }
    for (const [i, { replay }] of lanes.entries()) {
      desk.exposures[i] = replay.side / lanes.length;
      desk.positions[i] = replay.side;
    }
    desk.now = timestamp(at + span);
    for (const lane of closing) {
      desk.mute = lane.row <= lane.warmup;
      trader.onCandle(candleOf(lane.candles, lane.row - 1), lanes.indexOf(lane), timeframe, desk);
      for (const ask of desk.take())
        if (ask.type !== "aim") unused += 1;
        else wish(lanes[ask.i]!, ask.exposure, ask.reason);
    }
  }
  for (const { replay } of lanes) replay.end();
  return { results: lanes.map(({ replay }) => replay.result()), unused };
};

/** Known at the last close of its market. */
const wish = ({ flags, tags, row }: Lane, exposure: number, reason: string): void => {
  if (row === 0) return;
  flags[row - 1] = flagsOf(exposure);
  tags[row - 1] = reason;
};

/** A wish to be on one side is also one to leave the other. */
const flagsOf = (exposure: number): number => {
  if (exposure > 0) return ENTER_LONG | EXIT_SHORT;
  return exposure < 0 ? ENTER_SHORT | EXIT_LONG : EXIT_LONG | EXIT_SHORT;
};

const candleOf = (candles: CandleTable, row: number): Candle => ({
  openAt: timestamp(candles.at[row]!),
  open: candles.open[row]!,
  high: candles.high[row]!,
  low: candles.low[row]!,
  close: candles.close[row]!,
  volume: candles.volume[row]!,
  trades: candles.trades[row]!,
  final: true,
});

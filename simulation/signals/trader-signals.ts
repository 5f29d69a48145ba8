/**
 * Any strategy under the rules of outside signals: its wish at a candle's close to hold something is an entry, to hold nothing
 * an exit, and what the replay makes of them is on its desk at the next close. Sizes are not kept: a trade is a trade. Wishes
 * other than aims have no meaning here, and are counted.
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

export interface TraderRun {
  readonly trader: Trader;
  readonly candles: CandleTable;
  readonly timeframe: Timeframe;
  /** Ms of a candle. */
  readonly span: number;
  /** Candles at whose close its wishes are dropped. */
  readonly warmup: number;
  readonly settings: SignalSettings;
}

export const simulateTrader = (
  { trader, candles, timeframe, span, warmup, settings }: TraderRun,
  fills: Fills,
): SignalResult & { readonly unused: number } => {
  const { length } = candles;
  const flags = new Uint8Array(length);
  const tags = new Array<string>(length).fill("");
  const market = new Float64Array(length).fill(NaN);
  const signals = { flags, tags, entryPrice: market, exitPrice: market };
  const replay = new Replay({ candles, frame: span / 60_000, signals, settings }, fills);
  const desk = new TraderDesk(1);
  desk.equity = 1;
  let unused = 0;
  for (let row = 0; row < length; row += 1) {
    if (row > 0) replay.candle(row);
    desk.now = timestamp(candles.at[row]! + span);
    desk.mute = row < warmup;
    desk.exposures[0] = replay.side;
    desk.positions[0] = replay.side;
    trader.onCandle(candleOf(candles, row), 0, timeframe, desk);
    for (const ask of desk.take())
      if (ask.type !== "aim") unused += 1;
      else {
        flags[row] = flagsOf(ask.exposure);
        tags[row] = ask.reason;
      }
  }
  replay.end();
  return { ...replay.result(), unused };
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

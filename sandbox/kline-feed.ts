/**
 * kline_<frame> streams: the candle of the newest print, told with every print, and once more as closed (x) when
 * market time reaches its end or the next candle opens.
 */
import { openOf, timeframes, type Timeframe } from "../domain/market/candle.ts";
import type { Timestamp } from "../domain/values/values.ts";
import type { CandleRow } from "./market/candle-series.ts";
import type { Pair, PastTrade } from "./pair.ts";
import type { Streams } from "./streams.ts";

const PREFIX = "kline_";

export class KlineFeed {
  readonly #streams: Streams;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  /** `channel` got its first reader; other channels than klines are left alone. */
  begin(pair: Pair, channel: string): void {
    const frame = channel.slice(PREFIX.length);
    if (channel.startsWith(PREFIX) && Object.hasOwn(timeframes, frame))
      pair.frames.set(frame as Timeframe, pair.current(frame as Timeframe));
  }

  print(pair: Pair, trade: PastTrade): void {
    for (const [frame, row] of pair.frames) this.#print(pair, frame, row, trade);
  }

  time(pair: Pair, at: number): void {
    for (const [frame, row] of pair.frames)
      if (row !== undefined && at >= row.openAt + timeframes[frame]) this.#close(pair, frame, row, at);
  }

  #print(pair: Pair, frame: Timeframe, row: CandleRow | undefined, trade: PastTrade): void {
    const stream = `${pair.lower}@${PREFIX}${frame}`;
    if (!this.#streams.has(stream)) {
      pair.frames.delete(frame);
      return;
    }
    const openAt = openOf(trade.at as Timestamp, frame);
    if (row !== undefined && row.openAt < openAt) this.#close(pair, frame, row, trade.at);
    const now = row?.openAt === openAt ? row : opened(openAt, trade.ticks);
    pair.frames.set(frame, now);
    const quote = trade.ticks * trade.lots;
    now.high = Math.max(now.high, trade.ticks);
    now.low = Math.min(now.low, trade.ticks);
    now.close = trade.ticks;
    now.lots += trade.lots;
    now.quote += quote;
    now.trades += 1;
    now.takerLots += trade.buys ? trade.lots : 0;
    now.takerQuote += trade.buys ? quote : 0;
    this.#streams.publish(stream, pair.klineJson(now, frame, false, trade.at), () => undefined);
  }

  #close(pair: Pair, frame: Timeframe, row: CandleRow, at: number): void {
    pair.frames.set(frame, undefined);
    const stream = `${pair.lower}@${PREFIX}${frame}`;
    if (this.#streams.has(stream))
      this.#streams.publish(stream, pair.klineJson(row, frame, true, at), () => undefined);
  }
}

const opened = (openAt: number, ticks: number): CandleRow => ({
  openAt,
  open: ticks,
  high: ticks,
  low: ticks,
  close: ticks,
  lots: 0,
  quote: 0,
  trades: 0,
  takerLots: 0,
  takerQuote: 0,
});

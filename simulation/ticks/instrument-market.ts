/**
 * One instrument's prints as its actor tells them, and the candles that prints and time close. A print at a time is at
 * hand: the batch and its trade are views that the next one overwrites.
 */
import { CandleTable } from "../../domain/history/candle-table.ts";
import type { Timeframe } from "../../domain/market/candle.ts";
import { Gathered, LOTS_SPILL } from "../../domain/market/candle-builder.ts";
import { CandleSeries, type ClosedCandle } from "../../domain/market/candle-series.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Trade } from "../../domain/market/tick.ts";
import { toFloat, type Side, type Timestamp } from "../../domain/values/values.ts";
import type { Listing, PrintColumns } from "../venue/venue.ts";
import type { RunningStrategy } from "./running-strategy.ts";

export interface TickBatch {
  readonly trades: readonly Trade[];
  readonly candles: readonly ClosedCandle[];
  readonly at: Timestamp;
}

const NONE: readonly never[] = [];

class TradeView implements Trade {
  at = 0 as Timestamp;
  price = 0;
  lots = 0;
  /** Known where somebody listens to trades. */
  quantity = NaN;
  side: Side = "buy";
  id = 0;
}

class BatchView implements TickBatch {
  trades: readonly Trade[] = NONE;
  candles: readonly ClosedCandle[] = NONE;
  at = 0 as Timestamp;
}

export class InstrumentMarket {
  readonly listing: Listing;
  readonly instrument: Instrument;
  /** Told so far. */
  trades = 0;
  candles = 0;
  readonly recorded = new CandleTable(0);
  /** Who listens, and as which of its instruments. */
  private readonly listeners: { readonly strategy: RunningStrategy; readonly i: number }[] = [];
  tradesHeard = false;
  private readonly kept: Timeframe | undefined;
  private readonly series: CandleSeries;
  private readonly tick: number;
  private readonly ticksPerOne: number;
  private readonly lot: number;
  private readonly lotsPerOne: number;
  /** Printed in this moment and not told yet. */
  private readonly waiting: TradeView[] = [];
  private count = 0;
  private readonly batch = new BatchView();
  private readonly passing = new Gathered();
  private readonly heard = new TradeView();
  private readonly one: Trade[] = [];
  private at = 0 as Timestamp;

  constructor(listing: Listing, instrument: Instrument, frames: Iterable<Timeframe>, kept?: Timeframe) {
    this.kept = kept;
    this.listing = listing;
    this.instrument = instrument;
    this.series = new CandleSeries(instrument.lotSize, frames);
    [this.tick, this.ticksPerOne] = stepOf(listing.tick);
    [this.lot, this.lotsPerOne] = stepOf(listing.lot);
  }

  listen(strategy: RunningStrategy, i: number): void {
    this.listeners.push({ strategy, i });
    this.tradesHeard ||= strategy.hearsTrades;
  }

  print(id: number, ticks: number, lots: number, side: Side, at: number): void {
    if (this.count === this.waiting.length) this.waiting.push(new TradeView());
    const trade = this.waiting[this.count]!;
    this.count += 1;
    trade.id = id;
    trade.at = at as Timestamp;
    trade.side = side;
    trade.price = this.priceOf(ticks);
    trade.lots = lots;
    if (this.tradesHeard) trade.quantity = (lots * this.lot) / this.lotsPerOne;
  }

  /** Each print by itself, as a venue's stream brings it. */
  tell(): void {
    for (let k = 0; k < this.count; k += 1) {
      const trade = this.waiting[k]!;
      if (trade.at > this.at) this.at = trade.at;
      const closed = this.series.pushLots(trade, trade.lots);
      this.one[0] = trade;
      this.hand(this.one, closed);
    }
    this.trades += this.count;
    this.count = 0;
  }

  /** When time closes a candle. */
  get closesAt(): number {
    return this.series.closesAt;
  }

  /** When a print wakes a listener. */
  get wakeAt(): number {
    let next = Infinity;
    for (let k = 0; k < this.listeners.length; k += 1)
      next = Math.min(next, this.listeners[k]!.strategy.wakeAt);
    return next;
  }

  /** Of prints from `from` on, where the first is that closes a candle, wakes a listener, or is not the next: all below that index pass. */
  passUntil({ at, ids }: PrintColumns, from: number, to: number, before: number): number {
    const { series } = this;
    const until = Math.min(before, series.quietUntil, this.wakeAt);
    let lastAt = Math.max(this.at, series.floorAt);
    let lastId = series.lastId;
    let k = from;
    for (; k < to; k += 1) {
      const time = at[k]!;
      const id = ids[k]!;
      if (!(time < until && time >= lastAt && id > lastId)) break;
      lastAt = time;
      lastId = id;
    }
    return k;
  }

  /** Prints that pass, for listeners that want none of them singly. */
  pass({ at, ticks, lots, ids }: PrintColumns, from: number, to: number): void {
    const { passing, listeners } = this;
    let high = -Infinity;
    let low = Infinity;
    let sum = 0;
    let start = from;
    for (let k = from; k < to; k += 1) {
      sum += lots[k]!;
      if (ticks[k]! > high) high = ticks[k]!;
      if (ticks[k]! < low) low = ticks[k]!;
      if (k + 1 < to && sum + lots[k + 1]! <= LOTS_SPILL) continue;
      // Higher ticks are higher prices, in doubles too.
      passing.high = this.priceOf(high);
      passing.low = this.priceOf(low);
      passing.close = this.priceOf(ticks[k]!);
      passing.lots = sum;
      passing.trades = k + 1 - start;
      this.series.gather(passing, ids[k]!);
      high = -Infinity;
      low = Infinity;
      sum = 0;
      start = k + 1;
    }
    this.at = at[to - 1]! as Timestamp;
    this.trades += to - from;
    for (let k = 0; k < listeners.length; k += 1)
      listeners[k]!.strategy.pass(listeners[k]!.i, passing.close, this.at);
  }

  /** Prints that pass, each told; the index behind the moment in which a strategy asked for something. */
  tellEach({ at, ticks, lots, ids, buys }: PrintColumns, from: number, to: number): number {
    const { listeners, series } = this;
    const trade = this.heard;
    let asked = false;
    let k = from;
    for (; k < to; k += 1) {
      const time = at[k]!;
      if (asked && time !== at[k - 1]) break;
      trade.id = ids[k]!;
      trade.at = time as Timestamp;
      trade.side = buys[k] === 1 ? "buy" : "sell";
      trade.price = this.priceOf(ticks[k]!);
      trade.quantity = (lots[k]! * this.lot) / this.lotsPerOne;
      series.pushLots(trade, lots[k]!);
      for (let n = 0; n < listeners.length; n += 1)
        if (listeners[n]!.strategy.hearPrint(listeners[n]!.i, trade)) asked = true;
    }
    this.trades += k - from;
    this.at = trade.at;
    return k;
  }

  /** The market's time has come to `at`. */
  tellTime(at: Timestamp): void {
    if (at > this.at) this.at = at;
    const closed = this.series.closeBefore(this.at);
    if (closed.length > 0) this.hand(NONE, closed);
  }

  /** One division of whole numbers: the double nearest to the venue's decimal text. */
  private priceOf(ticks: number): number {
    return (ticks * this.tick) / this.ticksPerOne;
  }

  private record(candles: readonly ClosedCandle[]): void {
    for (const { timeframe, candle } of candles) {
      if (timeframe !== this.kept) continue;
      const { openAt, open, high, low, close, volume, trades } = candle;
      this.recorded.push(openAt, open, high, low, close, volume, trades);
    }
  }

  private hand(trades: readonly Trade[], candles: readonly ClosedCandle[]): void {
    const { batch, listeners } = this;
    batch.trades = trades;
    batch.candles = candles;
    batch.at = this.at;
    this.candles += candles.length;
    if (this.kept !== undefined && candles.length > 0) this.record(candles);
    for (let k = 0; k < listeners.length; k += 1) listeners[k]!.strategy.hear(listeners[k]!.i, batch);
  }
}

/** A step as multiple / divisor, both whole: 0.00000001 is 1 / 1e8. */
const stepOf = (step: bigint): [multiple: number, divisor: number] => {
  let divisor = 1n;
  let multiple = step;
  const one = 10n ** 18n;
  while (divisor < one && multiple % 10n === 0n && one % (divisor * 10n) === 0n) {
    multiple /= 10n;
    divisor *= 10n;
  }
  const number = Number(multiple);
  const parts = Number(one / divisor);
  return Number.isSafeInteger(number) && Number.isSafeInteger(parts) ? [number, parts] : [toFloat(step), 1];
};

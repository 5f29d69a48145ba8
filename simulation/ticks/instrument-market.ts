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
import { fromFloat, type Price, type Side, type Timestamp } from "../../domain/values/values.ts";
import type { Listing, PrintColumns } from "../venue/venue.ts";
import type { Waiting } from "./line.ts";
import { PriceReach } from "./price-reach.ts";
import { PrintView } from "./print-view.ts";
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
  ticks = 0;
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
  /** Printed in this moment and not told yet. */
  private readonly waiting: TradeView[] = [];
  private count = 0;
  private readonly batch = new BatchView();
  private readonly passing = new Gathered();
  private readonly heard: PrintView;
  private readonly one: Trade[] = [];
  private at = 0 as Timestamp;

  /** What the portfolio waits for. */
  readonly reach: PriceReach;
  private readonly tellPortfolio: (waiting: Waiting) => void;

  constructor(
    listing: Listing,
    instrument: Instrument,
    frames: Iterable<Timeframe>,
    portfolio: (waiting: Waiting) => void,
    kept?: Timeframe,
  ) {
    this.kept = kept;
    this.reach = new PriceReach(listing);
    this.tellPortfolio = portfolio;
    this.listing = listing;
    this.instrument = instrument;
    this.series = new CandleSeries(instrument.lotSize, frames);
    this.heard = new PrintView(listing);
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
    trade.price = this.heard.priceOf(ticks);
    trade.ticks = ticks;
    trade.lots = lots;
    if (this.tradesHeard) trade.quantity = this.heard.quantityOf(lots);
  }

  /** Each print by itself, as a venue's stream brings it. */
  tell(): void {
    for (let k = 0; k < this.count; k += 1) {
      const trade = this.waiting[k]!;
      if (trade.at > this.at) this.at = trade.at;
      const closed = this.series.pushLots(trade, trade.lots);
      this.one[0] = trade;
      this.hand(this.one, closed);
      // As in the actors: the portfolio began to listen when it had something to wait for, behind the strategies.
      if (this.reach.meets(trade.ticks)) this.see(trade.price);
    }
    this.trades += this.count;
    this.count = 0;
  }

  /** Until that is decided the next ones need not be told. */
  private see(price: number): void {
    this.reach.set(undefined);
    const last = fromFloat(price) as Price;
    this.tellPortfolio({ command: { type: "SeePrice", instrument: this.instrument.id, last, at: this.at } });
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
  passUntil({ at, ids, ticks }: PrintColumns, from: number, to: number, before: number): number {
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
    return this.reach.quietUntil(ticks, from, k);
  }

  /** Prints that pass, for listeners that want none of them singly. */
  pass(columns: PrintColumns, from: number, to: number): void {
    const { passing, listeners } = this;
    this.gather(columns, from, to);
    this.at = columns.at[to - 1]! as Timestamp;
    for (let k = 0; k < listeners.length; k += 1)
      listeners[k]!.strategy.pass(listeners[k]!.i, passing.close, this.at);
  }

  /** Prints that pass become part of the candles. */
  private gather({ ticks, lots, ids }: PrintColumns, from: number, to: number): void {
    const { passing, heard } = this;
    for (let start = from, k = from; k < to; start = k) {
      let high = -Infinity;
      let low = Infinity;
      let sum = 0;
      let size = lots[k]!;
      do {
        const price = ticks[k]!;
        sum += size;
        if (price > high) high = price;
        if (price < low) low = price;
        k += 1;
        size = k < to ? lots[k]! : Infinity;
      } while (sum + size <= LOTS_SPILL);
      // Higher ticks are higher prices, in doubles too.
      passing.high = heard.priceOf(high);
      passing.low = heard.priceOf(low);
      passing.close = heard.priceOf(ticks[k - 1]!);
      passing.lots = sum;
      passing.trades = k - start;
      this.series.gather(passing, ids[k - 1]!);
    }
    this.trades += to - from;
  }

  /** Prints that pass, each told; the index behind the moment in which a strategy asked for something. */
  tellEach(columns: PrintColumns, from: number, to: number): number {
    const { listeners, heard } = this;
    let end = from;
    if (listeners.length === 1)
      end = listeners[0]!.strategy.hearPrints(listeners[0]!.i, heard, columns, from, to);
    else
      for (let asked = false; end < to; end += 1) {
        if (asked && columns.at[end] !== heard.at) break;
        heard.show(columns, end);
        for (let n = 0; n < listeners.length; n += 1)
          if (listeners[n]!.strategy.hearPrint(listeners[n]!.i, heard)) asked = true;
      }
    this.gather(columns, from, end);
    this.at = heard.at;
    return end;
  }

  /** The market's time has come to `at`. */
  tellTime(at: Timestamp): void {
    if (at > this.at) this.at = at;
    const closed = this.series.closeBefore(this.at);
    if (closed.length > 0) this.hand(NONE, closed);
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

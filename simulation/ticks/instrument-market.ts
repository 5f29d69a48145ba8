/**
 * One instrument's prints as its actor tells them, and the candles that prints and time close. A print at a time is at
 * hand: the batch and its trade are views that the next one overwrites.
 */
import type { Timeframe } from "../../domain/market/candle.ts";
import { CandleSeries, type ClosedCandle } from "../../domain/market/candle-series.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Trade } from "../../domain/market/tick.ts";
import { toFloat, type Side, type Timestamp } from "../../domain/values/values.ts";
import type { Listing } from "../venue/venue.ts";
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
  quantity = 0;
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
  /** Who listens, and as which of its instruments. */
  readonly listeners: { readonly strategy: RunningStrategy; readonly i: number }[] = [];
  /** Told so far. */
  trades = 0;
  candles = 0;
  private readonly series: CandleSeries;
  private readonly tick: number;
  private readonly ticksPerOne: number;
  private readonly lot: number;
  private readonly lotsPerOne: number;
  /** Printed in this moment and not told yet. */
  private readonly waiting: TradeView[] = [];
  private count = 0;
  private readonly batch = new BatchView();
  private readonly one: Trade[] = [];
  private at = 0 as Timestamp;

  constructor(listing: Listing, instrument: Instrument, frames: Iterable<Timeframe>) {
    this.listing = listing;
    this.instrument = instrument;
    this.series = new CandleSeries(instrument.lotSize, frames);
    [this.tick, this.ticksPerOne] = stepOf(listing.tick);
    [this.lot, this.lotsPerOne] = stepOf(listing.lot);
  }

  print(id: number, ticks: number, lots: number, side: Side, at: number): void {
    if (this.count === this.waiting.length) this.waiting.push(new TradeView());
    const trade = this.waiting[this.count]!;
    this.count += 1;
    trade.id = id;
    trade.at = at as Timestamp;
    trade.side = side;
    // One division of whole numbers: the double nearest to the venue's decimal text.
    trade.price = (ticks * this.tick) / this.ticksPerOne;
    trade.quantity = (lots * this.lot) / this.lotsPerOne;
  }

  /** Each print by itself, as a venue's stream brings it. */
  tell(): void {
    for (let k = 0; k < this.count; k += 1) {
      const trade = this.waiting[k]!;
      if (trade.at > this.at) this.at = trade.at;
      const closed = this.series.push(trade);
      this.one[0] = trade;
      this.hand(this.one, closed);
    }
    this.trades += this.count;
    this.count = 0;
  }

  /** The market's time has come to `at`. */
  tellTime(at: Timestamp): void {
    if (at > this.at) this.at = at;
    const closed = this.series.closeBefore(this.at);
    if (closed.length > 0) this.hand(NONE, closed);
  }

  private hand(trades: readonly Trade[], candles: readonly ClosedCandle[]): void {
    const { batch, listeners } = this;
    batch.trades = trades;
    batch.candles = candles;
    batch.at = this.at;
    this.candles += candles.length;
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

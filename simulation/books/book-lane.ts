/**
 * One of several books in a backtest: its venue's side, what of it is on its way to the strategy, and what the strategy knows of it. Depth is
 * the best levels as each moment of the venue left them, where it changed them.
 */
import { BOUGHT, type BookEvents, SOLD } from "../../domain/market/book-events.ts";
import type { BookLevels } from "../../domain/market/book.ts";
import type { Timeframe } from "../../domain/market/candle.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Depth } from "../../domain/market/tick.ts";
import type { Timestamp } from "../../domain/values/values.ts";
import type { BookOrder } from "./book-order.ts";
import { type BookNews, BookVenue } from "./book-venue.ts";
import { BookView } from "./book-view.ts";
import { Delayed } from "./delayed.ts";
import type { DepthLadder } from "./depth-ladder.ts";
import type { QueueModel } from "./queue-model.ts";
import { QuoteFeed } from "./quote-feed.ts";
import type { BookLatency, BookMarket } from "./settings.ts";
import { type Wallet, WalletAccount } from "./wallet.ts";

/** As the engine's own feed of depth has them. */
const LEVELS = 20;

export class BookLane {
  readonly instrument: Instrument;
  readonly events: BookEvents;
  readonly wallet: Wallet;
  readonly account: WalletAccount;
  readonly venue: BookVenue;
  readonly view: BookView;
  readonly quotes = new QuoteFeed();
  /** By the venue's time. */
  readonly depths = new Delayed<Depth>();
  readonly latency: BookLatency;
  /** Those that the strategy takes to be open. */
  open: BookOrder[] = [];
  /** Of each fill: units of the home asset for one of the quote, at the venue then. */
  readonly rates: number[] = [];
  /** Bought less sold, and what there was at the start, base units: as the strategy knows it. */
  position = 0;
  last = NaN;
  private readonly withDepth: boolean;
  private middle = NaN;
  /** The venue's next event, and the strategy's. */
  private next = 0;
  private heard = 0;

  constructor(
    { instrument, events, latency }: Required<BookMarket>,
    wallet: Wallet,
    needs: { readonly timeframes: readonly Timeframe[]; readonly books?: boolean },
    queue: QueueModel,
    tell: BookNews,
  ) {
    this.instrument = instrument;
    this.latency = latency;
    this.events = events;
    this.wallet = wallet;
    this.account = new WalletAccount(instrument, wallet);
    this.venue = new BookVenue(events, this.account, queue, tell);
    this.view = new BookView(events, instrument, needs.timeframes);
    this.withDepth = needs.books === true;
  }

  /** Venue time of the next recorded event; Infinity at the end. */
  get nextAt(): number {
    return this.next < this.events.length ? this.events.at[this.next]! : Infinity;
  }

  /** Venue time of the moment that the strategy hears next. */
  get heardAt(): number {
    return this.heard < this.events.length ? this.events.at[this.heard]! : Infinity;
  }

  /** When it hears that. */
  get hearsAt(): number {
    return this.heardAt + this.latency.feedMs;
  }

  /** All that the venue does until then. */
  happen(until: number): void {
    const { venue, events } = this;
    while (this.nextAt <= until) {
      const moment = this.nextAt;
      let changed = false;
      for (; this.next < events.length && events.at[this.next] === moment; this.next += 1) {
        const kind = events.kind[this.next]!;
        changed ||= kind !== BOUGHT && kind !== SOLD;
        venue.happen(this.next);
      }
      this.quotes.note(venue.bids, venue.asks, moment);
      if (changed && this.withDepth && this.whole) this.depths.send(this.depthAt(moment), moment);
    }
  }

  /** The trades of the moment that is heard now, one by one; with the last of them the moment is over. */
  *trades(): Generator<number> {
    const { events } = this;
    const moment = this.heardAt;
    while (this.heard < events.length && events.at[this.heard] === moment) {
      const index = this.heard;
      this.heard += 1;
      if (events.kind[index] === BOUGHT || events.kind[index] === SOLD) yield index;
    }
  }

  /** The middle that the strategy knows; the last trade before it knows any. */
  get price(): number {
    const { bid, ask } = this.view.quote;
    return bid > 0 ? (bid + ask) / 2 : this.last;
  }

  /** Of the venue's book as it stands, of the last one asked for while a side is empty; NaN before any. */
  lastMiddle(): number {
    const { bids, asks } = this.venue;
    if (bids.best !== 0 && asks.best !== 0)
      this.middle = (this.view.priceOf(bids.best) + this.view.priceOf(asks.best)) / 2;
    return this.middle;
  }

  private get whole(): boolean {
    const { bids, asks } = this.venue;
    return bids.best !== 0 && asks.best !== 0 && bids.best < asks.best;
  }

  private depthAt(at: number): Depth {
    const { bids, asks } = this.venue;
    return { at: at as Timestamp, bids: this.best(bids), asks: this.best(asks) };
  }

  private best(ladder: DepthLadder): BookLevels {
    const levels: [number, number][] = [];
    for (let ticks = ladder.best; ticks !== 0 && levels.length < LEVELS; ticks = ladder.beyond(ticks))
      levels.push([this.view.priceOf(ticks), this.view.quantityOf(ladder.at(ticks))]);
    return levels;
  }
}

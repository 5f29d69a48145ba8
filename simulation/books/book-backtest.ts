/**
 * A backtest over a recorded book: a strategy's own trader behind the desk that it has live, quotes and trades as late as the feed is,
 * orders in the venue's queues, as late as they are. One instrument, no portfolio: what the trader wishes is sent as it is. At one moment
 * the venue's events come first, then orders that arrive, then answers, then the feed, then the timer.
 */
import { type BookEvents, BOUGHT, SOLD } from "../../domain/market/book-events.ts";
import type { Needs } from "../../domain/strategy/strategy.ts";
import { toFloat, type Timestamp } from "../../domain/values/values.ts";
import { BookAccount } from "./book-account.ts";
import { BookOrder } from "./book-order.ts";
import { BookVenue } from "./book-venue.ts";
import { BookView } from "./book-view.ts";
import { Delayed, type Answer, type Request } from "./delayed.ts";
import { EquitySamples } from "./equity-samples.ts";
import { QuoteFeed } from "./quote-feed.ts";
import type { BookLatency, BookResult, BookSettings } from "./settings.ts";
import { type OrderAsk, TraderRun } from "./trader-run.ts";
import { orderWished, saleAsk } from "./wishes.ts";

/** Throws what the strategy throws, and `Invalid` for a wish that it cannot have here. */
export const bookBacktest = (settings: BookSettings): BookResult => new BookBacktest(settings).run();

class BookBacktest extends TraderRun {
  private readonly settings: BookSettings;
  private readonly events: BookEvents;
  private readonly latency: BookLatency;
  private readonly account: BookAccount;
  private readonly venue: BookVenue;
  private readonly view: BookView;
  private readonly needs: Needs;
  private readonly requests = new Delayed<Request>();
  private readonly answers = new Delayed<Answer>();
  private readonly quotes = new QuoteFeed();
  /** Those that the strategy takes to be open. */
  private open: BookOrder[] = [];
  private readonly equity: EquitySamples;
  private readonly quotesHeard: boolean;
  private readonly tradesHeard: boolean;
  /** Whole moments are heard, and not quotes alone. */
  private tapeHeard: boolean;
  private readonly candlesHeard: boolean;
  /** Nothing but the venue's events happens before. */
  private until = 0;
  /** The feed has told all events below this index. */
  private heard = 0;
  /** As the strategy knows them. */
  private cash: number;
  private lots: number;
  private last = NaN;
  private middle = NaN;

  constructor(settings: BookSettings) {
    const { strategy, params, instrument, events, queue, latency, quote, base } = settings;
    super(strategy.start(params, [instrument]), 1);
    this.settings = settings;
    this.events = events;
    this.latency = latency;
    this.needs = strategy.needs(params);
    this.cash = toFloat(quote);
    this.lots = Number(base / instrument.lotSize);
    this.equity = new EquitySamples(events.at[0] ?? 0, events.at[events.length - 1] ?? 0);
    this.account = new BookAccount(instrument, quote, this.lots);
    this.venue = new BookVenue(
      events,
      this.account,
      queue,
      (order, status, at, filledLots, ticks, reason) => {
        const { cashValue, lots } = this.account;
        const arrivesAt = at + latency.answerMs;
        this.answers.send({ order, status, filledLots, ticks, reason, cash: cashValue, lots }, arrivesAt);
        if (arrivesAt < this.until) this.until = arrivesAt;
      },
    );
    this.view = new BookView(events, instrument, this.needs.timeframes);
    this.desk.quotes[0] = this.view.quote;
    this.candlesHeard = this.needs.timeframes.length > 0;
    this.quotesHeard = this.needs.quotes === true && this.trader.onQuote !== undefined;
    this.tradesHeard = this.needs.trades === true && this.trader.onTrade !== undefined;
    this.tapeHeard = this.tradesHeard || this.candlesHeard;
  }

  run(): BookResult {
    const { venue, requests, answers, quotes, equity } = this;
    const { at, length } = this.events;
    const { feedMs } = this.latency;
    let next = 0;
    let changedAt = length > 0 ? at[length - 1]! : 0;
    for (;;) {
      const feedAt = this.feedAt() + feedMs;
      const wakeAt = next < length || feedAt < Infinity ? this.wakeAt : Infinity;
      this.until = Math.min(feedAt, requests.nextAt, answers.nextAt, wakeAt);
      while (next < length && at[next]! <= this.until) {
        const moment = at[next]!;
        if (equity.due < moment) equity.until(moment, this.worth());
        do {
          venue.happen(next);
          next += 1;
        } while (next < length && at[next] === moment);
        if (quotes.note(venue.bids, venue.asks, moment) && moment + feedMs < this.until)
          this.until = moment + feedMs;
      }
      const now = this.until;
      if (now === Infinity) break;
      this.now = now;
      while (requests.nextAt <= now) {
        if (equity.due < now) equity.until(now, this.worth());
        changedAt = Math.max(changedAt, now);
        const { order, cancel } = requests.take();
        if (cancel) venue.cancel(order, now);
        else venue.arrive(order, now);
      }
      while (answers.nextAt <= now) this.answer(answers.take());
      if (this.feedAt() + feedMs <= now) this.feed();
      if (this.wakeAt <= now) this.ring();
    }
    equity.end(changedAt, this.worth());
    const { orders, account, middle } = this;
    return { events: length, orders, account, equity, middle };
  }

  /** Venue time of what the strategy hears next: whole moments where it hears trades or candles, quotes alone otherwise. */
  private feedAt(): number {
    if (!this.tapeHeard) return this.quotes.nextAt;
    return this.heard < this.events.length ? this.events.at[this.heard]! : Infinity;
  }

  /** All of one moment of the venue is told together, the quote that it has left last. */
  private feed(): void {
    const { view, quotes } = this;
    if (this.tapeHeard) {
      const moment = this.events.at[this.heard]!;
      this.tellTrades(moment);
      if (quotes.nextAt !== moment) return;
    }
    view.requote(quotes);
    if (!this.quotesHeard) return;
    this.mark();
    this.trader.onQuote!(view.quote, 0, this.desk);
    this.send();
  }

  private tellTrades(moment: number): void {
    const { at, kind, length } = this.events;
    if (this.candlesHeard) this.hand(this.view.closed(moment), 0);
    let k = this.heard;
    for (; k < length && at[k] === moment; k += 1) if (kind[k] === BOUGHT || kind[k] === SOLD) this.print(k);
    this.heard = k;
  }

  private print(index: number): void {
    this.hand(this.view.print(index), 0);
    this.last = this.view.trade.price;
    if (this.stops.watching) this.watch();
    if (!this.tradesHeard) return;
    this.mark();
    this.trader.onTrade!(this.view.trade, 0, this.desk);
    this.send();
  }

  private answer(answer: Answer): void {
    const { order, status, filledLots, cash, lots } = answer;
    this.cash = cash;
    this.lots = lots;
    order.shown.remaining = this.view.quantityOf(order.lots - filledLots);
    if (status !== "open" && status !== "partial") this.close(order);
    this.hear(answer, 0, this.view);
  }

  private close(order: BookOrder): void {
    this.open = this.open.filter((one) => one !== order);
    this.desk.open = this.open.map(({ shown }) => shown);
  }

  /** What the desk shows, before each call. */
  protected mark(): void {
    const { desk } = this;
    const price = this.price();
    const held = this.view.quantityOf(this.lots);
    desk.now = this.now as Timestamp;
    desk.positions[0] = held;
    desk.equity = held === 0 ? this.cash : this.cash + held * price;
    desk.exposures[0] = held === 0 || !(desk.equity > 0) ? 0 : (held * price) / desk.equity;
  }

  protected cancel(tag: string): void {
    for (const order of this.open)
      if (order.tag === tag) this.requests.send({ order, cancel: true }, this.now + this.latency.entryMs);
  }

  protected order(ask: OrderAsk, reason: string): void {
    const { now, open } = this;
    const { equity, positions } = this.desk;
    const standing = { now, equity, held: positions[0]!, price: this.price(), open, reason };
    const order = orderWished(ask, this.settings.instrument, standing, this.orders.length + 1);
    if (order === undefined) return;
    this.orders.push(order);
    this.open.push(order);
    this.desk.open = this.open.map(({ shown }) => shown);
    this.requests.send({ order, cancel: false }, now + this.latency.entryMs);
  }

  protected listen(): void {
    if (this.tapeHeard) return;
    this.tapeHeard = true;
    // What was heard of this moment and before is over, but for a quote that is still to come.
    const { at, length } = this.events;
    const told = this.now - this.latency.feedMs;
    while (this.heard < length && at[this.heard]! <= told && at[this.heard]! < this.quotes.nextAt)
      this.heard += 1;
  }

  protected watch(): void {
    const { now, view, open, last } = this;
    const held = view.quantityOf(this.lots);
    const price = Number.isNaN(last) ? this.price() : last;
    const sale = this.stops.saleOf(0, { now, held, price, lot: view.quantityOf(1), open });
    if (sale !== undefined) this.order(saleAsk(0, sale.quantity), sale.reason);
  }

  private price(): number {
    const { bid, ask } = this.view.quote;
    return bid > 0 ? (bid + ask) / 2 : this.last;
  }

  /** Equity at the venue; its last middle counts while a side of the book is empty. */
  private worth(): number {
    const { bids, asks } = this.venue;
    if (bids.best !== 0 && asks.best !== 0)
      this.middle = (this.view.priceOf(bids.best) + this.view.priceOf(asks.best)) / 2;
    const held = this.view.quantityOf(this.account.lots);
    return this.account.cashValue + (held === 0 ? 0 : held * this.middle);
  }
}

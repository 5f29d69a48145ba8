/**
 * A backtest over a recorded book: a strategy's own trader behind the desk that it has live, quotes and trades as late as the feed is,
 * orders in the venue's queues, as late as they are. One instrument, no portfolio: what the trader wishes is sent as it is. At one moment
 * the venue's events come first, then orders that arrive, then answers, then the feed, then the timer.
 */
import { type BookEvents, BOUGHT, SOLD } from "../../domain/market/book-events.ts";
import type { ClosedCandle } from "../../domain/market/candle-series.ts";
import type { Needs, Trader } from "../../domain/strategy/strategy.ts";
import { TraderDesk, type Ask } from "../../domain/strategy/desk.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { toFloat, type Timestamp } from "../../domain/values/values.ts";
import { BookAccount } from "./book-account.ts";
import { BookOrder } from "./book-order.ts";
import { BookVenue } from "./book-venue.ts";
import { BookView } from "./book-view.ts";
import { Delayed, type Answer, type Request } from "./delayed.ts";
import { EquitySamples } from "./equity-samples.ts";
import { QuoteFeed } from "./quote-feed.ts";
import type { BookLatency, BookResult, BookSettings } from "./settings.ts";
import { orderWished } from "./wishes.ts";

/** Throws what the strategy throws, and `Invalid` for a wish that it cannot have here. */
export const bookBacktest = (settings: BookSettings): BookResult => new BookBacktest(settings).run();

class BookBacktest {
  private readonly settings: BookSettings;
  private readonly events: BookEvents;
  private readonly latency: BookLatency;
  private readonly account: BookAccount;
  private readonly venue: BookVenue;
  private readonly view: BookView;
  private readonly trader: Trader;
  private readonly needs: Needs;
  private readonly desk = new TraderDesk(1);
  private readonly requests = new Delayed<Request>();
  private readonly answers = new Delayed<Answer>();
  private readonly quotes = new QuoteFeed();
  private readonly orders: BookOrder[] = [];
  /** Those that the strategy takes to be open. */
  private open: BookOrder[] = [];
  private readonly equity: EquitySamples;
  private readonly quotesHeard: boolean;
  private readonly tradesHeard: boolean;
  private readonly candlesHeard: boolean;
  /** Nothing but the venue's events happens before. */
  private until = 0;
  private now = 0;
  /** The feed has told all events below this index. */
  private heard = 0;
  private wakeAt = Infinity;
  /** As the strategy knows them. */
  private cash: number;
  private lots: number;
  private last = NaN;
  private middle = NaN;

  constructor(settings: BookSettings) {
    const { strategy, params, instrument, events, queue, latency, quote, base } = settings;
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
    this.trader = strategy.start(params, [instrument]);
    this.candlesHeard = this.needs.timeframes.length > 0;
    this.quotesHeard = this.needs.quotes === true && this.trader.onQuote !== undefined;
    this.tradesHeard = this.needs.trades === true && this.trader.onTrade !== undefined;
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
    if (!this.tradesHeard && !this.candlesHeard) return this.quotes.nextAt;
    return this.heard < this.events.length ? this.events.at[this.heard]! : Infinity;
  }

  /** All of one moment of the venue is told together, the quote that it has left last. */
  private feed(): void {
    const { view, quotes } = this;
    if (this.tradesHeard || this.candlesHeard) {
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
    if (this.candlesHeard) this.hand(this.view.closed(moment));
    let k = this.heard;
    for (; k < length && at[k] === moment; k += 1) if (kind[k] === BOUGHT || kind[k] === SOLD) this.print(k);
    this.heard = k;
  }

  private print(index: number): void {
    this.hand(this.view.print(index));
    this.last = this.view.trade.price;
    if (!this.tradesHeard) return;
    this.mark();
    this.trader.onTrade!(this.view.trade, 0, this.desk);
    this.send();
  }

  private hand(closed: readonly ClosedCandle[]): void {
    for (const { timeframe, candle } of closed) {
      this.mark();
      this.trader.onCandle(candle, 0, timeframe, this.desk);
      this.send();
    }
  }

  private ring(): void {
    const at = this.wakeAt as Timestamp;
    this.wakeAt = Infinity;
    if (this.trader.onTimer === undefined) return;
    this.mark();
    this.trader.onTimer(at, this.desk);
    this.send();
  }

  private answer({ order, status, filledLots, ticks, reason, cash, lots }: Answer): void {
    const { view } = this;
    this.cash = cash;
    this.lots = lots;
    order.shown.remaining = view.quantityOf(order.lots - filledLots);
    if (status !== "open" && status !== "partial") this.close(order);
    if (this.trader.onOrder === undefined) return;
    this.mark();
    const { tag, side } = order;
    const price = status === "open" ? order.shown.price : view.priceOf(ticks);
    const update = { i: 0, tag, status, side, filled: view.quantityOf(filledLots), price };
    this.trader.onOrder(reason === undefined ? update : { ...update, reason }, this.desk);
    this.send();
  }

  private close(order: BookOrder): void {
    this.open = this.open.filter((one) => one !== order);
    this.desk.open = this.open.map(({ shown }) => shown);
  }

  /** What the desk shows, before each call. */
  private mark(): void {
    const { desk } = this;
    const price = this.price();
    const held = this.view.quantityOf(this.lots);
    desk.now = this.now as Timestamp;
    desk.positions[0] = held;
    desk.equity = held === 0 ? this.cash : this.cash + held * price;
    desk.exposures[0] = held === 0 || !(desk.equity > 0) ? 0 : (held * price) / desk.equity;
  }

  /** What was asked goes on its way. */
  private send(): void {
    const asks = this.desk.take();
    for (let k = 0; k < asks.length; k += 1) this.ask(asks[k]!);
  }

  private ask(ask: Ask): void {
    const arrivesAt = this.now + this.latency.entryMs;
    if (ask.type === "wake") this.wakeAt = Math.min(this.wakeAt, Math.max(ask.at, this.now + 1));
    else if (ask.type === "protect")
      throw new Invalid("protect", "place and cancel: over books no portfolio keeps stops", ask.stopPrice);
    else if (ask.type === "cancel") {
      for (const order of this.open)
        if (order.tag === ask.tag) this.requests.send({ order, cancel: true }, arrivesAt);
    } else {
      const { equity, positions } = this.desk;
      const standing = { now: this.now, equity, held: positions[0]!, price: this.price(), open: this.open };
      const order = orderWished(ask, this.settings.instrument, standing, this.orders.length + 1);
      if (order === undefined) return;
      this.orders.push(order);
      this.open.push(order);
      this.desk.open = this.open.map(({ shown }) => shown);
      this.requests.send({ order, cancel: false }, arrivesAt);
    }
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

/**
 * A backtest over several recorded books at once, at one venue or several: one strategy behind the desk that it has live, with depth, quotes and
 * trades of each as late as the feed is, orders in each venue's queues, as late as they are, and a wallet at each venue. At one moment
 * the venues' events come first, then orders that arrive, then answers, then the feed, book by book, then the timer, as with one book.
 */
import type { Needs, Saved } from "../../domain/strategy/strategy.ts";
import { toFloat, type Asset, type Timestamp, type VenueId } from "../../domain/values/values.ts";
import { BookLane } from "./book-lane.ts";
import type { BookOrder } from "./book-order.ts";
import type { BookNews } from "./book-venue.ts";
import { KnownMoney } from "./known-money.ts";
import { Delayed, type Answer, type Request } from "./delayed.ts";
import { EquitySamples } from "./equity-samples.ts";
import type { BooksSettings } from "./settings.ts";
import { type OrderAsk, TraderRun } from "./trader-run.ts";
import { openWallets, type Wallet } from "./wallet.ts";
import { orderWished, saleAsk } from "./wishes.ts";
import { worthOf } from "./worth.ts";

export interface BooksResult {
  readonly orders: readonly BookOrder[];
  readonly lanes: readonly BookLane[];
  readonly wallets: ReadonlyMap<VenueId, Wallet>;
  /** All wallets at the middles of the books, in the first instrument's quote. */
  readonly equity: EquitySamples;
  /** What the strategy keeps, at the end. */
  readonly saved: Saved;
}

/** Throws what the strategy throws, and `Invalid` for a wish that it cannot have here. */
export const booksBacktest = (settings: BooksSettings): BooksResult => new BooksBacktest(settings).run();

class BooksBacktest extends TraderRun {
  private readonly settings: BooksSettings;
  private readonly needs: Needs;
  private readonly home: Asset;
  private readonly wallets: ReadonlyMap<VenueId, Wallet>;
  private readonly lanes: readonly BookLane[];
  private readonly requests = new Delayed<Request & { readonly lane: BookLane }>();
  private readonly answers = new Delayed<Answer & { readonly i: number }>();
  private readonly known: KnownMoney;
  private readonly equity: EquitySamples;

  constructor(settings: BooksSettings) {
    const { strategy, params, markets, queue, latency } = settings;
    const instruments = markets.map(({ instrument }) => instrument);
    super(strategy.start(params, instruments), markets.length);
    this.settings = settings;
    this.needs = strategy.needs(params);
    this.home = instruments[0]!.quote;
    this.known = new KnownMoney(this.home);
    this.wallets = openWallets(instruments, settings.quote, settings.base);
    this.lanes = markets.map(
      (market, i) =>
        new BookLane(
          { latency, ...market },
          this.wallets.get(market.instrument.venue)!,
          this.needs,
          queue,
          this.newsOf(i),
        ),
    );
    this.equity = new EquitySamples(
      Math.min(...markets.map(({ events }) => events.at[0] ?? Infinity)),
      Math.max(...markets.map(({ events }) => events.at[events.length - 1] ?? 0)),
    );
    for (const wallet of this.wallets.values()) this.known.open(wallet);
    const stock = toFloat(settings.base);
    for (const [i, lane] of this.lanes.entries()) {
      if (lane.instrument.base === instruments[0]!.base && lane.instrument.quote === this.home)
        lane.position = stock;
      this.desk.quotes[i] = lane.view.quote;
    }
  }

  run(): BooksResult {
    const { lanes, requests, answers, equity } = this;
    let changedAt = 0;
    for (;;) {
      let venueAt = requests.nextAt;
      let now = answers.nextAt;
      for (const lane of lanes) {
        venueAt = Math.min(venueAt, lane.nextAt);
        now = Math.min(now, lane.hearsAt);
      }
      now = Math.min(now, venueAt);
      // A timer alone is nobody's business once all is over.
      if (now === Infinity) break;
      now = Math.min(now, this.wakeAt);
      this.now = now;
      if (venueAt <= now) {
        if (equity.due < now) equity.until(now, this.worth());
        changedAt = now;
        for (const lane of lanes) lane.happen(now);
      }
      while (requests.nextAt <= now) {
        if (equity.due < now) equity.until(now, this.worth());
        const { order, cancel, lane } = requests.take();
        if (cancel) lane.venue.cancel(order, now);
        else lane.venue.arrive(order, now);
      }
      while (answers.nextAt <= now) this.answer(answers.take());
      for (const [i, lane] of lanes.entries()) while (lane.hearsAt <= now) this.feed(lane, i);
      if (this.wakeAt <= now) this.ring();
    }
    equity.end(changedAt, this.worth());
    const { orders, wallets } = this;
    return { orders, lanes, wallets, equity, saved: this.trader.save() };
  }

  private newsOf(i: number): BookNews {
    return (order, status, at, filledLots, ticks, reason) => {
      const lane = this.lanes[i]!;
      const { wallet, instrument, latency } = lane;
      if (status === "partial") lane.rates.push(this.rateOf(instrument.quote));
      const cash = toFloat(wallet.total(instrument.quote));
      const lots = toFloat(wallet.total(instrument.base));
      const arrivesAt = at + latency.answerMs;
      this.answers.send({ order, status, filledLots, ticks, reason, cash, lots, i }, arrivesAt);
    };
  }

  /** All of one moment of one venue: candles and trades, then the quote and the depth that it has left. */
  private feed(lane: BookLane, i: number): void {
    const { trader, desk } = this;
    const { view, quotes, depths } = lane;
    const moment = lane.heardAt;
    this.hand(view.closed(moment), i);
    for (const index of lane.trades()) {
      this.hand(view.print(index), i);
      lane.last = view.trade.price;
      if (this.stops.watching) this.watch(i);
      if (this.needs.trades !== true || trader.onTrade === undefined) continue;
      this.mark();
      trader.onTrade(view.trade, i, desk);
      this.send();
    }
    const quoted = quotes.nextAt === moment;
    if (quoted) view.requote(quotes);
    const depth = depths.nextAt === moment ? depths.take() : undefined;
    if (depth !== undefined) desk.depths[i] = depth;
    if (quoted && this.needs.quotes === true && trader.onQuote !== undefined) {
      this.mark();
      trader.onQuote(view.quote, i, desk);
      this.send();
    }
    if (depth === undefined || trader.onBook === undefined) return;
    this.mark();
    trader.onBook(depth, i, desk);
    this.send();
  }

  private answer(answer: Answer & { readonly i: number }): void {
    const { order, status, filledLots, cash, lots, i } = answer;
    const lane = this.lanes[i]!;
    const { view } = lane;
    this.known.hear(lane, cash, lots);
    order.shown.remaining = view.quantityOf(order.lots - filledLots);
    const filled = view.quantityOf(filledLots - order.heardLots);
    lane.position += order.side === "buy" ? filled : -filled;
    order.heardLots = filledLots;
    if (status !== "open" && status !== "partial") {
      lane.open = lane.open.filter((one) => one !== order);
      this.showOpen();
    }
    this.hear(answer, i, view);
  }

  private showOpen(): void {
    this.desk.open = this.lanes.flatMap(({ open }) => open.map(({ shown }) => shown));
  }

  protected mark(): void {
    this.desk.now = this.now as Timestamp;
    this.known.mark(this.desk, this.lanes);
  }

  protected cancel(tag: string): void {
    for (const lane of this.lanes)
      for (const order of lane.open)
        if (order.tag === tag)
          this.requests.send({ order, cancel: true, lane }, this.now + lane.latency.entryMs);
  }

  protected order(ask: OrderAsk, reason: string): void {
    const { lanes, now } = this;
    const i = ask.type === "aim" ? ask.i : ask.request.i;
    const lane = lanes[i]!;
    const { instrument, open, position: held, price } = lane;
    const equity = this.desk.equity / worthOf(instrument.quote, this.home, lanes, (one) => one.price);
    const standing = { now, equity, held, price, open, reason, i, pair: instrument.id };
    const order = orderWished(ask, instrument, standing, this.orders.length + 1);
    if (order === undefined) return;
    this.orders.push(order);
    lane.open.push(order);
    this.showOpen();
    this.requests.send({ order, cancel: false, lane }, now + lane.latency.entryMs);
  }

  protected listen(): void {
    // Every moment is heard anyway.
  }

  protected watch(i: number): void {
    const { open, position: held, last, price: middle, view } = this.lanes[i]!;
    const price = Number.isNaN(last) ? middle : last;
    const sale = this.stops.saleOf(i, { now: this.now, held, price, lot: view.quantityOf(1), open });
    if (sale !== undefined) this.order(saleAsk(i, sale.quantity), sale.reason);
  }

  private worth(): number {
    let equity = 0;
    for (const { totals } of this.wallets.values())
      for (const [asset, amount] of totals) if (amount !== 0n) equity += toFloat(amount) * this.rateOf(asset);
    return equity;
  }

  /** Units of the home asset for one, at the venues. */
  private rateOf(asset: Asset): number {
    return worthOf(asset, this.home, this.lanes, (lane) => lane.lastMiddle());
  }
}

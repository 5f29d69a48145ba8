/**
 * Several pairs at one or more simulated venues in virtual time, and a trader behind the desk that it has live: depth comes as late as the
 * feed, orders arrive later, answers come later still; a venue can refuse orders for a while, say nothing of what it did, or stand still.
 */
import type { Instrument } from "../../domain/market/instrument.ts";
import { TraderDesk } from "../../domain/strategy/desk.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import type { OpenOrder, OrderRequest, OrderUpdate, Trader } from "../../domain/strategy/strategy.ts";
import { fromFloat, money, toFloat, type Timestamp } from "../../domain/values/values.ts";
import { createVenue } from "../../simulation/venue/engine.ts";
import type { SimulatedVenue } from "../../simulation/venue/venue.ts";
import { instrumentOf, type RigOptions, type Trouble } from "./venues-options.ts";

const US = "us";
const CROWD = "crowd";

type Levels = readonly (readonly [number, number])[];

export class VenuesRig {
  readonly desk: TraderDesk;
  readonly venues = new Map<string, SimulatedVenue>();
  readonly market: readonly Instrument[];
  /** What was asked for, as `at pair side type quantity@price`. */
  readonly asked: string[] = [];
  now = 0;
  trader: Trader;
  private readonly options: RigOptions;
  private readonly waiting: { readonly at: number; readonly n: number; readonly run: () => void }[] = [];
  private readonly open = new Map<string, OpenOrder>();
  private readonly given = new Map<string, number>();
  private readonly middle: number[] = [];
  private count = 0;
  private wakeAt = Infinity;

  constructor(options: RigOptions) {
    const { pairs, takerBps = 0, balances } = options;
    this.options = options;
    this.market = pairs.map((id) => instrumentOf(id, takerBps));
    for (const { venue, symbol, base, quote, tickSize, lotSize, notionalMin } of this.market) {
      let there = this.venues.get(venue);
      if (there === undefined) {
        this.venues.set(venue, (there = createVenue({})));
        for (const [asset, amount] of Object.entries(balances)) there.deposit(US, asset, money(amount), 0);
      }
      const grid = { tick: tickSize, lot: lotSize, lotsMin: 1, lotsMax: 1e9, notionalMin };
      const fees = { makerBps: takerBps, takerBps, feeStep: 10n ** 10n };
      there.list({ symbol, base, quote, ...grid, ...fees, status: "trading", market: "book" });
      there.deposit(CROWD, base, money("100000000"), 0);
      there.deposit(CROWD, quote, money("100000000000"), 0);
      there.drain();
    }
    this.desk = new TraderDesk(pairs.length);
    this.trader = this.start();
    for (const i of pairs.keys()) this.given.set(`${i}`, this.total(i, this.market[i]!.base));
  }

  start(): Trader {
    const { strategy, params } = this.options;
    return strategy.start(parseParams(strategy, params), this.market);
  }

  /** At a venue, all of an asset that is ours. */
  total(i: number, asset: string): number {
    const { free, locked } = this.venues.get(this.market[i]!.venue)!.balance(US, asset);
    return toFloat(free) + toFloat(locked);
  }

  /** The crowd's book of a pair from now on; the trader hears of it. */
  book(i: number, bids: Levels, asks: Levels): void {
    const { venue: name, symbol, tickSize, lotSize } = this.market[i]!;
    const venue = this.venues.get(name)!;
    for (const { id } of [...venue.openOrders(CROWD, symbol)]) venue.cancel(CROWD, symbol, { id }, this.now);
    const put = (side: "buy" | "sell", levels: Levels): void => {
      for (const [price, quantity] of levels) {
        const [ticks, lots] = [Number(fromFloat(price) / tickSize), Number(fromFloat(quantity) / lotSize)];
        const terms = { type: "limit", timeInForce: "GTC" } as const;
        venue.submit({ account: CROWD, symbol, clientId: "", side, ...terms, lots, ticks }, this.now);
      }
    };
    put("buy", bids);
    put("sell", asks);
    this.drain(i);
    this.middle[i] = (bids[0]![0] + asks[0]![0]) / 2;
    this.feed(i);
  }

  /** Depth as it stands goes out to the trader. */
  feed(i: number): void {
    const { venue, symbol, tickSize, lotSize } = this.market[i]!;
    const depth = this.venues.get(venue)!.depth(symbol, 20);
    const [tick, lot] = [toFloat(tickSize), toFloat(lotSize)];
    const real = (levels: Levels): Levels => levels.map(([ticks, lots]) => [ticks * tick, lots * lot]);
    const book = { at: this.now as Timestamp, bids: real(depth.bids), asks: real(depth.asks) };
    this.later(this.options.feedMs ?? 5, () => {
      if (this.trouble(i, "deaf") !== undefined) return;
      this.desk.depths[i] = book;
      const [bid, bidQuantity] = book.bids[0] ?? [Number.NaN, 0];
      const [ask, askQuantity] = book.asks[0] ?? [Number.NaN, 0];
      const quote = { at: book.at, bid, bidQuantity, ask, askQuantity };
      this.desk.quotes[i] = quote;
      this.turn(() => {
        this.trader.onBook?.(book, i, this.desk);
        this.trader.onQuote?.(quote, i, this.desk);
      });
    });
  }

  /** All that happens until then. */
  run(until: number): void {
    for (;;) {
      const next = this.waiting.reduce((a, b) => (b.at < a.at || (b.at === a.at && b.n < a.n) ? b : a), {
        at: Infinity,
        n: 0,
        run: () => undefined,
      });
      const at = Math.min(next.at, this.wakeAt);
      if (at > until) break;
      this.now = Math.max(this.now, at);
      if (this.wakeAt <= next.at) {
        this.wakeAt = Infinity;
        this.turn(() => this.trader.onTimer?.(at as Timestamp, this.desk));
      } else {
        this.waiting.splice(this.waiting.indexOf(next), 1);
        next.run();
      }
    }
    this.now = until;
  }

  private later(ms: number, run: () => void): void {
    this.waiting.push({ at: this.now + ms, n: (this.count += 1), run });
  }

  private turn(call: () => void): void {
    const { desk } = this;
    desk.now = this.now as Timestamp;
    desk.open = [...this.open.values()];
    let equity = 0;
    const quote = this.market[0]!.quote;
    const counted = new Set<string>();
    for (const [i, instrument] of this.market.entries()) {
      desk.cashes[i] = this.known(i, instrument.quote);
      desk.holdings[i] = this.known(i, instrument.base);
      desk.positions[i] = desk.holdings[i] - this.given.get(`${i}`)!;
      for (const asset of [instrument.quote, instrument.base]) {
        const key = `${instrument.venue} ${asset}`;
        if (counted.has(key) || (asset !== quote && instrument.quote !== quote)) continue;
        counted.add(key);
        equity += this.known(i, asset) * (asset === quote ? 1 : (this.middle[i] ?? 0));
      }
    }
    desk.equity = equity;
    call();
    for (const ask of desk.take()) {
      if (ask.type === "wake") this.wakeAt = Math.min(this.wakeAt, Math.max(ask.at, this.now + 1));
      else if (ask.type === "cancel") this.send(() => this.cancel(ask.tag), this.open.get(ask.tag)?.i ?? 0);
      else if (ask.type === "place") {
        const { i, side, type, quantity, price = 0 } = ask.request;
        this.asked.push(
          `${this.now} ${this.market[i]!.id} ${side} ${type} ${Number(quantity.toFixed(6))}@${price}`,
        );
        this.open.set(ask.tag, { i, tag: ask.tag, side, price, remaining: quantity });
        this.send(() => this.arrive(ask.tag, ask.request), i);
      } else throw new Error(`a rig has no ${ask.type}`);
    }
  }

  /** As the trader knows it: what a silent venue did is not known. */
  private readonly knowledge = new Map<string, number>();
  private known(i: number, asset: string): number {
    const key = `${this.market[i]!.venue} ${asset}`;
    if (!this.knowledge.has(key)) this.knowledge.set(key, this.total(i, asset));
    return this.knowledge.get(key)!;
  }

  private trouble(i: number, how: Trouble["how"]): Trouble | undefined {
    const { venue } = this.market[i]!;
    return this.options.troubles?.find(
      (one) => one.venue === venue && one.how === how && this.now >= one.from && this.now < one.to,
    );
  }

  private send(run: () => void, i: number): void {
    this.later(this.options.entryMs ?? 10, () => {
      const stuck = this.trouble(i, "stuck");
      if (stuck === undefined) run();
      else this.later(stuck.to - this.now, run);
    });
  }

  private arrive(tag: string, { i, side, type, quantity, price, timeInForce = "IOC" }: OrderRequest): void {
    const { venue: name, symbol, tickSize, lotSize } = this.market[i]!;
    if (this.trouble(i, "refuse") !== undefined) {
      this.answer(i, { i, tag, status: "refused", reason: "venue-down", side, filled: 0, price: 0 });
      return;
    }
    const venue = this.venues.get(name)!;
    const lots = Math.floor(quantity / toFloat(lotSize) + 1e-6);
    const ticks = price === undefined ? undefined : Math.round(price / toFloat(tickSize));
    const terms = { type: type as "limit", timeInForce, ticks } as const;
    const taken = venue.submit({ account: US, symbol, clientId: tag, side, ...terms, lots }, this.now);
    if (!taken.ok)
      this.answer(i, { i, tag, status: "refused", reason: taken.refusal, side, filled: 0, price: 0 });
    this.drain(i);
  }

  private cancel(tag: string): void {
    const order = this.open.get(tag);
    if (order === undefined) return;
    const { venue, symbol } = this.market[order.i]!;
    this.venues.get(venue)!.cancel(US, symbol, { clientId: tag }, this.now);
    this.drain(order.i);
  }

  private drain(i: number): void {
    const { venue, tickSize, lotSize } = this.market[i]!;
    for (const event of this.venues.get(venue)!.drain()) {
      if (event.type === "fill" && event.fill.account === US) {
        const { side, cumulativeLots, ticks, clientId: tag } = event.fill;
        const filled = cumulativeLots * toFloat(lotSize);
        const price = ticks * toFloat(tickSize);
        const whole = event.order.lots === cumulativeLots;
        this.answer(i, { i, tag, status: whole ? "filled" : "partial", side, filled, price });
      } else if (event.type === "order" && event.order.account === US) {
        const { clientId: tag, side, filledLots } = event.order;
        if (event.why === "triggered" || event.why === "rejected") continue;
        const status = event.why === "accepted" ? "open" : event.why;
        const filled = filledLots * toFloat(lotSize);
        this.answer(i, { i, tag, status, side, filled: status === "open" ? 0 : filled, price: 0 });
      }
    }
  }

  private answer(i: number, update: OrderUpdate): void {
    const { base, quote, venue } = this.market[i]!;
    const now = [base, quote].map((asset) => [`${venue} ${asset}`, this.total(i, asset)] as const);
    const silent = this.trouble(i, "silent");
    this.later((this.options.answerMs ?? 10) + (silent === undefined ? 0 : silent.to - this.now), () => {
      for (const [key, total] of now) this.knowledge.set(key, total);
      if (update.status !== "open" && update.status !== "partial") this.open.delete(update.tag);
      this.turn(() => this.trader.onOrder?.(update, this.desk));
    });
  }
}

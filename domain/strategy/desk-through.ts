/**
 * A desk before another one: all that a strategy sees and asks passes. What stands around a strategy (a guide, a manager) is such a desk
 * that changes some of it. `heardThrough` lets the trader around hear what the inner one hears, and no more.
 */
import type { Depth, Quote, Trade } from "../market/tick.ts";
import type { Timestamp } from "../values/values.ts";
import type { Desk, OpenOrder, OrderRequest, Trader } from "./strategy.ts";

export class DeskThrough implements Desk {
  protected desk!: Desk;

  /** The true desk of the turn that begins. */
  before(desk: Desk): this {
    this.desk = desk;
    return this;
  }

  get equity(): number {
    return this.desk.equity;
  }
  get now(): Timestamp {
    return this.desk.now;
  }
  get mute(): boolean {
    return this.desk.mute;
  }
  exposure(i: number): number {
    return this.desk.exposure(i);
  }
  position(i: number): number {
    return this.desk.position(i);
  }
  cash(i: number): number {
    return this.desk.cash(i);
  }
  holding(i: number): number {
    return this.desk.holding(i);
  }
  quote(i: number): Quote {
    return this.desk.quote(i);
  }
  book(i: number): Depth {
    return this.desk.book(i);
  }
  orders(): Iterable<OpenOrder> {
    return this.desk.orders();
  }
  aim(i: number, exposure: number, reason: string, ...numbers: number[]): void {
    this.desk.aim(i, exposure, reason, ...numbers);
  }
  protect(...wish: Parameters<Desk["protect"]>): void {
    this.desk.protect(...wish);
  }
  place(order: OrderRequest, tag: string): void {
    this.desk.place(order, tag);
  }
  cancel(tag: string): void {
    this.desk.cancel(tag);
  }
  wake(at: Timestamp): void {
    this.desk.wake(at);
  }
}

/** What a trader around another one does at what that one hears. */
export interface Ears {
  trade(trade: Trade, i: number, real: Desk): void;
  quote(quote: Quote, i: number, real: Desk): void;
  book(book: Depth, i: number, real: Desk): void;
}

/** `outer`, with the calls of its own for what `inner` has: it is asked for no more than `inner` would be. */
export const heardThrough = (inner: Trader, outer: Trader, ears: Ears): Trader => {
  const heard = outer;
  if (inner.onTrade !== undefined) heard.onTrade = (trade, i, real) => ears.trade(trade, i, real);
  if (inner.onQuote !== undefined) heard.onQuote = (quote, i, real) => ears.quote(quote, i, real);
  if (inner.onBook !== undefined) heard.onBook = (book, i, real) => ears.book(book, i, real);
  if (inner.unhedged !== undefined) heard.unhedged ??= (now) => inner.unhedged!(now);
  if (inner.inventory !== undefined) heard.inventory ??= (real) => inner.inventory!(real);
  if (inner.guiding !== undefined) heard.guiding ??= (now) => inner.guiding!(now);
  if (inner.predicted !== undefined)
    heard.predicted ??= (symbol, prediction) => inner.predicted!(symbol, prediction);
  if (inner.report !== undefined) heard.report ??= () => inner.report!();
  return heard;
};

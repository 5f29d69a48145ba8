/**
 * One account's orders and fills on one pair: what is open, in a chain by id, and as much of what has closed
 * as the venue keeps. An unlimited account's history is not kept.
 */
import type { Account, Holding } from "./ledger.ts";
import type { OrderState } from "./order-state.ts";
import type { VenueFill } from "./venue.ts";

export class Desk {
  readonly account: Account;
  readonly symbol: string;
  readonly base: Holding;
  readonly quote: Holding;
  openCount = 0;
  /** The latest order with each client id. */
  readonly byClient = new Map<string, OrderState>();
  fills: VenueFill[] = [];
  /** The latest, in the order in which they closed. */
  private closed: OrderState[] = [];
  private readonly historyMax: number;
  private firstOpen: OrderState | undefined = undefined;
  private lastOpen: OrderState | undefined = undefined;

  constructor(account: Account, symbol: string, base: string, quote: string, historyMax: number) {
    this.account = account;
    this.symbol = symbol;
    this.base = account.holding(base);
    this.quote = account.holding(quote);
    this.historyMax = historyMax;
  }

  /** Open orders by id. */
  *open(): Generator<OrderState> {
    for (let order = this.firstOpen; order !== undefined; order = order.openBehind) yield order;
  }

  /** Every order that is known, by id. */
  orders(): OrderState[] {
    return [...this.closed, ...this.open()].sort((a, b) => a.id - b.id);
  }

  closedById(id: number): OrderState | undefined {
    return this.closed.findLast((order) => order.id === id);
  }

  attach(order: OrderState): void {
    this.openCount += 1;
    order.openBefore = this.lastOpen;
    if (this.lastOpen === undefined) this.firstOpen = order;
    else this.lastOpen.openBehind = order;
    this.lastOpen = order;
    if (order.clientId !== "") this.byClient.set(order.clientId, order);
  }

  detach(order: OrderState): void {
    this.openCount -= 1;
    if (order.openBefore === undefined) this.firstOpen = order.openBehind;
    else order.openBefore.openBehind = order.openBehind;
    if (order.openBehind === undefined) this.lastOpen = order.openBefore;
    else order.openBehind.openBefore = order.openBefore;
    order.openBefore = undefined;
    order.openBehind = undefined;
    if (this.historyMax === 0 || this.account.unlimited) this.forget(order);
    else {
      this.closed.push(order);
      if (this.closed.length > 2 * this.historyMax) this.shorten();
    }
  }

  keep(fill: VenueFill): void {
    if (this.historyMax === 0) return;
    this.fills.push(fill);
    if (this.fills.length > 2 * this.historyMax) this.fills = this.fills.slice(-this.historyMax);
  }

  private shorten(): void {
    const count = this.closed.length - this.historyMax;
    for (let i = 0; i < count; i += 1) this.forget(this.closed[i]!);
    this.closed = this.closed.slice(count);
  }

  private forget(order: OrderState): void {
    if (order.clientId !== "" && this.byClient.get(order.clientId) === order)
      this.byClient.delete(order.clientId);
  }
}

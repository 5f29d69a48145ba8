/** An order as the simulated venue sees it: its entry in the log, and where it stands at the venue. */
import type { TimeInForce } from "../../domain/order/order.ts";
import type { LoggedOrder } from "./order-log.ts";

export class VenueOrder {
  readonly logged: LoggedOrder;
  /** Which market. */
  readonly i: number;
  readonly buys: boolean;
  readonly hasPrice: boolean;
  /** A stop that has not been reached. */
  waits: boolean;
  /** When its stop was reached; NaN before. */
  triggeredAt = NaN;
  /** It has met the market once. */
  arrived = false;
  done = false;
  /** It meets no candle that opened before. */
  availableAt = 0;

  constructor(i: number, logged: LoggedOrder) {
    const { side, type } = logged;
    this.logged = logged;
    this.i = i;
    this.buys = side === "buy";
    this.hasPrice = type === "limit" || type === "stop-limit";
    this.waits = type === "stop-market" || type === "stop-limit";
  }

  get quantity(): number {
    return this.logged.quantity;
  }

  /** NaN where it has none. */
  get price(): number {
    return this.logged.price;
  }

  get stopPrice(): number {
    return this.logged.stopPrice;
  }

  get timeInForce(): TimeInForce {
    return this.logged.timeInForce;
  }

  /** Whether a taker's price is good enough for it. */
  accepts(price: number): boolean {
    return !this.hasPrice || (this.buys ? price <= this.price : price >= this.price);
  }

  /** Whether a trade at this price went through its limit: at the very price others may have stood before it. */
  passedBy(price: number): boolean {
    return this.buys ? price < this.price : price > this.price;
  }

  /** Whether its stop is reached at this price. */
  reachedBy(price: number): boolean {
    return this.buys ? price >= this.stopPrice : price <= this.stopPrice;
  }
}

/** How an order ends that is not filled. */
export type Unfilled = "cancelled" | "expired" | "refused";

/** What the venue tells of an order. */
export interface VenueNews<O extends VenueOrder = VenueOrder> {
  accepted(order: O, at: number): void;
  /** Whole: candles tell of no depth. `maker`: at its own limit price. */
  filled(order: O, price: number, maker: boolean, at: number): void;
  ended(order: O, status: Unfilled, reason: string, at: number): void;
  /** A price that is waited for was met: what follows from it by itself. Then, when that is done, `told`: the trader may hear of it. */
  seen?(i: number, price: number, at: number): void;
  told?(): void;
}

/** Takes one out of a list, in place: `splice` would make an array of it. */
export const takeOut = <T>(list: T[], item: T): void => {
  const last = list.length - 1;
  let k = list.indexOf(item);
  if (k < 0) throw new Error("an order is not where it was placed");
  for (; k < last; k += 1) list[k] = list[k + 1]!;
  list.pop();
};

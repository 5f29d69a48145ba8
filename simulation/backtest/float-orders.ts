/** What the books in doubles remember of an order, and of what a strategy wishes of one market. */
import type { OrderType, TimeInForce } from "../../domain/order/order.ts";
import type { Ask } from "../../domain/strategy/desk.ts";
import type { OpenOrder } from "../../domain/strategy/strategy.ts";
import type { Side } from "../../domain/values/values.ts";
import type { LoggedOrder } from "./order-log.ts";
import { VenueOrder } from "./venue-order.ts";

/** A class and not a literal: thousands of them a run have one shape from the beginning. */
export class Wish {
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: number;
  /** NaN where it has none. */
  readonly price: number;
  readonly stopPrice: number;
  readonly tag: string;
  readonly reason: string;
  constructor(
    side: Side,
    type: OrderType,
    quantity: number,
    tag: string,
    reason: string,
    price = NaN,
    stopPrice = NaN,
    timeInForce: TimeInForce = "GTC",
  ) {
    this.side = side;
    this.type = type;
    this.timeInForce = timeInForce;
    this.quantity = quantity;
    this.price = price;
    this.stopPrice = stopPrice;
    this.tag = tag;
    this.reason = reason;
  }
}

/** Why it was sent: for an aim, as a position's stop, or placed by name. */
export type Role = "aim" | "stop" | "placed";

export class LiveOrder extends VenueOrder {
  readonly wish: Wish;
  /** Quote for a buy, base for a sale. */
  readonly reserved: number;
  readonly logged: LoggedOrder;
  constructor(i: number, wish: Wish, reserved: number, logged: LoggedOrder) {
    super(logged.id, i, wish);
    this.wish = wish;
    this.reserved = reserved;
    this.logged = logged;
  }
}

export class Standing {
  /** The aim's order, one at a time. */
  order: LiveOrder | undefined = undefined;
  /** The aim that is sized when it has closed. */
  waiting: { readonly exposure: number; readonly reason: string } | undefined = undefined;
  /** Of the last aim; NaN before any. */
  exposure = NaN;
  /** The rule that refused the last aim. */
  refused = "";
  /** The protection wished; NaN for none. */
  stopPrice = NaN;
  stopReason = "";
  /** Something was held while it was wished. */
  held = false;
  stop: LiveOrder | undefined = undefined;

  /** A stop stands, or one is wished for. */
  get protects(): boolean {
    return this.stop !== undefined || !Number.isNaN(this.stopPrice);
  }

  protect({ stopPrice, reason }: Extract<Ask, { type: "protect" }>, held: boolean): void {
    if (stopPrice === this.stopPrice) return;
    this.stopPrice = stopPrice ?? NaN;
    this.stopReason = reason;
    this.held = held;
  }
}

export const openOrder = ({ i, wish }: LiveOrder): OpenOrder => ({
  i,
  tag: wish.tag,
  side: wish.side,
  price: wish.price > 0 ? wish.price : wish.stopPrice > 0 ? wish.stopPrice : 0,
  remaining: wish.quantity,
});

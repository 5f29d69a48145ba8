/** An order as the simulated venue sees it: doubles, and what has become of it. */
import type { OrderType, TimeInForce } from "../../domain/order/order.ts";
import type { Side } from "../../domain/values/values.ts";

export class VenueOrder {
  readonly id: string;
  /** Which market. */
  readonly i: number;
  readonly side: Side;
  readonly buys: boolean;
  readonly timeInForce: TimeInForce;
  readonly quantity: number;
  /** NaN where it has none. */
  readonly price: number;
  readonly stopPrice: number;
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

  constructor(
    id: string,
    i: number,
    {
      side,
      type,
      timeInForce,
      quantity,
      price,
      stopPrice,
    }: {
      readonly side: Side;
      readonly type: OrderType;
      readonly timeInForce: TimeInForce;
      readonly quantity: number;
      readonly price: number;
      readonly stopPrice: number;
    },
  ) {
    this.id = id;
    this.i = i;
    this.side = side;
    this.buys = side === "buy";
    this.timeInForce = timeInForce;
    this.quantity = quantity;
    this.price = price;
    this.stopPrice = stopPrice;
    this.hasPrice = type === "limit" || type === "stop-limit";
    this.waits = type === "stop-market" || type === "stop-limit";
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
}

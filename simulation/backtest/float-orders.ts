/** What the books in doubles remember of an order, and of what a strategy wishes of one market. */
import type { Ask } from "../../domain/strategy/desk.ts";
import type { OpenOrder } from "../../domain/strategy/strategy.ts";
import type { LoggedOrder } from "./order-log.ts";
import { VenueOrder } from "./venue-order.ts";

/** Why it was sent: for an aim, as a position's stop, or placed by name. */
export type Role = "aim" | "stop" | "placed";

export class LiveOrder extends VenueOrder {
  /** Quote for a buy, base for a sale. */
  readonly reserved: number;
  constructor(i: number, logged: LoggedOrder, reserved: number) {
    super(i, logged);
    this.reserved = reserved;
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

export const openOrder = ({
  i,
  logged: { tag, side, price, stopPrice, quantity },
}: LiveOrder): OpenOrder => ({
  i,
  tag,
  side,
  price: price > 0 ? price : stopPrice > 0 ? stopPrice : 0,
  remaining: quantity,
});

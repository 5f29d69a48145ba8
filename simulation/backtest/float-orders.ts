/** What the books in doubles remember of an order, and of what a strategy wishes of one market. */
import { PROTECT_TAG } from "../../domain/portfolio/protection.ts";
import { TARGET_TAG } from "../../domain/portfolio/targets.ts";
import type { Side } from "../../domain/values/values.ts";
import type { Ask } from "../../domain/strategy/desk.ts";
import type { OpenOrder } from "../../domain/strategy/strategy.ts";
import { LoggedOrder } from "./order-log.ts";
import { FloatTargets } from "./float-targets.ts";
import { VenueOrder } from "./venue-order.ts";

/** Why it was sent: for an aim, as a position's stop, at a target of it, or placed by name. */
export type Role = "aim" | "stop" | "target" | "placed";

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
  readonly targets = new FloatTargets();

  /** A stop stands, or something is wished for. */
  get protects(): boolean {
    return this.stop !== undefined || !Number.isNaN(this.stopPrice) || this.targets.any;
  }

  /** `held` of the position, signed, at the price `last`. */
  protect(
    { stopPrice, reason, targets }: Extract<Ask, { type: "protect" }>,
    held: number,
    last: number,
  ): void {
    if (Object.is(stopPrice ?? NaN, this.stopPrice) && this.targets.isKnown(targets)) return;
    this.stopPrice = stopPrice ?? NaN;
    this.stopReason = reason;
    this.held = held !== 0;
    this.targets.wish(targets, stopPrice, held, last);
  }

  /** It is in its place from now on. */
  takes(order: LiveOrder, role: Role): void {
    if (role === "aim") {
      this.order = order;
      this.refused = "";
    } else if (role === "stop") this.stop = order;
    else if (role === "target") this.targets.sale = order;
  }

  ends(order: LiveOrder): void {
    if (this.order === order) this.order = undefined;
    if (this.stop === order) this.stop = undefined;
    if (this.targets.sale === order) this.targets.sale = undefined;
  }
}

/** At the market where the price has passed it already. */
export const stopOrder = (
  { stopPrice, stopReason }: Standing,
  side: Side,
  quantity: number,
  mark: number,
): LoggedOrder => {
  const passed = side === "sell" ? mark <= stopPrice : mark >= stopPrice;
  return passed
    ? new LoggedOrder(side, "market", quantity, PROTECT_TAG, stopReason)
    : new LoggedOrder(side, "stop-market", quantity, PROTECT_TAG, stopReason, NaN, stopPrice);
};

/** What a strategy means by a tag: no order that is the portfolio's own. */
export const named = (live: readonly LiveOrder[], tag: string): readonly LiveOrder[] =>
  tag === PROTECT_TAG || tag === TARGET_TAG ? [] : live.filter(({ logged }) => logged.tag === tag);

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

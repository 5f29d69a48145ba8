/** An order of one of several strategies: what it became in all, and the part of it that is at the venue, which is less where it met another strategy's inside. */
import type { Order } from "../../../domain/order/order.ts";
import { loggedOf } from "../exact-orders.ts";
import { LoggedOrder } from "../order-log.ts";
import { VenueOrder } from "../venue-order.ts";
import type { Seat } from "./seat.ts";

export class SharedOrder {
  readonly seat: Seat;
  /** Of all markets. */
  readonly i: number;
  readonly total: LoggedOrder;
  atVenue: PlacedPart | undefined;

  constructor(seat: Seat, i: number, order: Order) {
    this.seat = seat;
    this.i = i;
    this.total = loggedOf(order);
  }

  /** A part of it was filled, wherever: the seat's trades and the order's sums. */
  filled(quantity: number, price: number, fee: number, at: number): void {
    const { total } = this;
    const { side, type, tag, reason } = total;
    const part = new LoggedOrder(side, type, quantity, tag, reason);
    part.fill(price, fee, at);
    total.averagePrice =
      total.filled === 0
        ? price
        : (total.filled * total.averagePrice + quantity * price) / (total.filled + quantity);
    total.filled += quantity;
    total.fees += fee;
    this.seat.trades.filled(this.i, part);
  }
}

export class PlacedPart extends VenueOrder {
  readonly whole: SharedOrder;
  readonly sent: Order;

  constructor(whole: SharedOrder, sent: Order) {
    super(whole.i, loggedOf(sent));
    this.whole = whole;
    this.sent = sent;
  }
}

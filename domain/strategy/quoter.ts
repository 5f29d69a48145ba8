/**
 * One bid and one ask of an instrument, kept where a market maker wants them: post-only, replaced when they stand further than the
 * tolerance from there, and the new one only when the end of the old one is known, since both would want the same money. An order
 * that the venue refuses because it would take is wanted anew at the next chance.
 */
import type { Sizes } from "./sizes.ts";
import type { Desk, OrderUpdate } from "./strategy.ts";
import { type Heard, type WorkingOrder, WorkingOrders } from "./working-orders.ts";

/** So long nothing is placed after a refusal, ms: a venue that is down refuses at once, and would be asked at each quote. */
const PAUSE_MS = 5_000;
/** How much more than wished an order may be of before it is replaced: what is wished drifts with equity. */
const ROOM = 1.02;

export class Quoter {
  readonly orders: WorkingOrders;
  /** NaN for none. */
  bid = Number.NaN;
  bidQuantity = 0;
  ask = Number.NaN;
  askQuantity = 0;
  /** Orders that the venue or our own risk has not taken, but those that would have taken. */
  refused = 0;
  pausedUntil = 0;
  private readonly sizes: Sizes;
  private readonly tolerance: number;

  /** `tolerance`: as a part of the price. */
  constructor(i: number, sizes: Sizes, tolerance: number) {
    this.orders = new WorkingOrders(i, sizes.fee);
    this.sizes = sizes;
    this.tolerance = tolerance;
  }

  /** Brings the orders to what is wished; `last`: the price now. Not while the desk is mute. */
  keep(desk: Desk, last: number): void {
    this.side(desk, true, last);
    this.side(desk, false, last);
  }

  private side(desk: Desk, buys: boolean, last: number): void {
    const price = buys ? this.bid : this.ask;
    const quantity = buys ? this.bidQuantity : this.askQuantity;
    const wished = price > 0 && this.sizes.allows(quantity, price);
    let standing: WorkingOrder | undefined;
    for (const order of this.orders.live) if (order.buys === buys) standing = order;
    if (standing !== undefined) {
      const far = Math.abs(standing.price - price) > this.tolerance * price;
      const more = standing.quantity - standing.filled > quantity * ROOM;
      if (!wished || far || more) this.orders.cancel(desk, standing);
      return;
    }
    if (!wished || desk.now < this.pausedUntil) return;
    const side = buys ? "buy" : "sell";
    const request = { side, type: "limit", timeInForce: "PO", quantity, price } as const;
    this.orders.place(desk, buys ? "bid" : "ask", request, last);
  }

  /** What it means for these orders; `wished` when it is time to think anew. */
  hear(update: OrderUpdate, now: number): Heard | undefined {
    const { status, reason } = update;
    const heard = this.orders.hear(update);
    if (heard !== undefined && (status === "refused" || status === "blocked") && reason !== "would-take") {
      this.refused += 1;
      this.pausedUntil = now + PAUSE_MS;
    }
    return heard;
  }
}

/**
 * One bid and one ask of an instrument, kept where a market maker wants them: post-only, replaced when they stand further than the
 * tolerance from there, and the new one only when the end of the old one is known, since both would want the same money. An order
 * that the venue refuses because it would take is wanted anew at the next chance.
 *
 * Where orders may hang, the partner of an order that was filled stays where it is, and a new pair is quoted beside it: it waits to
 * be filled until it lies too far from the price.
 */
import type { Sizes } from "./sizes.ts";
import type { Desk, OrderUpdate } from "./strategy.ts";
import { type Heard, type WorkingOrder, WorkingOrders } from "./working-orders.ts";

/** So long nothing is placed after a refusal, ms: a venue that is down refuses at once, and would be asked at each quote. */
const PAUSE_MS = 5_000;
/** How much more than wished an order may be of before it is replaced: what is wished drifts with equity. */
const ROOM = 1.02;
/** So many may hang; a partner beyond them is replaced as if none did. */
const HANGING_MAX = 10;

export interface QuoterParams {
  readonly toleranceBps: number;
  /** How far from the price an order may hang; 0: none does. */
  readonly hangingBps: number;
  /** Nothing is placed for so long after an order was filled whole. */
  readonly fillDelayMs: number;
}

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
  /** Tags of the orders that hang. */
  readonly hanging = new Set<string>();
  private readonly sizes: Sizes;
  private readonly tolerance: number;
  private readonly reach: number;
  private readonly fillDelayMs: number;

  constructor(i: number, sizes: Sizes, { toleranceBps, hangingBps, fillDelayMs }: QuoterParams) {
    this.orders = new WorkingOrders(i, sizes.fee);
    this.sizes = sizes;
    this.tolerance = toleranceBps / 10_000;
    this.reach = hangingBps / 10_000;
    this.fillDelayMs = fillDelayMs;
  }

  /** What hanging bids may still spend, in quote, fees included. */
  get hangingBid(): number {
    let sum = 0;
    if (this.hanging.size > 0)
      for (const { tag, buys, quantity, filled, worth } of this.orders.live)
        if (buys && this.hanging.has(tag)) sum += (quantity - filled) * worth;
    return sum;
  }

  /** What hanging asks may still sell, in base units. */
  get hangingOffered(): number {
    let sum = 0;
    if (this.hanging.size > 0)
      for (const { tag, buys, quantity, filled } of this.orders.live)
        if (!buys && this.hanging.has(tag)) sum += quantity - filled;
    return sum;
  }

  /** Brings the orders to what is wished; `last`: the price now. Not while the desk is mute. */
  keep(desk: Desk, last: number): void {
    if (this.hanging.size > 0)
      for (const order of this.orders.live)
        if (this.hanging.has(order.tag) && Math.abs(order.price - last) > this.reach * last)
          this.orders.cancel(desk, order);
    this.side(desk, true, last);
    this.side(desk, false, last);
  }

  private side(desk: Desk, buys: boolean, last: number): void {
    const price = buys ? this.bid : this.ask;
    const quantity = buys ? this.bidQuantity : this.askQuantity;
    const wished = price > 0 && price < Infinity && this.sizes.allows(quantity, price);
    const standing = this.standing(buys);
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

  private standing(buys: boolean): WorkingOrder | undefined {
    let found: WorkingOrder | undefined;
    for (const order of this.orders.live)
      if (order.buys === buys && !this.hanging.has(order.tag)) found = order;
    return found;
  }

  /** After a restart: of several orders of one side all but the newest hang, or end. */
  settle(desk: Desk): void {
    this.orders.settle(desk);
    for (const buys of [true, false]) {
      const newest = this.standing(buys);
      for (const order of this.orders.live) {
        if (order.buys !== buys || order === newest || this.hanging.has(order.tag)) continue;
        if (this.reach > 0 && this.hanging.size < HANGING_MAX) this.hanging.add(order.tag);
        else this.orders.cancel(desk, order);
      }
    }
    for (const tag of this.hanging)
      if (!this.orders.live.some((one) => one.tag === tag)) this.hanging.delete(tag);
  }

  /** What it means for these orders; `wished` when it is time to think anew. */
  hear(update: OrderUpdate, now: number): Heard | undefined {
    const { status, reason } = update;
    const heard = this.orders.hear(update);
    if (heard?.ended === true) this.ended(heard.order, status === "filled", now);
    if (heard !== undefined && (status === "refused" || status === "blocked") && reason !== "would-take") {
      this.refused += 1;
      this.pausedUntil = now + PAUSE_MS;
    }
    return heard;
  }

  /** One that hung does not let its partner hang: that was replaced long ago. */
  private ended({ tag, buys }: WorkingOrder, whole: boolean, now: number): void {
    const hung = this.hanging.delete(tag);
    if (!whole) return;
    if (this.fillDelayMs > 0) this.pausedUntil = Math.max(this.pausedUntil, now + this.fillDelayMs);
    const partner = this.standing(!buys);
    if (hung || this.reach === 0 || partner === undefined || partner.cancelling) return;
    if (this.hanging.size < HANGING_MAX) this.hanging.add(partner.tag);
  }
}

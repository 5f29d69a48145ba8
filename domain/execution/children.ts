/**
 * What a total asks for now: looks whether its end has come, sends the next order for a part of it, and closes it, with what is left sent to
 * the market where that is wished.
 */
import type { Desk, OrderUpdate } from "../strategy/strategy.ts";
import type { WorkingOrders } from "../strategy/working-orders.ts";
import type { Timestamp } from "../values/values.ts";
import { partOf } from "./child.ts";
import type { Lots } from "./lots.ts";
import type { Ending, Parent } from "./parent.ts";
import type { Prices } from "./prices.ts";
import { inBase } from "./shortfall.ts";
import type { ExecutionTerms } from "./terms.ts";

/** Orders refused in a row, and tries at the market for what is left: more is not worth while. */
const REFUSALS_MAX = 5;
const SWEEPS_MAX = 5;
/** Rest after an order that came to nothing, and between those that follow the volume, ms. */
const PAUSE = 1_000;
/** So much of an order is asked for next when there was no money for it. */
const TRIM = 0.9;

const PART = "part";
const SWEEP = "rest";

interface Parts {
  readonly parent: Parent;
  readonly orders: WorkingOrders;
  readonly lots: Lots;
  readonly prices: Prices;
}

export class Children {
  private readonly terms: ExecutionTerms;
  private readonly parent: Parent;
  private readonly orders: WorkingOrders;
  private readonly lots: Lots;
  private readonly prices: Prices;

  constructor(terms: ExecutionTerms, { parent, orders, lots, prices }: Parts) {
    this.terms = terms;
    this.parent = parent;
    this.orders = orders;
    this.lots = lots;
    this.prices = prices;
  }

  /** Whether the end has come. */
  look(desk: Desk): void {
    const { parent, terms } = this;
    const idle = this.orders.live.length === 0;
    if (idle && parent.filled >= parent.total && parent.total > 0) this.close("filled", false);
    else if (parent.refusals >= REFUSALS_MAX) this.close("refused", false);
    else if (desk.now >= parent.endsAt) this.close("timed-out", terms.leftover === "market");
    else if (terms.algorithm === "chase" && this.prices.movedAway(desk, parent))
      this.close("moved-away", terms.leftover === "market");
    else if (idle && this.lots.held(desk, parent) === 0) this.close("flat", false);
    else if (idle && Math.min(parent.total - parent.filled, this.lots.held(desk, parent)) < this.least(desk))
      this.close("too-small", false);
  }

  close(ending: Ending, sweeps: boolean): void {
    this.parent.phase = "closing";
    this.parent.ending = ending;
    this.parent.sweeps = sweeps ? 0 : SWEEPS_MAX;
  }

  send(desk: Desk): void {
    const { parent, prices, terms } = this;
    const { live } = this.orders;
    if (desk.now < parent.pausedUntil) return;
    if (prices.rests && live.length > 0) {
      const stale =
        terms.algorithm === "chase"
          ? prices.astray(desk, parent, live[0]!.price)
          : terms.algorithm !== "iceberg" && parent.restsSince < parent.slice;
      if (stale) this.orders.cancelAll(desk);
      return;
    }
    const price = prices.rests ? prices.resting(desk, parent) : prices.taking(desk, parent);
    if (Number.isNaN(price)) return;
    const { committed } = this;
    const least = this.lots.least(price > 0 ? price : prices.lower(desk, parent));
    const part = partOf({
      total: parent.total,
      committed,
      due: parent.due,
      least,
      most: this.lots.most,
      shown: this.lots.shown(parent),
      room: this.lots.room(desk, parent, this.orders, price > 0 ? price : parent.last),
      ahead: terms.algorithm !== "pov",
    });
    if (part === 0) return;
    parent.restsSince = parent.slice;
    // Prints may come by the hundred a second.
    if (terms.algorithm === "pov") parent.pausedUntil = desk.now + PAUSE;
    this.place(desk, PART, this.trimmed(part, least), price, prices.timeInForce);
  }

  /** Ends what is out, sends the rest to the market where that is wished, and is over. */
  finish(desk: Desk): void {
    const { parent, prices, orders } = this;
    for (const order of orders.live) if (order.purpose !== SWEEP) orders.cancel(desk, order);
    if (orders.live.length > 0) return;
    if (parent.filled >= parent.total && parent.total > 0) parent.ending = "filled";
    else if (parent.sweeps < SWEEPS_MAX && desk.now < parent.pausedUntil) return;
    else if (parent.sweeps < SWEEPS_MAX) {
      const price = prices.taking(desk, parent);
      const rest = Math.min(parent.total - parent.filled, this.lots.held(desk, parent), this.lots.most);
      const room = this.lots.room(desk, parent, orders, price > 0 ? price : parent.last);
      const least = this.lots.least(price > 0 ? price : prices.lower(desk, parent));
      if (!Number.isNaN(price) && Math.min(rest, room) >= least) {
        parent.sweeps += 1;
        this.place(desk, SWEEP, this.trimmed(Math.min(rest, room), least), price, "IOC");
        return;
      }
      if (!Number.isNaN(price) && rest >= least) parent.ending = "budget";
    }
    parent.phase = "over";
    parent.endedAt = desk.now;
  }

  /** `price`: 0 for an order at the market. */
  private place(
    desk: Desk,
    purpose: string,
    lots: number,
    price: number,
    timeInForce: "GTC" | "IOC" | "PO",
  ): void {
    const { parent } = this;
    parent.children += 1;
    const side = parent.buys ? "buy" : "sell";
    const quantity = Math.min(inBase(lots, this.lots.lot), this.lots.closable(desk, parent, this.orders));
    const request =
      price > 0
        ? ({ side, type: "limit", timeInForce, quantity, price } as const)
        : ({ side, type: "market", quantity } as const);
    this.orders.place(desk, purpose, request, parent.last);
  }

  /** Nothing came of an order: another is tried a little later, so that no answer goes round for ever. */
  failed({ status, reason }: OrderUpdate, desk: Desk): void {
    const { parent } = this;
    if (!parent.active) return;
    if (reason === "capital") parent.trim *= TRIM;
    parent.pausedUntil = desk.now + PAUSE;
    desk.wake(parent.pausedUntil as Timestamp);
    if (status !== "expired" && reason !== "would-take") parent.refusals += 1;
  }

  private trimmed(lots: number, least: number): number {
    return Math.max(least, Math.floor(lots * this.parent.trim));
  }

  get committed(): number {
    return this.parent.filled + this.lots.out(this.orders);
  }

  private least(desk: Desk): number {
    return this.lots.least(this.prices.lower(desk, this.parent));
  }
}

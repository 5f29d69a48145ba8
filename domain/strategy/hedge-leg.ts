/**
 * The leg that hedges: brought, by orders at the market, to what answers the other legs. It follows what was filled, never a wish; at
 * most one order is out; from one side to the other it goes by way of flat. What was missing of it, and for how long, is measured.
 */
import { Exposure } from "../arbitrage/exposure.ts";
import { wholeLots } from "../arbitrage/two-books.ts";
import type { Instrument } from "../market/instrument.ts";
import type { Timestamp } from "../values/values.ts";
import type { Hedge } from "./hedge.ts";
import { Sizes } from "./sizes.ts";
import type { Desk, OrderUpdate } from "./strategy.ts";
import { WorkingOrders } from "./working-orders.ts";

/** An order that was refused is tried again after this part of `hedgeMs`. */
const AGAIN = 0.2;
/** Where the money does not suffice, smaller orders are tried, down to this part. */
const LEAST = 1 / 64;

/** Saved field by field. */
class Kept {
  readonly exposure = new Exposure();
  /** What was held of each instrument when the hedge was right last. */
  readonly followed: Float64Array;
  /** The hedge is being put right. */
  acting = false;
  /** Since when it has been missing; 0: it is not. */
  lateSince = 0;
  /** No order goes out before. */
  againAt = 0;
  part = 1;
  failed = 0;

  constructor(count: number) {
    this.followed = new Float64Array(count);
  }
}

export class HedgeLeg {
  readonly kept: Kept;
  readonly orders: WorkingOrders;
  /** What should be held, and is: base units, above 0 when long. */
  target = 0;
  position = 0;
  private readonly sizes: Sizes;
  private readonly hedge: Hedge;
  private readonly h: number;

  constructor(hedge: Hedge, market: readonly Instrument[]) {
    this.hedge = hedge;
    this.h = market.length - 1;
    this.sizes = new Sizes(market[this.h]!);
    this.orders = new WorkingOrders(this.h, this.sizes.fee);
    this.kept = new Kept(this.h);
  }

  /** News of one of its orders. */
  hear(update: OrderUpdate, now: number): void {
    const heard = this.orders.hear(update);
    if (heard === undefined || !(heard.ended || heard.wished)) return;
    const { kept } = this;
    if (heard.wished) {
      kept.part = 1;
      kept.againAt = 0;
    } else if (update.reason === "capital" && kept.part > LEAST) kept.part /= 2;
    else {
      kept.part = 1;
      kept.againAt = now + this.hedge.hedgeMs * AGAIN;
    }
  }

  /**
   * Towards `target`. `even`: prices are of one time, so that a drift is one. True where it has been missing for too long; then `held`
   * tells what part of the other legs it answers.
   */
  follow(desk: Desk, target: number, price: number, even: boolean): boolean {
    const { kept, orders, hedge, h } = this;
    const { now } = desk;
    if (orders.overdue(now)) orders.settle(desk);
    this.target = target;
    this.position = desk.position(h);
    const left = target - this.position;
    const tolerated = hedge.band * Math.max(0, desk.equity);
    const off = Math.abs(left) * price > tolerated;
    const tradable = this.sizeOf(left, price) > 0;
    if (!tradable) this.settled(desk);
    else if (this.moved(desk) || (even && off)) kept.acting = true;
    if (!kept.acting || !off) kept.lateSince = 0;
    else if (kept.lateSince === 0) kept.lateSince = now;
    if (kept.acting) this.act(desk, left, price);
    return kept.lateSince > 0 && this.late(desk);
  }

  /** Once for each stretch of `hedgeMs`, and not while the end of its order may still be told. */
  private late(desk: Desk): boolean {
    const { kept, orders, hedge } = this;
    const { now } = desk;
    let until = kept.lateSince + hedge.hedgeMs;
    for (const order of orders.live) {
      if (now >= order.at + hedge.hedgeMs) orders.cancel(desk, order);
      until = Math.max(until, order.at + hedge.hedgeMs * (order.cancelling ? 2 : 1));
    }
    if (now < until) {
      desk.wake(until as Timestamp);
      return false;
    }
    kept.lateSince = now;
    kept.failed += 1;
    desk.wake((now + hedge.hedgeMs) as Timestamp);
    return true;
  }

  /** What is held beyond what is answered, above 0 for too much bought; what the band allows counts as nothing. */
  measure(now: number, equity: number, price: number, first: number): void {
    const open = ((this.position - this.target) * price) / first;
    const least = Math.max(this.sizes.lot * price, this.hedge.band * Math.max(0, equity)) / first;
    this.kept.exposure.note(now, open, first, least * (1 + 1e-9));
  }

  /** The part of the other legs that it answers, 0 to 1. */
  get held(): number {
    return this.target === 0 ? 1 : Math.max(0, Math.min(1, this.position / this.target));
  }

  private moved(desk: Desk): boolean {
    const { followed } = this.kept;
    for (let i = 0; i < this.h; i += 1) if (desk.position(i) !== followed[i]) return true;
    return false;
  }

  private settled(desk: Desk): void {
    const { kept } = this;
    kept.acting = false;
    kept.part = 1;
    for (let i = 0; i < this.h; i += 1) kept.followed[i] = desk.position(i);
  }

  private act(desk: Desk, left: number, price: number): void {
    const { kept, orders } = this;
    if (orders.live.length > 0) return;
    if (desk.now < kept.againAt) {
      desk.wake(kept.againAt as Timestamp);
      return;
    }
    const quantity = this.sizeOf(left * kept.part, price) || this.sizeOf(left, price);
    const request = { side: left > 0 ? "buy" : "sell", type: "market", quantity } as const;
    orders.place(desk, "hedge", request, price);
  }

  /** In whole lots, to flat at most where it is on the other side; 0 for what nobody trades. */
  private sizeOf(left: number, price: number): number {
    const { position, sizes } = this;
    const flat = Math.abs(position);
    const size = Math.abs(left);
    // What is too little to be closed by itself goes with the rest.
    const most = position * left < 0 && flat < size && sizes.allows(flat, price) ? flat : size;
    return sizes.allows(most, price) ? wholeLots(most, sizes.lot) : 0;
  }
}

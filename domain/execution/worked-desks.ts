/**
 * The two desks of a worked strategy (worked.ts), both before the true one: what the strategy sees, whose aims become parents, and what an
 * execution sees, whose orders have tags that no strategy uses and name why they are there.
 */
import { DeskThrough } from "../strategy/desk-through.ts";
import type { Desk, OpenOrder, OrderRequest } from "../strategy/strategy.ts";
import { Invalid } from "../values/invalid.ts";
import type { Protect } from "./deferred-stop.ts";
import type { Timestamp } from "../values/values.ts";

const PREFIX = "worked ";
const BEHIND = ": ";
/** Of a reason within a tag, in characters. */
const REASON_MAX = 100;

/** The execution's own tag of an order; undefined for one of somebody else. */
export const partIn = (tag: string): string | undefined =>
  tag.startsWith(PREFIX) ? tag.slice(tag.lastIndexOf(BEHIND) + BEHIND.length) : undefined;

/** What the strategy wishes of one instrument. */
export interface Wishes {
  aim(exposure: number, reason: string, numbers: readonly number[]): void;
  protect(wish: Protect): void;
}

export class WishDesk extends DeskThrough {
  /** When the strategy wants to be woken next: it shares one clock with its executions. */
  wakeAt = Number.POSITIVE_INFINITY;
  private readonly wishes: readonly Wishes[];

  constructor(wishes: readonly Wishes[]) {
    super();
    this.wishes = wishes;
  }

  override aim(i: number, exposure: number, reason: string, ...numbers: number[]): void {
    // The true one checks it, and drops it.
    if (this.desk.mute || this.wishes[i] === undefined) this.desk.aim(i, exposure, reason, ...numbers);
    else if (!Number.isFinite(exposure)) throw new Invalid("aim.exposure", "a fraction of equity", exposure);
    else this.wishes[i].aim(exposure, reason, numbers);
  }

  override protect(...wish: Parameters<Desk["protect"]>): void {
    const of = this.wishes[wish[0]];
    if (this.desk.mute || of === undefined) this.desk.protect(...wish);
    else of.protect(wish);
  }

  override orders(): Iterable<OpenOrder> {
    return [...this.desk.orders()].filter(({ tag }) => partIn(tag) === undefined);
  }

  override wake(at: Timestamp): void {
    this.desk.wake(at);
    this.wakeAt = Math.min(this.wakeAt, at);
  }
}

export class PartDesk extends DeskThrough {
  /** Why the parent is there: the same until it is over. */
  reason = "";

  override place(order: OrderRequest, tag: string): void {
    this.desk.place(order, this.tagged(tag));
  }

  override cancel(tag: string): void {
    this.desk.cancel(this.tagged(tag));
  }

  override orders(): Iterable<OpenOrder> {
    const own: OpenOrder[] = [];
    for (const order of this.desk.orders()) {
      const tag = partIn(order.tag);
      if (tag !== undefined) own.push({ ...order, tag });
    }
    return own;
  }

  private tagged(tag: string): string {
    return `${PREFIX}${this.reason.slice(0, REASON_MAX)}${BEHIND}${tag}`;
  }
}

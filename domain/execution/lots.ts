/** What a venue, a position and a budget allow an order of a total to be of, in whole lots. */
import type { Instrument } from "../market/instrument.ts";
import { Sizes } from "../strategy/sizes.ts";
import type { Desk } from "../strategy/strategy.ts";
import type { WorkingOrders } from "../strategy/working-orders.ts";
import { Chance } from "../values/chance.ts";
import { toFloat } from "../values/values.ts";
import type { Parent } from "./parent.ts";
import type { ExecutionTerms } from "./terms.ts";

/** Doubles may lie a hair beside the whole number that they are. */
const HAIR = 1e-6;

export class Lots {
  readonly lot: number;
  readonly sizes: Sizes;
  /** Of one order. */
  readonly most: number;
  private readonly i: number;
  private readonly terms: ExecutionTerms;

  constructor(i: number, instrument: Instrument, terms: ExecutionTerms) {
    this.i = i;
    this.terms = terms;
    this.sizes = new Sizes(instrument);
    this.lot = this.sizes.lot;
    const most = toFloat(instrument.quantityMax);
    this.most = most > 0 ? this.whole(most) : Number.POSITIVE_INFINITY;
  }

  whole(quantity: number): number {
    return Math.floor(quantity / this.lot + HAIR);
  }

  near(quantity: number): number {
    return Math.round(quantity / this.lot);
  }

  /** What the venue takes at this price. */
  least(price: number): number {
    const { quantityMin, notionalMin } = this.sizes;
    return Math.max(
      1,
      Math.ceil(quantityMin / this.lot - HAIR),
      Math.ceil(notionalMin / (price * this.lot) - HAIR),
    );
  }

  /** What orders may yet fill. */
  out({ live }: WorkingOrders): number {
    let sum = 0;
    for (const { quantity, filled } of live) sum += this.near(quantity - filled);
    return sum;
  }

  /** What may be closed; Infinity for a total that is not reduce-only. */
  held(desk: Desk, { buys, reduceOnly }: Parent): number {
    if (!reduceOnly) return Number.POSITIVE_INFINITY;
    const position = desk.position(this.i);
    return Math.max(0, this.whole(buys ? -position : position));
  }

  /** Base units that may be closed and are in no order: the sums of a ledger in doubles may lie a hair below whole lots. */
  closable(desk: Desk, { buys, reduceOnly }: Parent, { live }: WorkingOrders): number {
    if (!reduceOnly) return Number.POSITIVE_INFINITY;
    let left = desk.position(this.i) * (buys ? -1 : 1);
    for (const { quantity, filled } of live) left -= quantity - filled;
    return left;
  }

  /** What position and budget leave room for at this price. */
  room(desk: Desk, parent: Parent, orders: WorkingOrders, price: number): number {
    const closable = parent.reduceOnly
      ? this.held(desk, parent) - this.out(orders)
      : Number.POSITIVE_INFINITY;
    if (!parent.buys || parent.budget === Number.POSITIVE_INFINITY) return closable;
    const left = parent.budget - parent.spent * (1 + this.sizes.fee) - orders.bid;
    return Math.min(closable, this.whole(this.sizes.affordable(left, price)));
  }

  /** Of an iceberg; drawn anew for each order, by its number alone. */
  shown({ total, children }: Parent): number {
    const { algorithm, shown, spread, seed } = this.terms;
    if (algorithm !== "iceberg") return Number.POSITIVE_INFINITY;
    const drawn = spread === 0 ? 0 : 2 * new Chance(`${seed}/${children}`).next() - 1;
    return Math.max(1, Math.round(((total * shown) / 100) * (1 + (drawn * spread) / 100)));
  }
}

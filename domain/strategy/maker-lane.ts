/** One instrument of a market maker: its quotes, their pricing, and what it holds by its own account of its fills. */
import type { Candle } from "../market/candle.ts";
import type { Quoter } from "./quoter.ts";
import type { WorkingOrders } from "./working-orders.ts";

/** One instrument's; a plain object of numbers, which is saved field by field. */
export interface Pricing {
  /** As ratios of the price; NaN while they are not known. */
  bid: number;
  ask: number;
  /** A final candle of the maker's timeframe. */
  learn(candle: Candle): void;
  /** Sets both for an inventory so many order sizes beyond the target. */
  price(beyond: number): void;
}

export class MakerLane {
  readonly quoter: Quoter;
  readonly pricing: Pricing;
  /** The last mid or close. */
  last = Number.NaN;
  settled = true;
  /** When the last quote was heard; NaN before the first. */
  heardAt = Number.NaN;
  /** The largest inventory, as a part of what the lane may hold, and how often quotes were withdrawn. */
  peak = 0;
  /** The largest inventory in quote, without its sign. */
  peakNotional = 0;
  withdrawn = 0;
  stale = false;
  /** Base units bought and not sold again (below 0: sold short), and what they have cost or brought, above 0; 0 where that is not known. */
  units = 0;
  cost = 0;

  /** Whether it may be short. */
  readonly contract: boolean;

  constructor(quoter: Quoter, pricing: Pricing, contract: boolean) {
    this.quoter = quoter;
    this.pricing = pricing;
    this.contract = contract;
  }

  get orders(): WorkingOrders {
    return this.quoter.orders;
  }

  traded(buys: boolean, quantity: number, price: number): void {
    const before = this.units;
    const change = buys ? quantity : -quantity;
    const after = this.contract ? before + change : Math.max(0, before + change);
    if (before === 0 || before * after < 0) this.cost = Math.abs(after) * price;
    else if (before * change > 0) this.cost += quantity * price;
    else this.cost *= after / before;
    this.units = after;
  }

  /** What a position has cost or brought, on the average, above 0; what it is worth where that is not known. */
  costOf(position: number, last: number): number {
    return Math.abs(position) * (this.units === 0 ? last : this.cost / Math.abs(this.units));
  }

  /** Quote that asks which open a short have promised: as much as if all of them did. */
  get promised(): number {
    let sum = 0;
    if (this.contract)
      for (const { buys, quantity, filled, worth } of this.orders.live)
        if (!buys) sum += (quantity - filled) * worth;
    return sum;
  }

  /** Margin is kept on what a short has brought, and its gain is no money yet: what that takes beside its worth. */
  get kept(): number {
    return this.units < 0 ? Math.max(0, 2 * (this.cost + this.units * this.last)) : 0;
  }
}

/**
 * The desk that a strategy actor or a backtest puts in front of a trader. The owner writes what is known
 * into the fields before a turn, and takes what the trader asked for after it. Of several aims for one
 * instrument only the last stands. A turn that asks nothing allocates nothing.
 */
import type { Depth, Quote } from "../market/tick.ts";
import { Invalid } from "../values/invalid.ts";
import { timestamp, type Timestamp } from "../values/values.ts";
import type { Desk, OpenOrder, OrderRequest } from "./strategy.ts";
import { checkTargets, NO_TARGETS, type Target } from "./targets.ts";

export type Ask =
  | {
      readonly type: "aim";
      readonly i: number;
      readonly exposure: number;
      readonly reason: string;
      readonly numbers: readonly number[];
    }
  | { readonly type: "place"; readonly request: OrderRequest; readonly tag: string }
  | {
      readonly type: "protect";
      readonly i: number;
      readonly stopPrice: number | undefined;
      readonly reason: string;
      readonly targets: readonly Target[];
    }
  | { readonly type: "cancel"; readonly tag: string }
  | { readonly type: "wake"; readonly at: Timestamp };

const NOTHING: Ask[] = [];
const NO_QUOTE: Quote = {
  at: timestamp(0),
  bid: Number.NaN,
  bidQuantity: Number.NaN,
  ask: Number.NaN,
  askQuantity: Number.NaN,
};

const NO_BOOK: Depth = { at: timestamp(0), bids: [], asks: [] };

export class TraderDesk implements Desk {
  /** Warm-up: aims, orders and cancels are checked and dropped; wakes stay, so that a chain of them begins. */
  mute = false;
  now = timestamp(0);
  /** By instrument. */
  readonly exposures: Float64Array;
  readonly positions: Float64Array;
  readonly quotes: Quote[];
  readonly depths: Depth[];
  /** NaN where nobody tells them: then one account has all of the equity, and holds nothing but positions. */
  readonly cashes: Float64Array;
  readonly holdings: Float64Array;
  open: readonly OpenOrder[] = [];
  /** The one that stands for nothing is shared, and never written to. */
  private asks: Ask[] = NOTHING;
  private worth = 0;

  /** `count`: how many instruments the trader has. */
  constructor(count: number) {
    this.exposures = new Float64Array(count);
    this.positions = new Float64Array(count);
    this.cashes = new Float64Array(count).fill(Number.NaN);
    this.holdings = new Float64Array(count).fill(Number.NaN);
    this.quotes = Array.from({ length: count }, () => NO_QUOTE);
    this.depths = Array.from({ length: count }, () => NO_BOOK);
  }

  get equity(): number {
    return this.worth;
  }

  set equity(told: number) {
    this.worth = told;
  }

  exposure(i: number): number {
    return this.exposures[this.known(i)]!;
  }

  position(i: number): number {
    return this.positions[this.known(i)]!;
  }

  cash(i: number): number {
    const told = this.cashes[this.known(i)]!;
    if (!Number.isNaN(told)) return told;
    let held = 0;
    for (let k = 0; k < this.exposures.length; k += 1) held += this.exposures[k]!;
    return this.equity * (1 - held);
  }

  holding(i: number): number {
    const told = this.holdings[this.known(i)]!;
    return Number.isNaN(told) ? this.positions[i]! : told;
  }

  quote(i: number): Quote {
    return this.quotes[this.known(i)]!;
  }

  book(i: number): Depth {
    return this.depths[this.known(i)]!;
  }

  orders(): Iterable<OpenOrder> {
    return this.open;
  }

  aim(i: number, exposure: number, reason: string, ...numbers: number[]): void {
    this.known(i);
    if (!Number.isFinite(exposure)) throw new Invalid("aim.exposure", "a fraction of equity", exposure);
    if (this.mute) return;
    if (this.asks.length > 0) this.forget("aim", i);
    this.ask({ type: "aim", i, exposure, reason, numbers });
  }

  protect(
    i: number,
    stopPrice: number | undefined,
    reason = "protect",
    targets: readonly Target[] = NO_TARGETS,
  ): void {
    this.known(i);
    if (stopPrice !== undefined) above(stopPrice, "protect.stopPrice");
    if (targets.length > 0) checkTargets(targets, stopPrice, "protect.targets");
    if (this.mute) return;
    if (this.asks.length > 0) this.forget("protect", i);
    this.ask({ type: "protect", i, stopPrice, reason, targets });
  }

  place(request: OrderRequest, tag: string): void {
    this.known(request.i);
    if (tag === "") throw new Invalid("place.tag", "a name for the order", tag);
    const { type, quantity, price, stopPrice } = request;
    above(quantity, "place.quantity");
    if (type === "limit" || type === "stop-limit") above(price, "place.price");
    if (type === "stop-market" || type === "stop-limit") above(stopPrice, "place.stopPrice");
    if (!this.mute) this.ask({ type: "place", request, tag });
  }

  cancel(tag: string): void {
    if (!this.mute) this.ask({ type: "cancel", tag });
  }

  wake(at: Timestamp): void {
    if (!Number.isFinite(at)) throw new Invalid("wake.at", "a time in ms", at);
    this.ask({ type: "wake", at });
  }

  /** Whether anything was asked since the last take. */
  get asked(): boolean {
    return this.asks.length > 0;
  }

  /** What was asked since the last call, in order; the owner may keep it. */
  take(): readonly Ask[] {
    const { asks } = this;
    this.asks = NOTHING;
    return asks;
  }

  private ask(ask: Ask): void {
    if (this.asks.length === 0) this.asks = [ask];
    else this.asks.push(ask);
  }

  /** The latest wish wins. */
  private forget(type: "aim" | "protect", i: number): void {
    const earlier = this.asks.findIndex((ask) => ask.type === type && ask.i === i);
    if (earlier >= 0) this.asks.splice(earlier, 1);
  }

  private known(i: number): number {
    if (!(i >= 0 && i < this.quotes.length))
      throw new Invalid("i", `an instrument from 0 to ${this.quotes.length - 1}`, i);
    return i;
  }
}

const above = (value: number | undefined, field: string): void => {
  if (value === undefined || !(value > 0 && value < Infinity))
    throw new Invalid(field, "a number above zero", value);
};

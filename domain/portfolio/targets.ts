/**
 * The take-profit targets of a protection, and what of them is on its way. A target that was reached is owed: so much of the position is
 * to be sold, by one order at a time, however often that is refused. One that was reached counts as done until the position ends, by its
 * number or else by its price and part, so a wish repeated with all its targets sells nothing twice.
 */
import { isDoneWith } from "../strategy/targets.ts";
import { least, type Price, type Quantity, type Side } from "../values/values.ts";
import type { LiveOrder } from "./state.ts";

export const TARGET_TAG = "target";
/** Of what somebody closes by hand. */
export const CLOSE_TAG = "close";

/** A `Target` of a strategy on the venue's grid. */
export interface PriceTarget {
  readonly price: Price;
  readonly part: number;
  readonly rung?: number;
}

export class Targets {
  /** Not reached yet, nearest first. */
  left: readonly PriceTarget[] = [];
  /** By this position. */
  reached: readonly PriceTarget[] = [];
  /** Of the sales: targets of a long count only while the position is long, those of a short while it is short. */
  side: Side = "sell";
  /** Of reached ones, and of what is closed by hand, what is still to be sold. */
  owed = 0n as Quantity;
  /** Of that: which side sells it, and for what it was owed last. */
  owedSide: Side = "sell";
  owedFor: typeof TARGET_TAG | typeof CLOSE_TAG = TARGET_TAG;
  sale: LiveOrder | undefined = undefined;
  /** Sales that failed one after the other. */
  tries = 0;
  /** Market time before which no other sale is sent. */
  againAt = 0;
  /** The rule that last refused the sale: told once. */
  refused: string | undefined = undefined;
  /** Since the last settling: why. */
  failed: string | undefined = undefined;

  /** Something is wished, or remembered for as long as the position stands. */
  get any(): boolean {
    return this.remembers || this.owed > 0n;
  }

  get remembers(): boolean {
    return this.left.length > 0 || this.reached.length > 0;
  }

  wish(targets: readonly PriceTarget[], side: Side): void {
    if (targets.length === 0 || side !== this.side) this.reached = [];
    this.side = side;
    this.left = targets.filter((one) => !this.isReached(one));
    this.refused = undefined;
  }

  isReached(one: PriceTarget): boolean {
    return this.reached.some((done) => isDoneWith(one, done));
  }

  reach(target: PriceTarget, quantity: Quantity): void {
    const { price, part, rung } = target;
    const done = { price, part, ...(rung !== undefined && { rung }) };
    this.left = this.left.filter((one) => one.price !== price && !isDoneWith(one, done));
    this.reached = [...this.reached, done];
    this.owe(quantity, this.side, TARGET_TAG);
  }

  owe(quantity: Quantity, side: Side, what: Targets["owedFor"]): void {
    this.owed = (this.owed + quantity) as Quantity;
    this.owedSide = side;
    this.owedFor = what;
    this.tries = 0;
  }

  /** Nothing is owed beyond what is held. */
  cap(held: bigint): void {
    this.owed = least(this.owed as bigint, held) as Quantity;
  }

  /** The position has ended: what comes next has reached nothing yet. */
  ended(): void {
    this.reached = [];
  }

  /** Trades of sales, by their tags. */
  sold(tag: string, quantity: bigint): void {
    if (tag !== TARGET_TAG && tag !== CLOSE_TAG) return;
    this.owed = (this.owed > quantity ? this.owed - quantity : 0n) as Quantity;
  }

  /** All is withdrawn, or the position is gone: a sale that is out goes on, but none follows it. */
  forget(): void {
    this.left = [];
    this.reached = [];
    this.owed = 0n as Quantity;
    this.tries = 0;
    this.againAt = 0;
    this.failed = undefined;
  }
}

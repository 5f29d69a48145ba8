/**
 * Take-profit targets in doubles, as the portfolio has them in decimals (domain/portfolio/targets.ts), without grid and smallest order: owed
 * grows by part * (held - owed) at each target that is reached, by all of the rest where the part is 1, and is sold at the market.
 */
import { isDoneWith, sameTarget, wayOf, type Target } from "../../domain/strategy/targets.ts";
import { TARGET_TAG } from "../../domain/portfolio/targets.ts";
import { LoggedOrder } from "./order-log.ts";
import type { CandleVenue } from "./candle-venue.ts";
import type { LiveOrder } from "./float-orders.ts";

const NONE: readonly Target[] = [];
/** What is free is a difference of doubles: so small a part of what is owed is nothing. */
const NOISE = 1e-9;

export class FloatTargets {
  left = NONE;
  /** By this position. */
  reached = NONE;
  /** 1 of a long, -1 of a short. */
  way = 1;
  owed = 0;
  sale: LiveOrder | undefined = undefined;
  private watches = false;

  get any(): boolean {
    return this.left.length > 0 || this.reached.length > 0 || this.owed > 0 || this.sale !== undefined;
  }

  /** `held` is signed, `last` NaN before the first price. */
  wish(targets: readonly Target[], stopPrice: number | undefined, held: number, last: number): void {
    if (targets.length === 0 && stopPrice === undefined) {
      this.forget();
      return;
    }
    const told = wayOf(targets, stopPrice);
    const known = held === 0 ? (targets.length > 0 && targets[0]!.price < last ? -1 : 1) : Math.sign(held);
    const way = targets.length === 0 ? this.way : told === 0 ? known : told;
    if (targets.length === 0 || way !== this.way) this.reached = NONE;
    this.way = way;
    this.left = this.notReached(targets);
  }

  /** Nothing that is not known, or reached, by now. */
  isKnown(targets: readonly Target[]): boolean {
    if (targets.length === 0) return !this.any;
    const left = this.notReached(targets);
    return left.length === this.left.length && left.every((one, k) => sameTarget(one, this.left[k]!));
  }

  /** The venue watches for the next target while what it is of is held. */
  watch(venue: Pick<CandleVenue, "watch">, i: number, held: number): void {
    const next = this.left.length > 0 && Math.sign(held) === this.way ? this.left[0]!.price : NaN;
    if (Number.isNaN(next) && !this.watches) return;
    this.watches = !Number.isNaN(next);
    if (this.way > 0) venue.watch(i, NaN, next);
    else venue.watch(i, next, NaN);
  }

  /** All that this price reaches. */
  reach(price: number, held: number): void {
    if (Math.sign(held) !== this.way) return;
    const size = Math.abs(held);
    for (;;) {
      const [target] = this.left;
      if (target === undefined || (price - target.price) * this.way < 0) return;
      this.left = this.left.slice(1);
      this.reached = [...this.reached, target];
      this.owed = target.part === 1 ? size : this.owed + target.part * (size - this.owed);
    }
  }

  /** A trade of the position, of which `held` is left. */
  traded(order: LiveOrder, held: number): void {
    if (Math.sign(held) !== this.way) this.reached = NONE;
    if (this.owed === 0) return;
    if (order === this.sale) this.owed = Math.max(0, this.owed - order.quantity);
    this.owed = Math.min(this.owed, Math.abs(held));
  }

  forget(): void {
    this.left = NONE;
    this.reached = NONE;
    this.owed = 0;
  }

  private notReached(targets: readonly Target[]): readonly Target[] {
    return this.reached.length === 0
      ? targets
      : targets.filter((one) => !this.reached.some((done) => isDoneWith(one, done)));
  }
}

/** What the books do about it: the stop ends first, then the sale is sent of what is `free` then. */
export const keepTargets = (
  { targets, stop }: { readonly targets: FloatTargets; readonly stop: LiveOrder | undefined },
  books: {
    free(): number;
    cancel(stop: LiveOrder): void;
    submit(sale: LoggedOrder): void;
  },
): void => {
  if (targets.owed === 0 || targets.sale !== undefined) return;
  // It sells at the market already.
  if (stop !== undefined && (stop.triggeredAt > 0 || Number.isNaN(stop.stopPrice))) return;
  if (stop !== undefined && targets.owed > books.free()) books.cancel(stop);
  const quantity = Math.min(targets.owed, books.free());
  const side = targets.way > 0 ? "sell" : "buy";
  if (quantity > NOISE * targets.owed)
    books.submit(new LoggedOrder(side, "market", quantity, TARGET_TAG, "take-profit"));
};

/** Prices that somebody waits for, at a venue of candles: like stops that trade nothing, one below and one above in each market. */
import { LoggedOrder } from "./order-log.ts";
import { VenueOrder } from "./venue-order.ts";

export class Watch extends VenueOrder {
  constructor(i: number, side: "buy" | "sell", price: number) {
    super(i, new LoggedOrder(side, "stop-market", 0, "watch", "watch", NaN, price));
    this.arrived = true;
  }
}

const BELOW = 0;
const ABOVE = 1;

export class Watches {
  /** By market. */
  readonly of: readonly (Watch | undefined)[][];

  constructor(markets: number) {
    this.of = Array.from({ length: markets }, () => [undefined, undefined]);
  }

  any(i: number): boolean {
    return this.of[i]![BELOW] !== undefined || this.of[i]![ABOVE] !== undefined;
  }

  /** Instead of those before; infinite: none. One that was met and is wanted again waits from `now` on, others from `from` on. How many more there are. */
  set(i: number, below: number, above: number, from: number, now: number): number {
    return this.#put(i, BELOW, below, from, now) + this.#put(i, ABOVE, above, from, now);
  }

  /** The next that a price between these meets, in a candle that opened at `openAt`. */
  met(i: number, low: number, high: number, openAt: number): Watch | undefined {
    for (const watch of this.of[i]!)
      if (watch?.done === false && watch.availableAt <= openAt && watch.reachedBy(watch.buys ? high : low))
        return watch;
    return undefined;
  }

  #put(i: number, side: typeof BELOW | typeof ABOVE, price: number, from: number, now: number): number {
    const before = this.of[i]![side];
    const wanted = Number.isFinite(price);
    if (before === undefined ? !wanted : before.stopPrice === price && !before.done) return 0;
    if (before !== undefined) before.done = true;
    const watch = wanted ? new Watch(i, side === BELOW ? "sell" : "buy", price) : undefined;
    if (watch !== undefined) watch.availableAt = before?.stopPrice === price ? now : from;
    this.of[i]![side] = watch;
    return (wanted ? 1 : 0) - (before === undefined ? 0 : 1);
  }
}

/** Whatever stands in a market, as it stands just then: orders, the guard of its position, watches. */
export const allAt = <O extends VenueOrder>(
  i: number,
  orders: readonly O[],
  guards: readonly (VenueOrder | undefined)[],
  watches: Watches,
): Iterable<O> => ({
  *[Symbol.iterator]() {
    yield* orders;
    for (const one of [guards[i], ...watches.of[i]!]) if (one !== undefined) yield one as O;
  },
});

/** Between which prices of an instrument the portfolio waits for nothing, in ticks: as a live price watch, it tells the first print that is not, until that is decided. */
import type { Reach } from "../../domain/portfolio/seen-prices.ts";
import { toFloat } from "../../domain/values/values.ts";
import type { Listing } from "../venue/venue.ts";

export class PriceReach {
  /** Infinite: nothing. */
  below = -Infinity;
  above = Infinity;
  private readonly tick: number;

  constructor({ tick }: Listing) {
    this.tick = toFloat(tick);
  }

  /** Prices that are waited for lie on the grid. */
  set(reach: Reach | undefined): void {
    this.below = reach === undefined ? -Infinity : Math.round(reach.below / this.tick);
    this.above = reach === undefined ? Infinity : Math.round(reach.above / this.tick);
  }

  meets(ticks: number): boolean {
    return ticks <= this.below || ticks >= this.above;
  }

  /** The first of these prints that meets one, or `to`. */
  quietUntil(ticks: ArrayLike<number>, from: number, to: number): number {
    if (this.below === -Infinity && this.above === Infinity) return to;
    let k = from;
    while (k < to && !this.meets(ticks[k]!)) k += 1;
    return k;
  }
}

/**
 * The venue's own stops: one for each position that can be liquidated, at its liquidation price, kept up to date by the books. What
 * would trade beyond that price was liquidated before.
 */
import type { CandleVenue } from "../candle-venue.ts";
import type { Lane } from "../lane.ts";
import { LoggedOrder } from "../order-log.ts";
import { VenueOrder } from "../venue-order.ts";

export const LIQUIDATION = "liquidation";

class Guard extends VenueOrder {}

export class Guards {
  readonly #venue: Pick<CandleVenue, "guard">;
  readonly #lanes: readonly Lane[];
  readonly #long: boolean[] = [];
  readonly #quantity: Float64Array;
  /** NaN where nothing liquidates. */
  readonly #price: Float64Array;
  readonly #bankruptcy: Float64Array;
  /** Filled inside the candle that closes just now, whose way from there on nobody has looked at. */
  readonly #entered: Uint8Array;

  readonly #looksBack: boolean;

  /** `looksBack`: whether entries inside a candle are to be asked about at its close, since no path led from there. */
  constructor(venue: Pick<CandleVenue, "guard">, lanes: readonly Lane[], looksBack: boolean) {
    this.#looksBack = looksBack;
    this.#venue = venue;
    this.#lanes = lanes;
    this.#quantity = new Float64Array(lanes.length);
    this.#price = new Float64Array(lanes.length).fill(NaN);
    this.#bankruptcy = new Float64Array(lanes.length).fill(NaN);
    this.#entered = new Uint8Array(lanes.length);
  }

  /** After a change of the position (signed) or of what backs it. NaN: no such price. */
  set(i: number, quantity: number, price: number, bankruptcy: number): void {
    if (Math.abs(quantity) > Math.abs(this.#quantity[i]!) && this.#looksBack && this.#lanes[i]!.inside)
      this.#entered[i] = 1;
    if (quantity === 0) this.#entered[i] = 0;
    this.#bankruptcy[i] = bankruptcy;
    if (
      quantity === this.#quantity[i] &&
      (price === this.#price[i] || (Number.isNaN(price) && Number.isNaN(this.#price[i]!)))
    )
      return;
    this.#quantity[i] = quantity;
    this.#price[i] = price;
    this.#long[i] = quantity > 0;
    this.#venue.guard(i, quantity === 0 || Number.isNaN(price) ? undefined : guardOf(i, quantity, price));
  }

  isGuard(order: VenueOrder): boolean {
    return order instanceof Guard;
  }

  /** Whether a trade at this price comes after the liquidation. */
  passed(i: number, price: number): boolean {
    return this.#long[i] === true ? price < this.#price[i]! : price > this.#price[i]!;
  }

  price(i: number): number {
    return this.#price[i]!;
  }

  /** What is lost beyond the margin is not the holder's loss: the venue's insurance takes it. */
  bounded(i: number, price: number): number {
    const edge = this.#bankruptcy[i]!;
    if (Number.isNaN(edge)) return price;
    return this.#long[i] === true ? Math.max(price, edge) : Math.min(price, edge);
  }

  /** At a close: the liquidation price that a position entered inside the candle met before it ended; NaN for none. */
  late(i: number): number {
    if (this.#entered[i] === 0) return NaN;
    this.#entered[i] = 0;
    const { row, low, high } = this.#lanes[i]!;
    const met = this.#long[i] === true ? low[row - 1]! : high[row - 1]!;
    return this.#quantity[i] !== 0 && (this.passed(i, met) || met === this.#price[i]) ? this.#price[i]! : NaN;
  }
}

const guardOf = (i: number, quantity: number, stopPrice: number): VenueOrder => {
  const side = quantity > 0 ? "sell" : "buy";
  const size = Math.abs(quantity);
  return new Guard(i, new LoggedOrder(side, "stop-market", size, LIQUIDATION, LIQUIDATION, NaN, stopPrice));
};

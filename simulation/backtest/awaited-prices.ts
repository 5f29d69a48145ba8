/** Prices that the portfolio waits for, such as targets of positions, as watches at the venue of candles. */
import { reachesOf, type SeePrice } from "../../domain/portfolio/seen-prices.ts";
import type { PortfolioState } from "../../domain/portfolio/state.ts";
import { fromFloat, type InstrumentId, type Price, type Timestamp } from "../../domain/values/values.ts";
import type { CandleVenue } from "./candle-venue.ts";

export class AwaitedPrices {
  readonly #ids: readonly InstrumentId[];
  venue!: Pick<CandleVenue, "watch">;
  #any = false;

  constructor(ids: readonly InstrumentId[]) {
    this.#ids = ids;
  }

  /** After every turn. */
  look(state: PortfolioState): void {
    const reaches = reachesOf(state);
    if (reaches.size === 0 && !this.#any) return;
    this.#any = reaches.size > 0;
    for (const [i, id] of this.#ids.entries()) {
      const { below, above } = reaches.get(id) ?? NONE;
      this.venue.watch(i, below, above);
    }
  }

  seen(i: number, price: number, at: number): SeePrice {
    const last = fromFloat(price, "price") as Price;
    return { type: "SeePrice", instrument: this.#ids[i]!, last, at: at as Timestamp };
  }
}

const NONE = { below: -Infinity, above: Infinity };

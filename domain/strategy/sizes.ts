/** How much an instrument lets one buy or sell, in the doubles that strategies reckon with. */
import type { Instrument } from "../market/instrument.ts";
import { Invalid } from "../values/invalid.ts";
import { toFloat } from "../values/values.ts";
import type { Desk } from "./strategy.ts";

/** A buy at the market reserves its price collar: so much of the money is asked for at most. */
export const COLLAR_ROOM = 1.03;

export class Sizes {
  readonly venue: string;
  readonly lot: number;
  readonly tick: number;
  readonly quantityMin: number;
  readonly notionalMin: number;
  /** Fees as fractions. */
  readonly makerFee: number;
  readonly takerFee: number;
  /** The higher one: what a buy is reserved with. */
  readonly fee: number;

  /** Throws `Invalid` for inverse contracts, whose amounts are not of base: only aims are for them. */
  constructor(instrument: Instrument) {
    const { venue, lotSize, tickSize, quantityMin, notionalMin, makerBps, takerBps } = instrument;
    if (instrument.contractSize !== undefined)
      throw new Invalid(
        "instruments",
        "no inverse contracts, for this strategy reckons amounts of base",
        instrument.symbol,
      );
    this.venue = venue;
    this.lot = toFloat(lotSize);
    this.tick = toFloat(tickSize);
    this.quantityMin = Math.max(toFloat(quantityMin), this.lot);
    this.notionalMin = toFloat(notionalMin);
    this.makerFee = makerBps / 10_000;
    this.takerFee = takerBps / 10_000;
    this.fee = Math.max(this.makerFee, this.takerFee);
  }

  /** Whether a venue takes an order of this size. */
  allows(quantity: number, price: number): boolean {
    const down = Math.floor(quantity / this.lot + 1e-6) * this.lot;
    return down >= this.quantityMin && down * price >= this.notionalMin;
  }

  /** The most that can be bought at the market with this much quote. */
  affordable(quote: number, price: number): number {
    return Math.max(0, quote) / (price * COLLAR_ROOM * (1 + this.fee));
  }
}

/** What one instrument's orders bid for, and what is promised to orders that follow. */
export interface Bidding {
  readonly orders: { readonly bid: number };
  readonly promised?: number;
}

/** Quote that is neither held in the desk's instruments nor bid for nor promised: one lane for each of them. */
export const spareQuote = (desk: Desk, lanes: readonly Bidding[]): number => {
  let held = 0;
  let bid = 0;
  for (let i = 0; i < lanes.length; i += 1) {
    held += Math.abs(desk.exposure(i));
    bid += lanes[i]!.orders.bid + (lanes[i]!.promised ?? 0);
  }
  // A hair less: the sums of the ledger are rounded otherwise than these.
  return (desk.equity * (1 - held) - bid) * (1 - 1e-9);
};

/** The same of one venue's account, for traders with instruments at several: `sizes` of each lane. */
export const spareAt = (
  desk: Desk,
  i: number,
  lanes: readonly Bidding[],
  sizes: readonly Sizes[],
): number => {
  let bid = 0;
  for (let k = 0; k < lanes.length; k += 1)
    if (sizes[k]!.venue === sizes[i]!.venue) bid += lanes[k]!.orders.bid + (lanes[k]!.promised ?? 0);
  return (desk.cash(i) - bid) * (1 - 1e-9);
};

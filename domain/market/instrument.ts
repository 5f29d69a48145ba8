/**
 * What can be traded, and on which grid. Filters may change while trading (`version` grows); a delisted
 * instrument stays known so that its position can still be told.
 */
import type { Asset, InstrumentId, Money, Price, Quantity, VenueId } from "../values/values.ts";

export interface Instrument {
  readonly id: InstrumentId;
  readonly venue: VenueId;
  /** As ccxt spells it: "BTC/USDT". */
  readonly symbol: string;
  readonly base: Asset;
  readonly quote: Asset;
  readonly tickSize: Price;
  readonly lotSize: Quantity;
  readonly quantityMin: Quantity;
  /** Zero: no limit told. */
  readonly quantityMax: Quantity;
  readonly notionalMin: Money;
  readonly makerBps: number;
  readonly takerBps: number;
  /** How a stop is placed here; absent: as a stop-market order. */
  readonly stops?: "stop-limit" | "none";
  readonly status: "trading" | "paused" | "delisted";
}

export const instrumentId = (venue: string, symbol: string): InstrumentId =>
  `${venue}:${symbol}` as InstrumentId;
export const venueOf = (id: InstrumentId): VenueId => id.slice(0, id.indexOf(":")) as VenueId;
export const symbolOf = (id: InstrumentId): string => id.slice(id.indexOf(":") + 1);

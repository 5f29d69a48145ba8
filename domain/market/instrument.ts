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
  /** Of a contract: how many times its margin a position is worth when it is opened. Absent: 1. */
  readonly leverage?: number;
  /** Of a contract: whether a position is backed by its own margin alone (absent: it is) or by all that is there. */
  readonly marginMode?: "isolated" | "cross";
  readonly status: "trading" | "paused" | "delisted";
}

/** How a contract is held: leverage, and what backs it. */
export type ContractTerms = Pick<Instrument, "leverage" | "marginMode">;

export const instrumentId = (venue: string, symbol: string): InstrumentId =>
  `${venue}:${symbol}` as InstrumentId;

/** A perpetual or a future: ccxt names what it settles in after a second colon, "BTC/USDT:USDT". Takes an id, or a symbol. */
export const isContract = (name: string): boolean => {
  const slash = name.indexOf("/");
  return slash >= 0 && name.includes(":", slash);
};
export const venueOf = (id: InstrumentId): VenueId => id.slice(0, id.indexOf(":")) as VenueId;
export const symbolOf = (id: InstrumentId): string => id.slice(id.indexOf(":") + 1);

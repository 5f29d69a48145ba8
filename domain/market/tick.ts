/**
 * What a market tells: trades, quotes and depth. Prices and quantities are the doubles nearest to the venue's
 * decimals (exact for up to 15 digits): market data feeds signals; orders and the ledger use exact decimals.
 */
import type { Side, Timestamp } from "../values/values.ts";
import type { BookLevels } from "./book.ts";

export interface Trade {
  /** Venue time, ms. */
  readonly at: Timestamp;
  readonly price: number;
  readonly quantity: number;
  /** Side of the taker. */
  readonly side: Side;
  /** Venue trade id as a number; grows by one per trade on venues that number them densely. */
  readonly id: number;
}

export interface Quote {
  readonly at: Timestamp;
  readonly bid: number;
  readonly bidQuantity: number;
  readonly ask: number;
  readonly askQuantity: number;
}

/** The best levels of a book at one time, best first: never written to once told. */
export interface Depth {
  readonly at: Timestamp;
  readonly bids: BookLevels;
  readonly asks: BookLevels;
}

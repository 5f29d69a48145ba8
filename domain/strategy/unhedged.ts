/** What strategies hold without an answer. `Unhedged`: what one of several legs held that no other leg answered, as of a moment. Doubles: it is a measurement, not the ledger. */
export interface Unhedged {
  /** Now: base units, above 0 for too much bought, and what they are worth in quote. */
  readonly base: number;
  readonly notional: number;
  /** Stretches so far with something unhedged, one that is still open included. */
  readonly episodes: number;
  readonly seconds: number;
  readonly longestSeconds: number;
  /** Notional summed over time: divided by `seconds` its mean. */
  readonly notionalSeconds: number;
  readonly peakNotional: number;
}

/** What a market maker holds of one instrument, in quote, below 0 when short: exposure that no other leg answers, by its trade. */
export interface Inventory {
  readonly notional: number;
  /** The most so far, without its sign. */
  readonly peakNotional: number;
}

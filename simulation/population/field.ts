/** Where each number of a set stands in its row of the state: parameters first, then what trading changes. One row is 32 doubles. */
export const FIELDS = 32;

export const field = {
  ceiling: 0,
  distance: 1,
  exposure: 2,
  /** Where the stop stands; 0 while the trader is out. */
  stop: 3,
  /** Base units held. */
  quantity: 4,
  /** Base units to buy at the next open. */
  wanted: 5,
  /** 1: sells at the next open. */
  leaving: 6,
  cash: 7,
  /** Highest equity so far, and the lowest since. */
  peak: 8,
  trough: 9,
  /** Deepest fall of the equity below its peak, as a ratio of it, up to the last peak. */
  drawdown: 10,
  trades: 11,
  wins: 12,
  losses: 13,
  /** Sums over trades, each with what its additions rounded off (Neumaier). */
  profit: 14,
  profitRest: 15,
  won: 16,
  wonRest: 17,
  lost: 18,
  lostRest: 19,
  /** Ms in all trades. */
  holdMs: 20,
  /** Of the open trade: what it cost without and what its fee was; ms. */
  paid: 21,
  entryFee: 22,
  openAt: 23,
  /** Places of the indicators among the series of a block. */
  fast: 24,
  slow: 25,
  rsi: 26,
  atr: 27,
  /** Of a set of rules: 1 long, 0 out. */
  lean: 28,
} as const;

/**
 * A total that is being worked: what was asked for, how far it has come, and what the market did meanwhile. A plain object of numbers and
 * texts, which is saved field by field. Quantities are whole lots; quote amounts are without fees.
 */
export const endings = [
  /** All of it. */
  "filled",
  /** The time-out came, and the rest was left, or could not be had at the market. */
  "timed-out",
  /** The best price went further from where it began than it may be chased. */
  "moved-away",
  /** What is left is below what the venue takes. */
  "too-small",
  /** Reduce-only, and nothing is held any more. */
  "flat",
  /** The money for it is spent. */
  "budget",
  /** Orders were refused again and again, by the venue or by a rule of ours. */
  "refused",
  /** By the strategy. */
  "cancelled",
] as const;
export type Ending = (typeof endings)[number];

/** `closing`: its orders are being ended, and what is left may go to the market. */
export const phases = ["none", "working", "closing", "over"] as const;
export type Phase = (typeof phases)[number];

export class Parent {
  phase: Phase = "none";
  /** Why it is closing, or how it ended; "none" before. */
  ending: Ending | "none" = "none";
  buys = true;
  reduceOnly = false;
  total = 0;
  filled = 0;
  spent = 0;
  /** NaN where there is none. */
  limit = Number.NaN;
  /** Quote that a buy may spend, fees included. */
  budget = Number.POSITIVE_INFINITY;
  beganAt = 0;
  endsAt = 0;
  endedAt = 0;
  /** The slice that the time is in, and that of the order that rests; -1 before any. */
  slice = -1;
  restsSince = -1;
  /** How many lots may be out or filled by now. */
  due = 0;
  /** Orders sent; those of them in a row that were refused; tries at the market for the rest. */
  children = 0;
  refusals = 0;
  sweeps = 0;
  /** Part of an order that is asked for: less after one that there was no money for. */
  trim = 1;
  pausedUntil = 0;
  /** The middle of the best prices when it began, and the last price seen. */
  arrival = Number.NaN;
  last = Number.NaN;
  /** The best price of its own side when it began. */
  chasedFrom = Number.NaN;
  /** Position when it was last seen: what changed unheard was filled. */
  held = 0;
  /** What was traded since, by candles until the first print. */
  marketVolume = 0;
  marketNotional = 0;
  byTrades = false;

  get active(): boolean {
    return this.phase === "working" || this.phase === "closing";
  }

  sees(price: number, volume: number): void {
    this.marketVolume += volume;
    this.marketNotional += price * volume;
  }
}

/**
 * What was held unhedged, how long, and how much: time, the integral of notional over time, the longest stretch and the peak. A plain
 * object of numbers, which is saved field by field.
 */
import type { Unhedged } from "../strategy/unhedged.ts";

export class Exposure {
  /** Base units now, above 0 for too much bought. */
  base = 0;
  /** Stretches with something unhedged. */
  episodes = 0;
  /** Of all that are over. */
  unhedgedMs = 0;
  longestMs = 0;
  /** Quote times ms: divided by `unhedgedMs` the mean notional. */
  notionalMs = 0;
  peakNotional = 0;
  private since = 0;
  private at = 0;
  private notional = 0;

  /** From now on so much is unhedged, at this price. Below `least` it counts as nothing. Time never goes back. */
  note(now: number, base: number, price: number, least: number): void {
    const at = Math.max(now, this.at);
    const open = this.base !== 0;
    if (open) {
      this.unhedgedMs += at - this.at;
      this.notionalMs += this.notional * (at - this.at);
      this.longestMs = Math.max(this.longestMs, at - this.since);
    }
    this.at = at;
    this.base = Math.abs(base) >= least ? base : 0;
    this.notional = Math.abs(this.base) * price;
    if (this.base === 0) return;
    if (!open) {
      this.since = at;
      this.episodes += 1;
    }
    this.peakNotional = Math.max(this.peakNotional, this.notional);
  }

  /** As of `now`: the stretch that is still open counts up to then. */
  seen(now: number): Unhedged {
    const open = this.base === 0 ? 0 : Math.max(0, now - this.at);
    const since = this.base === 0 ? 0 : Math.max(0, now - this.since);
    return {
      base: this.base,
      notional: this.notional,
      episodes: this.episodes,
      seconds: (this.unhedgedMs + open) / 1_000,
      longestSeconds: Math.max(this.longestMs, since) / 1_000,
      notionalSeconds: (this.notionalMs + this.notional * open) / 1_000,
      peakNotional: this.peakNotional,
    };
  }
}

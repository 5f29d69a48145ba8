/**
 * Stops of positions over books, kept as the engine keeps those of venues that take none (docs/decisions/0017-protective-orders.md): one is
 * watched by the trades that are heard, and when one has reached it what the position has free is sold at the market. The wish
 * ends with the position. A sale that came to nothing is tried again after 1, 2, 4, ... 60 s.
 */
import { PROTECT_TAG } from "../../domain/portfolio/protection.ts";
import type { Ask } from "../../domain/strategy/desk.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { BookOrder } from "./book-order.ts";

const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 60_000;

interface Stop {
  readonly price: number;
  readonly reason: string;
  /** There was a position since it was wished. */
  held: boolean;
  /** Sales in a row that filled nothing, and when the next may go. */
  failed: number;
  againAt: number;
}

/** A position as the strategy knows it: base units, the last price, orders that it takes to be open. */
export interface Watched {
  readonly now: number;
  readonly held: number;
  readonly price: number;
  readonly lot: number;
  readonly open: readonly BookOrder[];
}

export class KeptStops {
  /** By instrument. */
  private readonly stops: (Stop | undefined)[] = [];
  /** Whether anything was ever wished: until then nobody needs to look. */
  watching = false;

  /** Throws `Invalid` for targets, which only the portfolio keeps. */
  wish({ i, stopPrice, reason, targets }: Extract<Ask, { readonly type: "protect" }>): void {
    if (targets.length > 0)
      throw new Invalid("protect.targets", "none over books, where nobody keeps them", targets.length);
    this.watching = true;
    const before = this.stops[i];
    this.stops[i] =
      stopPrice === undefined
        ? undefined
        : { held: false, failed: 0, againAt: 0, ...before, price: stopPrice, reason };
  }

  /** What is to be sold at the market now, base units above 0, and why; undefined where nothing is. */
  saleOf(
    i: number,
    { now, held, price, lot, open }: Watched,
  ): { quantity: number; reason: string } | undefined {
    const stop = this.stops[i];
    if (stop === undefined) return undefined;
    // Doubles of whole lots are off by less.
    const least = lot * (1 - 1e-6);
    if (held >= least) stop.held = true;
    else if (stop.held && !open.some(({ side }) => side === "buy")) this.stops[i] = undefined;
    if (!(price <= stop.price) || now < stop.againAt) return undefined;
    let free = held;
    for (const { side, tag, shown } of open) {
      if (tag === PROTECT_TAG) return undefined;
      if (side === "sell") free -= shown.remaining;
    }
    return free >= least ? { quantity: free, reason: stop.reason } : undefined;
  }

  /** One of its sales is over, `filled` lots of it. */
  ended(i: number, filled: number, now: number): void {
    const stop = this.stops[i];
    if (stop === undefined) return;
    stop.failed = filled > 0 ? 0 : stop.failed + 1;
    stop.againAt = filled > 0 ? 0 : now + Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** (stop.failed - 1));
  }
}

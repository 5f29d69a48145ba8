/**
 * A market that happens elsewhere, told print by print as it is heard. Its time runs a little behind the wall's, so that
 * prints heard late still stand at their own time and candles come out as the venue's own; one heard later than that is
 * printed when it is heard.
 */
import type { Trade } from "../../domain/market/tick.ts";
import type { Listing } from "../../simulation/venue/venue.ts";
import type { CandleRow, CandleSeries } from "./candle-series.ts";
import type { MarketSource, Recorded, Stage } from "./source.ts";

/** How far market time is behind the wall's, ms. */
export const LAG_MS = 500;

export interface LivePair {
  readonly listing: Listing;
  /** Ticks and lots of one, as doubles. */
  readonly tick: number;
  readonly lot: number;
}

interface Heard extends LivePair {
  /** From `done` on they are still to be printed. */
  waiting: Trade[];
  done: number;
  past: readonly CandleRow[];
  /** Of the newest print: the first has the venue's, the others count on, since not every venue numbers its own one by one. */
  id: number;
}

const nothing: readonly Recorded[] = [];
/** Printed ones are let go in batches. */
const LET_GO = 1_024;

export class LiveMarket implements MarketSource {
  readonly listings: readonly Listing[];
  readonly startAt: number;
  readonly slices = 0;
  readonly base = "1m";
  readonly passesThrough = false;
  readonly live = true;
  readonly unlimited: readonly string[] = [];
  readonly #pairs: ReadonlyMap<string, Heard>;

  constructor(pairs: readonly LivePair[], wallNow: number) {
    this.listings = pairs.map(({ listing }) => listing);
    this.startAt = wallNow - LAG_MS;
    this.#pairs = new Map(
      pairs.map((pair) => [pair.listing.symbol, { ...pair, waiting: [], done: 0, past: [], id: 0 }]),
    );
  }

  /** In the venue's order. */
  hear(symbol: string, trades: readonly Trade[]): void {
    this.#pairs.get(symbol)!.waiting.push(...trades);
  }

  /** Candles of one minute before the first print, oldest first; what was heard up to now is in them. */
  past(symbol: string, rows: readonly CandleRow[]): void {
    const pair = this.#pairs.get(symbol)!;
    Object.assign(pair, { past: rows, waiting: [], done: 0 });
  }

  recall(symbol: string, into: CandleSeries): void {
    const pair = this.#pairs.get(symbol)!;
    for (const row of pair.past) into.append(row);
    pair.past = [];
  }

  nextAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { waiting, done } of this.#pairs.values())
      if (done < waiting.length) next = Math.min(next, waiting[done]!.at);
    return next;
  }

  apply(stage: Stage): readonly Recorded[] {
    const next = this.nextAt();
    for (const pair of this.#pairs.values()) {
      const { waiting, listing, tick, lot } = pair;
      for (; pair.done < waiting.length && waiting[pair.done]!.at <= next; pair.done += 1) {
        const { id, price, quantity, side } = waiting[pair.done]!;
        pair.id = pair.id === 0 ? Math.max(1, id) : pair.id + 1;
        const lots = Math.max(1, Math.round(quantity / lot));
        stage.print(listing.symbol, pair.id, Math.max(1, Math.round(price / tick)), lots, side, next);
      }
      if (pair.done < LET_GO) continue;
      waiting.splice(0, pair.done);
      pair.done = 0;
    }
    return nothing;
  }
}

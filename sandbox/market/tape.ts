/**
 * Recorded prints of several symbols, merged by time. One slice is everything printed in the same ms, symbols
 * in the order of their names, so that a run does not depend on how files were read.
 */
import type { Timeframe } from "../../domain/market/candle.ts";
import { ZERO, type Money } from "../../domain/values/values.ts";
import type { PrintsAhead } from "../../simulation/ticks/settings.ts";
import type { Listing } from "../../simulation/venue/venue.ts";
import type { CandleSeries } from "./candle-series.ts";
import { stepOf } from "../grid.ts";
import type { MarketSource, Recorded, Stage } from "./source.ts";

/** One symbol's prints, in time order. */
export interface Track {
  readonly listing: Listing;
  /** Times at which something prints, between start and end. */
  moments(): Float64Array;
  /** Time of the next print, Infinity at the end. */
  nextAt(): number;
  /** Prints everything of the next moment. */
  print(stage: Stage): void;
  recall(into: CandleSeries): void;
  /** Its next prints as columns; `before` is when another track prints. */
  ahead?(before: number): PrintsAhead | undefined;
  /** Those below this index have happened. */
  taken?(index: number): void;
}

const nothing: readonly Recorded[] = [];

export class Tape implements MarketSource {
  readonly listings: readonly Listing[];
  readonly startAt: number;
  readonly slices: number;
  readonly base: Timeframe;
  readonly passesThrough = false;
  readonly unlimited: readonly string[] = [];
  readonly #tracks: readonly Track[];
  #ahead: Track | undefined = undefined;

  constructor(tracks: readonly Track[], base: Timeframe) {
    this.#tracks = tracks.toSorted((a, b) => (a.listing.symbol < b.listing.symbol ? -1 : 1));
    this.listings = this.#tracks.map((track) => track.listing);
    this.base = base;
    this.startAt = (this.nextAt() ?? 1) - 1;
    this.slices = distinct(tracks.map((track) => track.moments()));
  }

  recall(symbol: string, into: CandleSeries): void {
    this.#tracks.find((track) => track.listing.symbol === symbol)?.recall(into);
  }

  nextAt(): number | undefined {
    let next = Number.POSITIVE_INFINITY;
    for (const track of this.#tracks) next = Math.min(next, track.nextAt());
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  ahead(): PrintsAhead | undefined {
    const at = this.nextAt();
    if (at === undefined) return undefined;
    let first: Track | undefined;
    let before = Number.POSITIVE_INFINITY;
    for (const track of this.#tracks) {
      const next = track.nextAt();
      if (next === at && first === undefined) first = track;
      else before = Math.min(before, next);
    }
    this.#ahead = first;
    return before > at ? first?.ahead?.(before) : undefined;
  }

  taken(index: number): void {
    this.#ahead?.taken?.(index);
  }

  apply(stage: Stage): readonly Recorded[] {
    const at = this.nextAt();
    for (const track of this.#tracks) if (track.nextAt() === at) track.print(stage);
    return nothing;
  }
}

const distinct = (columns: readonly Float64Array[]): number => {
  const all = new Float64Array(columns.reduce((sum, column) => sum + column.length, 0));
  let offset = 0;
  for (const column of columns) {
    all.set(column, offset);
    offset += column.length;
  }
  all.sort();
  let count = 0;
  for (let i = 0; i < all.length; i += 1) if (i === 0 || all[i] !== all[i - 1]) count += 1;
  return count;
};

export interface ListingTerms {
  readonly makerBps: number;
  readonly takerBps: number;
  readonly notionalMin: Money;
  readonly queueAheadLots: number;
}

/** A pair on the grid that its recorded decimals imply; tick times lot must keep 18 decimals. */
export const recordedListing = (
  base: string,
  quote: string,
  priceDecimals: number,
  lotDecimals: number,
  terms: ListingTerms,
): Listing => ({
  symbol: base + quote,
  base,
  quote,
  tick: stepOf(priceDecimals),
  lot: stepOf(lotDecimals),
  lotsMin: 1,
  lotsMax: 2 ** 50,
  notionalMin: terms.notionalMin === ZERO ? ZERO : terms.notionalMin,
  makerBps: terms.makerBps,
  takerBps: terms.takerBps,
  feeStep: stepOf(8),
  status: "trading",
  market: "tape",
  queueAheadLots: terms.queueAheadLots,
});

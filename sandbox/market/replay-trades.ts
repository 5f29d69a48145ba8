/**
 * Recorded trades as they happened, of every layout that `adapters/history` knows. Where a source tells no side, a price above
 * the last was bought and one below sold, an equal one goes on as before (the tick rule of Lee and Ready,
 * 1991); where it tells no id, trades are counted from 1.
 */
import { basename } from "node:path";
import { readTrades } from "../../adapters/history/trade-file.ts";
import { plain } from "../../adapters/history/write-candles.ts";
import { sides, type TradeTable } from "../../domain/history/trade-table.ts";
import type { Side } from "../../domain/values/values.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { PrintsAhead } from "../../simulation/ticks/settings.ts";
import type { Listing, PrintColumns } from "../../simulation/venue/venue.ts";
import type { CandleSeries } from "./candle-series.ts";
import { cleanNumber, decimalsOf, scaled } from "../grid.ts";
import type { ReplayMarket } from "../options.ts";
import { recordedFiles } from "./files.ts";
import type { Stage } from "./source.ts";
import { recordedListing, Tape, type ListingTerms, type Track } from "./tape.ts";

export class TradeTrack implements Track {
  readonly listing: Listing;
  readonly #columns: PrintColumns;
  readonly #first: number;
  readonly #end: number;
  #next: number;

  constructor(listing: Listing, columns: PrintColumns, from: number, to: number) {
    this.listing = listing;
    this.#columns = columns;
    this.#first = firstAtOrAfter(columns.at, from);
    this.#end = firstAtOrAfter(columns.at, to);
    this.#next = this.#first;
  }

  moments(): Float64Array {
    return this.#columns.at.slice(this.#first, this.#end);
  }

  nextAt(): number {
    return this.#next < this.#end ? this.#columns.at[this.#next]! : Number.POSITIVE_INFINITY;
  }

  print(stage: Stage): void {
    const { at, ticks, lots, ids } = this.#columns;
    const moment = at[this.#next]!;
    while (this.#next < this.#end && at[this.#next] === moment) {
      const i = this.#next;
      this.#next += 1;
      stage.print(this.listing.symbol, ids[i]!, ticks[i]!, lots[i]!, this.#side(i), moment);
    }
  }

  ahead(before: number): PrintsAhead | undefined {
    const [columns, from, to] = [this.#columns, this.#next, this.#end];
    return from < to ? { symbol: this.listing.symbol, columns, from, to, before } : undefined;
  }

  taken(index: number): void {
    this.#next = index;
  }

  recall(into: CandleSeries): void {
    const { at, ticks, lots, buys } = this.#columns;
    for (let i = 0; i < this.#first; i += 1) into.print(at[i]!, ticks[i]!, lots[i]!, buys[i] === 1);
  }

  #side(i: number): Side {
    return this.#columns.buys[i] === 1 ? "buy" : "sell";
  }
}

const firstAtOrAfter = (at: Float64Array, time: number): number => {
  const found = at.findIndex((each) => each >= time);
  return found < 0 ? at.length : found;
};

export const replayTrades = async (market: ReplayMarket, terms: ListingTerms): Promise<Tape> => {
  const files = recordedFiles(market, "trades");
  if (files.length === 0)
    throw new Invalid("market.path", "files named like XRP_ETH-trades.csv.gz", market.path);
  const from = market.from ?? Number.NEGATIVE_INFINITY;
  const to = market.to ?? Number.POSITIVE_INFINITY;
  const tracks = [];
  for (const { path, base, quote } of files)
    tracks.push(tradeTrack((await readTrades(path)).trades, { base, quote, path, from, to }, terms));
  return new Tape(tracks, "1m");
};

/** What a table of trades is of, where it came from, and which of them are printed. */
export interface TradeSpan {
  readonly base: string;
  readonly quote: string;
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** In time, as recorded within a ms. Throws `Invalid` naming the file for what no trade can be. */
export const tradeTrack = (
  { length, at, price, amount, side, id }: TradeTable,
  { base, quote, path, from, to }: TradeSpan,
  terms: ListingTerms,
): TradeTrack => {
  const order = Array.from({ length }, (_, row) => row).sort((a, b) => at[a]! - at[b]! || a - b);
  const prices = texts(price.subarray(0, length), `${basename(path)} price`);
  const amounts = texts(amount.subarray(0, length), `${basename(path)} amount`);
  const priceDecimals = Math.max(0, ...distinct(prices));
  const lotDecimals = Math.max(0, ...distinct(amounts));
  const columns: PrintColumns = {
    at: new Float64Array(length),
    ticks: new Float64Array(length),
    lots: new Float64Array(length),
    ids: new Float64Array(length),
    buys: new Uint8Array(length),
  };
  let buys = 1;
  let last = 0;
  for (const [i, row] of order.entries()) {
    const ticks = scaled(prices[row]!, priceDecimals);
    if (side[row] !== 0) buys = sides[side[row]!] === "buy" ? 1 : 0;
    else if (ticks !== last) buys = ticks > last ? 1 : 0;
    last = ticks;
    columns.at[i] = at[row]!;
    columns.ticks[i] = ticks;
    columns.lots[i] = scaled(amounts[row]!, lotDecimals);
    columns.ids[i] = id[row] === 0 ? i + 1 : id[row]!;
    columns.buys[i] = buys;
  }
  return new TradeTrack(recordedListing(base, quote, priceDecimals, lotDecimals, terms), columns, from, to);
};

const distinct = (texts: readonly string[]): ReadonlySet<number> => new Set(texts.map(decimalsOf));

const texts = (column: Float64Array, field: string): readonly string[] =>
  Array.from(column, (value) => {
    if (!(value > 0)) throw new Invalid(field, "numbers above 0", value);
    return cleanNumber(plain(value));
  });

/**
 * Recorded trades as they happened: `ts_ms,price,amount,side,id`. Where a source tells no side, a price above
 * the last was bought and one below sold, an equal one goes on as before (the tick rule of Lee and Ready,
 * 1991); where it tells no id, trades are counted from 1.
 */
import type { Side } from "../../domain/values/values.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { PrintsAhead } from "../../simulation/ticks/settings.ts";
import type { Listing, PrintColumns } from "../../simulation/venue/venue.ts";
import type { CandleSeries } from "./candle-series.ts";
import { cleanNumber, decimalsOf, scaled } from "../grid.ts";
import type { ReplayMarket } from "../options.ts";
import { cellNumber, recordedFiles, tableOf, type RecordedFile } from "./files.ts";
import type { Stage } from "./source.ts";
import { recordedListing, Tape, type ListingTerms, type Track } from "./tape.ts";

const HEADER = "ts_ms,price,amount,side,id";

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

export const replayTrades = (market: ReplayMarket, terms: ListingTerms): Tape => {
  const files = recordedFiles(market, "trades");
  if (files.length === 0)
    throw new Invalid("market.path", "files named like XRP_ETH-trades.csv.gz", market.path);
  const from = market.from ?? Number.NEGATIVE_INFINITY;
  const to = market.to ?? Number.POSITIVE_INFINITY;
  return new Tape(
    files.map((file) => readTrack(file, terms, from, to)),
    "1m",
  );
};

const readTrack = (file: RecordedFile, terms: ListingTerms, from: number, to: number): TradeTrack => {
  const rows = tableOf(file.path, HEADER).map((line) => line.split(","));
  const order = rows.map((_row, index) => index);
  const times = rows.map((row, index) => cellNumber(row[0], file.path, index + 2, "ts_ms"));
  order.sort((a, b) => times[a]! - times[b]! || a - b);
  const prices = rows.map((row, index) => positive(row[1], file.path, index, "price"));
  const amounts = rows.map((row, index) => positive(row[2], file.path, index, "amount"));
  const priceDecimals = Math.max(0, ...distinct(prices));
  const lotDecimals = Math.max(0, ...distinct(amounts));
  const columns: PrintColumns = {
    at: new Float64Array(rows.length),
    ticks: new Float64Array(rows.length),
    lots: new Float64Array(rows.length),
    ids: new Float64Array(rows.length),
    buys: new Uint8Array(rows.length),
  };
  let buys = 1;
  let last = 0;
  for (const [i, index] of order.entries()) {
    const row = rows[index]!;
    const ticks = scaled(prices[index]!, priceDecimals);
    if (row[3] === "buy" || row[3] === "sell") buys = row[3] === "buy" ? 1 : 0;
    else if (ticks !== last) buys = ticks > last ? 1 : 0;
    last = ticks;
    columns.at[i] = times[index]!;
    columns.ticks[i] = ticks;
    columns.lots[i] = scaled(amounts[index]!, lotDecimals);
    columns.ids[i] = row[4] === "" ? i + 1 : cellNumber(row[4], file.path, index + 2, "id");
    columns.buys[i] = buys;
  }
  const listing = recordedListing(file.base, file.quote, priceDecimals, lotDecimals, terms);
  return new TradeTrack(listing, columns, from, to);
};

const distinct = (texts: readonly string[]): ReadonlySet<number> => new Set(texts.map(decimalsOf));

const positive = (text: string | undefined, path: string, index: number, column: string): string => {
  if (!(cellNumber(text, path, index + 2, column) > 0))
    throw new Invalid(`${path}:${index + 2} ${column}`, "a number above 0", text);
  return cleanNumber(text!);
};

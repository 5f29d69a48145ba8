/**
 * Recorded candles as four prints each: open, then the extreme against the candle's direction, then the other,
 * then close (a rising candle goes low before high). Each carries a quarter of the volume in lots, the close
 * the remainder, so that the four sum exactly; the close prints in the candle's last ms. Candles that did
 * not trade print nothing, and of fewer than four lots only the close prints.
 */
import { readCandles } from "../../adapters/history/candle-file.ts";
import { timeframes, timeframe, type Timeframe } from "../../domain/market/candle.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { Listing } from "../../simulation/venue/venue.ts";
import type { CandleSeries } from "./candle-series.ts";
import { cleanNumber, decimalsOf, scaled } from "../grid.ts";
import type { ReplayMarket } from "../options.ts";
import { recordedFiles, shortestFrame, type RecordedFile } from "./files.ts";
import type { Stage } from "./source.ts";
import { recordedListing, Tape, type ListingTerms, type Track } from "./tape.ts";

const COLUMNS = ["open", "high", "low", "close", "volume"] as const;
/** Candles before `from` that are kept for klines. */
const PAST_MAX = 20_000;
const PHASES = 4;
/** Ticks times lots of a print, with room for the remainder that the close carries. */
const EXACT_MAX = 2 ** 53 * 0.999;

interface Columns {
  readonly at: number[];
  /** open, high, low, close in ticks, volume in lots. */
  readonly cells: Float64Array;
}

/** Ms after the candle's opening at which a phase prints. */
export const phaseOffsetMs = (phase: number, spanMs: number): number =>
  phase === PHASES - 1 ? spanMs - 1 : Math.floor((spanMs * phase) / PHASES);

export class CandleTrack implements Track {
  readonly listing: Listing;
  readonly #columns: Columns;
  readonly #spanMs: number;
  readonly #first: number;
  readonly #end: number;
  #candle: number;
  #phase = 0;
  #tradeId = 0;

  constructor(listing: Listing, columns: Columns, frame: Timeframe, from: number, to: number) {
    this.listing = listing;
    this.#columns = columns;
    this.#spanMs = timeframes[frame];
    const index = (time: number): number => {
      const found = columns.at.findIndex((at) => at >= time);
      return found < 0 ? columns.at.length : found;
    };
    this.#first = index(from);
    this.#end = index(to);
    this.#candle = this.#first;
  }

  moments(): Float64Array {
    const at = new Float64Array((this.#end - this.#first) * PHASES);
    for (let i = 0; i < at.length; i += 1)
      at[i] =
        this.#columns.at[this.#first + Math.floor(i / PHASES)]! + phaseOffsetMs(i % PHASES, this.#spanMs);
    return at;
  }

  nextAt(): number {
    if (this.#candle >= this.#end) return Number.POSITIVE_INFINITY;
    return this.#columns.at[this.#candle]! + phaseOffsetMs(this.#phase, this.#spanMs);
  }

  print(stage: Stage): void {
    const at = this.nextAt();
    const [open, high, low, close, volume] = this.#cells(this.#candle);
    const quarter = Math.floor(volume / PHASES);
    const rises = close >= open;
    const path = rises ? [open, low, high, close] : [open, high, low, close];
    const before = this.#phase === 0 ? open : path[this.#phase - 1]!;
    const ticks = path[this.#phase]!;
    const buys = ticks === before ? rises : ticks > before;
    const lots = this.#phase === PHASES - 1 ? volume - (PHASES - 1) * quarter : quarter;
    this.#tradeId += 1;
    this.#phase += 1;
    if (this.#phase === PHASES) {
      this.#phase = 0;
      this.#candle += 1;
    }
    if (lots > 0) stage.print(this.listing.symbol, this.#tradeId, ticks, lots, buys ? "buy" : "sell", at);
  }

  recall(into: CandleSeries): void {
    for (let i = 0; i < this.#first; i += 1) {
      const [open, high, low, close, lots] = this.#cells(i);
      const quote = ((open + close) / 2) * lots;
      into.append({
        openAt: this.#columns.at[i]!,
        open,
        high,
        low,
        close,
        lots,
        quote,
        trades: PHASES,
        takerLots: lots / 2,
        takerQuote: quote / 2,
      });
    }
  }

  #cells(index: number): readonly [number, number, number, number, number] {
    const cells = this.#columns.cells;
    const offset = index * COLUMNS.length;
    return [cells[offset]!, cells[offset + 1]!, cells[offset + 2]!, cells[offset + 3]!, cells[offset + 4]!];
  }
}

export const replayCandles = async (market: ReplayMarket, terms: ListingTerms): Promise<Tape> => {
  const files = recordedFiles(market, "candles");
  if (files.length === 0)
    throw new Invalid("market.path", "files named like BTC_USDT-5m.csv.gz", market.path);
  const frame =
    market.timeframe === undefined ? shortestFrame(files) : timeframe(market.timeframe, "market.timeframe");
  const from = market.from ?? Number.NEGATIVE_INFINITY;
  const to = market.to ?? Number.POSITIVE_INFINITY;
  const tracks: CandleTrack[] = [];
  for (const file of files)
    if (file.rest === frame) tracks.push(await readTrack(file, frame, terms, from, to));
  if (tracks.length === 0) throw new Invalid("market.timeframe", "a timeframe that was recorded", frame);
  return new Tape(tracks, frame);
};

const readTrack = async (
  file: RecordedFile,
  frame: Timeframe,
  terms: ListingTerms,
  from: number,
  to: number,
): Promise<CandleTrack> => {
  const { candles } = await readCandles(file.path, { from: from - PAST_MAX * timeframes[frame], to });
  const at: number[] = [];
  const texts: string[][] = [];
  for (let row = 0; row < candles.length; row += 1) {
    if (candles.volume[row] === 0) continue;
    const time = candles.at[row]!;
    if (time <= (at.at(-1) ?? Number.NEGATIVE_INFINITY))
      throw new Invalid(file.path, "candles in ascending order of time", time);
    at.push(time);
    texts.push(COLUMNS.map((name) => cleanNumber(String(candles[name][row]))));
  }
  const priceDecimals = texts.reduce((most, row) => Math.max(most, ...row.slice(0, 4).map(decimalsOf)), 0);
  const lotDecimals = volumeDecimals(texts, priceDecimals);
  const cells = new Float64Array(texts.length * COLUMNS.length);
  for (const [index, row] of texts.entries())
    for (const [column, text] of row.entries())
      cells[index * COLUMNS.length + column] = scaled(text, column === 4 ? lotDecimals : priceDecimals);
  const listing = recordedListing(file.base, file.quote, priceDecimals, lotDecimals, terms);
  return new CandleTrack(listing, { at, cells }, frame, from, to);
};

/** As many as were recorded, and enough for four lots in the smallest volume, as far as each print stays exact. */
const volumeDecimals = (rows: readonly (readonly string[])[], priceDecimals: number): number => {
  let decimals = 0;
  let least = Number.POSITIVE_INFINITY;
  let product = 0;
  for (const row of rows) {
    const volume = Number(row[4]);
    decimals = Math.max(decimals, decimalsOf(row[4]!));
    least = Math.min(least, volume);
    product = Math.max(product, scaled(row[1]!, priceDecimals) * volume);
  }
  while (least * 10 ** decimals < PHASES && decimals < 8) decimals += 1;
  while ((product * 10 ** decimals) / PHASES > EXACT_MAX && decimals > 0) decimals -= 1;
  return decimals;
};

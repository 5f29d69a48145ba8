/**
 * One symbol's past as columns of candles in the shortest frame kept, fed by prints or by recorded candles.
 * Longer frames are folded on demand. Candles in which nothing traded are absent.
 */
import { openOf, timeframes, type Timeframe } from "../../domain/market/candle.ts";
import type { Timestamp } from "../../domain/values/values.ts";

/** Prices in ticks, volumes in lots; `quote` is price times quantity in ticks times lots. */
export interface CandleRow {
  openAt: number;
  open: number;
  high: number;
  low: number;
  close: number;
  lots: number;
  quote: number;
  trades: number;
  takerLots: number;
  takerQuote: number;
}

const COLUMNS = 10;
/** Past this many candles the older half is forgotten. */
const CANDLES_MAX = 400_000;

export class CandleSeries {
  readonly base: Timeframe;
  #rows = new Float64Array(256 * COLUMNS);
  #count = 0;

  constructor(base: Timeframe) {
    this.base = base;
  }

  print(at: number, ticks: number, lots: number, takerBuys: boolean): void {
    const openAt = openOf(at as Timestamp, this.base);
    const offset = (this.#count - 1) * COLUMNS;
    const quote = ticks * lots;
    if (offset < 0 || this.#rows[offset]! < openAt) {
      this.append({
        openAt,
        open: ticks,
        high: ticks,
        low: ticks,
        close: ticks,
        lots,
        quote,
        trades: 1,
        takerLots: takerBuys ? lots : 0,
        takerQuote: takerBuys ? quote : 0,
      });
      return;
    }
    const rows = this.#rows;
    if (ticks > rows[offset + 2]!) rows[offset + 2] = ticks;
    if (ticks < rows[offset + 3]!) rows[offset + 3] = ticks;
    rows[offset + 4] = ticks;
    rows[offset + 5]! += lots;
    rows[offset + 6]! += quote;
    rows[offset + 7]! += 1;
    if (!takerBuys) return;
    rows[offset + 8]! += lots;
    rows[offset + 9]! += quote;
  }

  append(row: CandleRow): void {
    if (this.#count >= CANDLES_MAX) this.#forget();
    if ((this.#count + 1) * COLUMNS > this.#rows.length) {
      const grown = new Float64Array(this.#rows.length * 2);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    const { openAt, open, high, low, close, lots, quote, trades, takerLots, takerQuote } = row;
    this.#rows.set(
      [openAt, open, high, low, close, lots, quote, trades, takerLots, takerQuote],
      this.#count * COLUMNS,
    );
    this.#count += 1;
  }

  /** Prices and volumes on another grid, rounded to it. */
  rescale(ticksBy: number, lotsBy: number): void {
    const rows = this.#rows;
    const factors = [
      1,
      ticksBy,
      ticksBy,
      ticksBy,
      ticksBy,
      lotsBy,
      ticksBy * lotsBy,
      1,
      lotsBy,
      ticksBy * lotsBy,
    ];
    for (let i = 0; i < this.#count * COLUMNS; i += 1) rows[i] = Math.round(rows[i]! * factors[i % COLUMNS]!);
  }

  #forget(): void {
    const kept = Math.floor(this.#count / 2);
    this.#rows.copyWithin(0, (this.#count - kept) * COLUMNS, this.#count * COLUMNS);
    this.#count = kept;
  }

  /** Oldest first: the first `limit` from `start`, or, without `start`, the last `limit` up to `end`. */
  query(frame: Timeframe, start: number | undefined, end: number | undefined, limit: number): CandleRow[] {
    if (timeframes[frame] < timeframes[this.base]) return [];
    const until = end ?? Number.MAX_SAFE_INTEGER;
    const found: CandleRow[] = [];
    if (start !== undefined) {
      for (let at = this.#from(start); at < this.#count; at += 1) {
        const openAt = openOf(this.#rows[at * COLUMNS]! as Timestamp, frame);
        if (openAt < start) continue;
        if (openAt > until) break;
        const last = found.at(-1);
        if (last?.openAt === openAt) this.#fold(last, at);
        else if (found.length >= limit) break;
        else found.push(this.#row(at, openAt));
      }
      return found;
    }
    let from = this.#from(end === undefined ? Number.MAX_SAFE_INTEGER : end + 1);
    let openings = 0;
    let opening = Number.NaN;
    while (from > 0) {
      const openAt = openOf(this.#rows[(from - 1) * COLUMNS]! as Timestamp, frame);
      if (openAt !== opening) {
        openings += 1;
        if (openings > limit) break;
        opening = openAt;
      }
      from -= 1;
    }
    return from >= this.#count
      ? []
      : this.query(frame, openOf(this.#rows[from * COLUMNS]! as Timestamp, frame), end, limit);
  }

  /** Sums over what opened at or after `since`; undefined when nothing traded. */
  since(since: number): CandleRow | undefined {
    const from = this.#from(since);
    if (from >= this.#count) return undefined;
    const sum = this.#row(from, this.#rows[from * COLUMNS]!);
    for (let at = from + 1; at < this.#count; at += 1) this.#fold(sum, at);
    return sum;
  }

  /** Index of the first candle that opened at or after `at`. */
  #from(at: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rows[middle * COLUMNS]! < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #row(index: number, openAt: number): CandleRow {
    const cell = (column: number): number => this.#rows[index * COLUMNS + column]!;
    return {
      openAt,
      open: cell(1),
      high: cell(2),
      low: cell(3),
      close: cell(4),
      lots: cell(5),
      quote: cell(6),
      trades: cell(7),
      takerLots: cell(8),
      takerQuote: cell(9),
    };
  }

  #fold(into: CandleRow, index: number): void {
    const offset = index * COLUMNS;
    const rows = this.#rows;
    into.high = Math.max(into.high, rows[offset + 2]!);
    into.low = Math.min(into.low, rows[offset + 3]!);
    into.close = rows[offset + 4]!;
    into.lots += rows[offset + 5]!;
    into.quote += rows[offset + 6]!;
    into.trades += rows[offset + 7]!;
    into.takerLots += rows[offset + 8]!;
    into.takerQuote += rows[offset + 9]!;
  }
}

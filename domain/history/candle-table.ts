/**
 * Recorded candles as columns, in the order of their source: what a file is read into and what is written from. Nothing is
 * promised of them: stamps may repeat or run backwards until `check.ts` has looked. Prices and volumes are the doubles nearest to
 * the decimal text of the source, which give back the same decimals when written.
 */
import type { Candle } from "../market/candle.ts";

const GROWTH = 2;

export class CandleTable {
  length = 0;
  /** Open times, ms since the epoch. */
  at: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  /** Base units. */
  volume: Float64Array;
  /** Number of trades; 0 where the source does not tell. */
  trades: Float64Array;

  constructor(capacity = 1_024) {
    const column = (): Float64Array => new Float64Array(capacity);
    this.at = column();
    this.open = column();
    this.high = column();
    this.low = column();
    this.close = column();
    this.volume = column();
    this.trades = column();
  }

  static of(candles: Iterable<Candle>): CandleTable {
    const table = new CandleTable();
    for (const { openAt, open, high, low, close, volume, trades } of candles)
      table.push(openAt, open, high, low, close, volume, trades);
    return table;
  }

  push(
    at: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    trades: number,
  ): void {
    const row = this.length;
    if (row === this.at.length) this.#grow(Math.max(16, row * GROWTH));
    this.at[row] = at;
    this.open[row] = open;
    this.high[row] = high;
    this.low[row] = low;
    this.close[row] = close;
    this.volume[row] = volume;
    this.trades[row] = trades;
    this.length = row + 1;
  }

  /** Row `row` of another table, at the end of this one. */
  take(from: CandleTable, row: number): void {
    this.push(
      from.at[row]!,
      from.open[row]!,
      from.high[row]!,
      from.low[row]!,
      from.close[row]!,
      from.volume[row]!,
      from.trades[row]!,
    );
  }

  append(from: CandleTable): void {
    const start = this.length;
    const end = start + from.length;
    if (end > this.at.length) this.#grow(Math.max(end, start * GROWTH));
    for (const name of names) this[name].set(from[name].subarray(0, from.length), start);
    this.length = end;
  }

  /** Rows [start, end) as a view on the same memory; push nothing to it. */
  rows(start: number, end: number): CandleTable {
    const view = new CandleTable(0);
    for (const name of names) view[name] = this[name].subarray(start, end);
    view.length = Math.max(0, end - start);
    return view;
  }

  /** Of ascending candles those that open in [from, to), as a view. */
  within(from: number, to: number): CandleTable {
    return this.rows(this.indexOf(from), Math.max(this.indexOf(from), this.indexOf(to)));
  }

  /** Of ascending candles the index of the first that opens at or after `at`. */
  indexOf(at: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether two rows say the same, trades aside, which many sources do not tell. */
  sameAs(row: number, other: CandleTable, its: number): boolean {
    return compared.every((name) => this[name][row] === other[name][its]);
  }

  #grow(capacity: number): void {
    for (const name of names) {
      const grown = new Float64Array(capacity);
      grown.set(this[name].subarray(0, this.length));
      this[name] = grown;
    }
  }
}

const compared = ["at", "open", "high", "low", "close", "volume"] as const;
const names = [...compared, "trades"] as const;

/**
 * Recorded trades as columns, in the order of their source. Prices and amounts are the doubles nearest to the decimal text of the
 * source, which give back the same decimals when written.
 */
import { Invalid } from "../values/invalid.ts";

/** Of the taker; "" where the source does not tell. Its place is the number that stands in the column. */
export const sides = ["", "buy", "sell"] as const;

export class TradeTable {
  length = 0;
  /** Ms since the epoch. */
  at: Float64Array;
  price: Float64Array;
  /** Base units. */
  amount: Float64Array;
  /** Place in `sides`. */
  side: Uint8Array;
  /** The venue's number; 0 where the source does not tell. */
  id: Float64Array;

  constructor(capacity = 1_024) {
    const column = (): Float64Array => new Float64Array(capacity);
    this.at = column();
    this.price = column();
    this.amount = column();
    this.side = new Uint8Array(capacity);
    this.id = column();
  }

  push(at: number, price: number, amount: number, side: number, id: number): void {
    const row = this.length;
    if (row === this.at.length) this.#grow(Math.max(16, row * 2));
    this.at[row] = at;
    this.price[row] = price;
    this.amount[row] = amount;
    this.side[row] = side;
    this.id[row] = id;
    this.length = row + 1;
  }

  take(from: TradeTable, row: number): void {
    this.push(from.at[row]!, from.price[row]!, from.amount[row]!, from.side[row]!, from.id[row]!);
  }

  append(other: TradeTable): void {
    for (let row = 0; row < other.length; row += 1) this.take(other, row);
  }

  /** Those of [start, end), as a view. */
  rows(start: number, end: number): TradeTable {
    const view = new TradeTable(0);
    for (const name of ["at", "price", "amount", "id"] as const) view[name] = this[name].subarray(start, end);
    view.side = this.side.subarray(start, end);
    view.length = end - start;
    return view;
  }

  /** Ascending in time: those at or after `from` and before `until`, as a view. */
  within(from: number, until: number): TradeTable {
    return this.rows(this.indexOf(from), this.indexOf(until));
  }

  /** Ascending in time: place of the first one not before `time`. */
  indexOf(time: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(capacity: number): void {
    for (const name of ["at", "price", "amount", "id"] as const) {
      const grown = new Float64Array(capacity);
      grown.set(this[name]);
      this[name] = grown;
    }
    const side = new Uint8Array(capacity);
    side.set(this.side);
    this.side = side;
  }
}

/**
 * By time, and by number within a millisecond; of equal trades (time, number, price, amount and side) with a number one is kept. Without
 * numbers equal trades may be two. Throws `Invalid` for one number with two different trades.
 */
export const tradesInOrder = (
  trades: TradeTable,
  field: string,
): { readonly trades: TradeTable; readonly repeats: number } => {
  const order = Uint32Array.from({ length: trades.length }, (_, row) => row).sort(
    (a, b) => trades.at[a]! - trades.at[b]! || trades.id[a]! - trades.id[b]! || a - b,
  );
  const sorted = new TradeTable(trades.length);
  const byNumber = new Map<number, number>();
  for (const row of order) {
    const number = trades.id[row]!;
    const known = number === 0 ? undefined : byNumber.get(number);
    if (known !== undefined) {
      if (isSame(trades, known, row)) continue;
      throw new Invalid(field, "one trade for each number", `several with ${number}`);
    }
    if (number !== 0) byNumber.set(number, row);
    sorted.take(trades, row);
  }
  return { trades: sorted, repeats: trades.length - sorted.length };
};

const isSame = (trades: TradeTable, a: number, b: number): boolean =>
  (["at", "price", "amount", "side"] as const).every((name) => trades[name][a] === trades[name][b]);

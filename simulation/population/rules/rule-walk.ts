/**
 * One set of composite over a piece of a block, as trader, float accounting and a venue of candles with next-open fills would have it, bit
 * for bit: from one row that changes something to the next, by the bits of its two rules.
 */
import type { Costs } from "../costs.ts";
import { field, FIELDS } from "../field.ts";
import { SetBooks } from "../set-books.ts";
import { WORD, type Words } from "./sheet.ts";

/** Of a block: row 0 is its first. */
export interface RuleColumns {
  at: Float64Array;
  open: Float64Array;
  close: Float64Array;
}

/** Where the two rules of a set hold. */
export interface Pair {
  readonly enters: Words;
  readonly leaves: Words;
}

export class RuleWalk {
  readonly #columns: RuleColumns;
  readonly #state: Float64Array;
  readonly #books: SetBooks;

  constructor(columns: RuleColumns, state: Float64Array, costs: Costs) {
    this.#columns = columns;
    this.#state = state;
    this.#books = new SetBooks(state, costs);
  }

  /** Rows [begin, end) of the block: buys where `enters` has a bit and `leaves` none, sells where `leaves` has one. `live`: whether orders are sent. */
  walk(
    set: number,
    { enters: { bits: enters }, leaves: { bits: leaves } }: Pair,
    begin: number,
    end: number,
    live: boolean,
  ): void {
    const row = set * FIELDS;
    const state = this.#state;
    const books = this.#books;
    const { at, open, close } = this.#columns;
    books.load(row);
    for (let t = begin; t < end;) {
      if (state[row + field.leaving] !== 0) {
        state[row + field.leaving] = 0;
        books.sell(open[t]!, at[t]!);
      }
      if (state[row + field.wanted] !== 0) books.buy(open[t]!, at[t]!);
      const long = state[row + field.lean] !== 0;
      const next = long ? nextOf(leaves, leaves, t, end, 0) : nextOf(enters, leaves, t, end, -1);
      const after = Math.min(next + 1, end);
      if (books.quantity > 0) this.#hold(t, after);
      if (next < end) {
        state[row + field.lean] = long ? 0 : 1;
        if (long) state[row + field.leaving] = books.quantity > 0 ? 1 : 0;
        else if (live) books.want(close[next]!);
      }
      t = after;
    }
    books.save();
  }

  /** Equity at the closes of rows [begin, end). Unless there is a new peak, only the lowest counts: rounding keeps the order. */
  #hold(begin: number, end: number): void {
    const books = this.#books;
    const { close } = this.#columns;
    const { cash, quantity } = books;
    let lowest = Infinity;
    let highest = 0;
    for (let t = begin; t < end; t += 1) {
      lowest = Math.min(lowest, close[t]!);
      highest = Math.max(highest, close[t]!);
    }
    if (cash + quantity * highest > books.peak)
      for (let t = begin; t < end; t += 1) books.mark(cash + quantity * close[t]!);
    else books.mark(cash + quantity * lowest);
  }
}

/** The first row from `t` on, before `end`, whose bit is set in `words` and not in `others`, of which only those in `counts` count; `end` where there is none. */
const nextOf = (words: Int32Array, others: Int32Array, t: number, end: number, counts: number): number => {
  let word = t >>> 5;
  let bits = words[word]! & ~(others[word]! & counts) & (-1 << t);
  while (bits === 0) {
    word += 1;
    if (word * WORD >= end) return end;
    bits = words[word]! & ~(others[word]! & counts);
  }
  return Math.min(end, word * WORD + 31 - Math.clz32(bits & -bits));
};

/**
 * One parameter set of trend-pullback over a piece of a block, as trader, float accounting (simulation/backtest/float-books.ts) and
 * a venue of candles with next-open fills would have it, bit for bit and without any of the three: while it is out it looks for an
 * entry, while it holds for the end. The plain form: what any faster one is checked against.
 */
import type { Costs } from "./costs.ts";
import { BLOCK } from "./ground.ts";
import { field, FIELDS } from "./field.ts";
import { SetBooks } from "./set-books.ts";

/** Columns of a block: row 0 is its first. */
export interface BlockColumns {
  readonly at: Float64Array;
  readonly open: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly series: Float64Array;
}

export class PlainWalk {
  readonly #columns: BlockColumns;
  readonly #state: Float64Array;
  readonly #books: SetBooks;
  readonly #span: number;
  /** Of the set under way: where its row begins, and its stop. */
  #row = 0;
  #stop = 0.5;
  #live = false;

  constructor(columns: BlockColumns, state: Float64Array, costs: Costs, span: number) {
    this.#columns = columns;
    this.#state = state;
    this.#books = new SetBooks(state, costs);
    this.#span = span;
  }

  /** Sets [0, sets) over rows [begin, end) of the block. */
  walk(sets: number, begin: number, end: number, live: boolean): void {
    const state = this.#state;
    this.#live = live;
    for (let set = 0; set < sets; set += 1) {
      const row = set * FIELDS;
      this.#row = row;
      this.#stop = state[row + field.stop]!;
      this.#books.load(row);
      let t = begin;
      while (t < end) t = this.#stop === 0 ? this.#out(t, end) : this.#held(t, end);
      state[row + field.stop] = this.#stop;
      this.#books.save();
    }
  }

  /** Looks for an entry. The row to go on with. */
  #out(begin: number, end: number): number {
    const state = this.#state;
    const row = this.#row;
    const { close, open, at, series } = this.#columns;
    if (state[row + field.leaving] !== 0) {
      state[row + field.leaving] = 0;
      this.#books.sell(open[begin]!, at[begin]!);
    }
    const fast = (state[row + field.fast]! * BLOCK) | 0;
    const slow = (state[row + field.slow]! * BLOCK) | 0;
    const rsi = (state[row + field.rsi]! * BLOCK) | 0;
    const ceiling = state[row + field.ceiling]!;
    for (let t = begin; t < end; t += 1)
      if (series[fast + t]! > series[slow + t]! && series[rsi + t]! < ceiling) {
        const price = close[t]!;
        const trail = price - state[row + field.distance]! * series[state[row + field.atr]! * BLOCK + t]!;
        if (!(trail > 0 && trail < price)) continue;
        this.#stop = trail;
        if (this.#live) this.#books.want(price);
        return t + 1;
      }
    return end;
  }

  /** Holds until the stop is reached or the averages cross. The row to go on with. */
  #held(begin: number, end: number): number {
    const state = this.#state;
    const row = this.#row;
    const { at, open, low, close, series } = this.#columns;
    const books = this.#books;
    if (state[row + field.wanted] !== 0) books.buy(open[begin]!, at[begin]!);
    const fast = (state[row + field.fast]! * BLOCK) | 0;
    const slow = (state[row + field.slow]! * BLOCK) | 0;
    const atr = (state[row + field.atr]! * BLOCK) | 0;
    const distance = state[row + field.distance]!;
    const { cash, quantity } = books;
    let stop = this.#stop;
    let { peak, trough } = books;
    let t = begin;
    for (; t < end; t += 1) {
      if (low[t]! <= stop) break;
      const price = close[t]!;
      const equity = cash + quantity * price;
      if (equity > peak) {
        if (trough < peak) books.deepen(trough, peak);
        peak = trough = equity;
      } else if (equity < trough) trough = equity;
      if (!(series[fast + t]! > series[slow + t]!)) {
        this.#stop = 0;
        books.peak = peak;
        books.trough = trough;
        state[row + field.leaving] = quantity > 0 ? 1 : 0;
        return t + 1;
      }
      const trail = price - distance * series[atr + t]!;
      if (trail > stop && trail < price) stop = trail;
    }
    this.#stop = stop;
    books.peak = peak;
    books.trough = trough;
    if (t < end) this.#stopped(t);
    return t;
  }

  /** The venue has sold at the stop, or at the open where that was worse; the row's close may be an entry again. */
  #stopped(t: number): void {
    const open = this.#columns.open[t]!;
    const stop = this.#stop;
    this.#stop = 0;
    if (!(this.#books.quantity > 0)) return;
    const at = this.#columns.at[t]!;
    if (open <= stop) this.#books.sell(open, at);
    else this.#books.sell(stop, at + this.#span);
  }
}

/**
 * One parameter set of trend-pullback over a piece of a block, as trader, float accounting (simulation/backtest/float-books.ts) and
 * a venue of candles with next-open fills would have it, bit for bit and without any of the three: while it is out it looks for an
 * entry, while it holds for the end. The plain form: what any faster one is checked against.
 */
import type { Costs } from "./costs.ts";
import { BLOCK } from "./ground.ts";
import { field, FIELDS } from "./field.ts";

/** Columns of a block: row 0 is its first. */
export interface BlockColumns {
  readonly at: Float64Array;
  readonly open: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly series: Float64Array;
}

/** What the portfolio reserves above the price (simulation/backtest/float-ledger.ts). */
const COLLAR = 1.02;

export class PlainWalk {
  readonly #columns: BlockColumns;
  readonly #state: Float64Array;
  readonly #costs: Costs;
  readonly #span: number;
  /** Of the set under way: where its row begins, and what changes often. */
  #row = 0;
  #stop = 0.5;
  #quantity = 0.5;
  #cash = 0.5;
  #peak = 0.5;
  #trough = 0.5;
  #live = false;

  constructor(columns: BlockColumns, state: Float64Array, costs: Costs, span: number) {
    this.#columns = columns;
    this.#state = state;
    this.#costs = costs;
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
      this.#quantity = state[row + field.quantity]!;
      this.#cash = state[row + field.cash]!;
      this.#peak = state[row + field.peak]!;
      this.#trough = state[row + field.trough]!;
      let t = begin;
      while (t < end) t = this.#stop === 0 ? this.#out(t, end) : this.#held(t, end);
      state[row + field.stop] = this.#stop;
      state[row + field.quantity] = this.#quantity;
      state[row + field.cash] = this.#cash;
      state[row + field.peak] = this.#peak;
      state[row + field.trough] = this.#trough;
    }
  }

  /** Looks for an entry. The row to go on with. */
  #out(begin: number, end: number): number {
    const state = this.#state;
    const row = this.#row;
    const { close, open, at, series } = this.#columns;
    if (state[row + field.leaving] !== 0) {
      state[row + field.leaving] = 0;
      this.#sell(open[begin]!, at[begin]!);
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
        if (this.#live) this.#want(price);
        return t + 1;
      }
    return end;
  }

  /** Holds until the stop is reached or the averages cross. The row to go on with. */
  #held(begin: number, end: number): number {
    const state = this.#state;
    const row = this.#row;
    const { low, close, series } = this.#columns;
    if (state[row + field.wanted] !== 0) this.#buy(begin);
    const fast = (state[row + field.fast]! * BLOCK) | 0;
    const slow = (state[row + field.slow]! * BLOCK) | 0;
    const atr = (state[row + field.atr]! * BLOCK) | 0;
    const distance = state[row + field.distance]!;
    const cash = this.#cash;
    const quantity = this.#quantity;
    let stop = this.#stop;
    let peak = this.#peak;
    let trough = this.#trough;
    let t = begin;
    for (; t < end; t += 1) {
      if (low[t]! <= stop) break;
      const price = close[t]!;
      const equity = cash + quantity * price;
      if (equity > peak) {
        if (trough < peak) this.#deepen(trough, peak);
        peak = trough = equity;
      } else if (equity < trough) trough = equity;
      if (!(series[fast + t]! > series[slow + t]!)) {
        this.#stop = 0;
        this.#peak = peak;
        this.#trough = trough;
        state[row + field.leaving] = quantity > 0 ? 1 : 0;
        return t + 1;
      }
      const trail = price - distance * series[atr + t]!;
      if (trail > stop && trail < price) stop = trail;
    }
    this.#stop = stop;
    this.#peak = peak;
    this.#trough = trough;
    if (t < end) this.#stopped(t);
    return t;
  }

  /** The venue has sold at the stop, or at the open where that was worse; the row's close may be an entry again. */
  #stopped(t: number): void {
    const open = this.#columns.open[t]!;
    const stop = this.#stop;
    this.#stop = 0;
    if (!(this.#quantity > 0)) return;
    const at = this.#columns.at[t]!;
    if (open <= stop) this.#sell(open, at);
    else this.#sell(stop, at + this.#span);
  }

  /** Sizes a buy at the close `price`. */
  #want(price: number): void {
    const state = this.#state;
    const cash = this.#cash;
    const target = cash <= 0 ? 0 : (state[this.#row + field.exposure]! * cash) / price;
    const quantity = Math.min(target, cash / (price * COLLAR * this.#costs.worstFee));
    state[this.#row + field.wanted] = quantity > 0 ? quantity : 0;
  }

  #buy(t: number): void {
    const state = this.#state;
    const row = this.#row;
    const quantity = state[row + field.wanted]!;
    const amount = this.#columns.open[t]! * this.#costs.buyFactor * quantity;
    const fee = amount * this.#costs.takerFee;
    this.#cash += -(amount + fee);
    this.#quantity = quantity;
    state[row + field.wanted] = 0;
    state[row + field.paid] = amount;
    state[row + field.entryFee] = fee;
    state[row + field.openAt] = this.#columns.at[t]!;
  }

  #sell(price: number, at: number): void {
    const amount = price * this.#costs.sellFactor * this.#quantity;
    const fee = amount * this.#costs.takerFee;
    this.#cash += amount - fee;
    this.#quantity = 0;
    bookTrade(this.#state, this.#row, amount, fee, at);
    const cash = this.#cash;
    if (cash > this.#peak) {
      this.#deepen(this.#trough, this.#peak);
      this.#peak = this.#trough = cash;
    } else if (cash < this.#trough) this.#trough = cash;
  }

  #deepen(trough: number, peak: number): void {
    const place = this.#row + field.drawdown;
    const fall = 1 - trough / peak;
    if (fall > this.#state[place]!) this.#state[place] = fall;
  }
}

/** Books a trade that ends with this amount, fee and time, all as the trade log of a backtest does. */
export const bookTrade = (
  state: Float64Array,
  row: number,
  received: number,
  fee: number,
  at: number,
): void => {
  const profit = received - state[row + field.paid]! - (state[row + field.entryFee]! + fee);
  state[row + field.trades]! += 1;
  state[row + field.holdMs]! += at - state[row + field.openAt]!;
  addTo(state, row + field.profit, profit);
  if (profit > 0) {
    state[row + field.wins]! += 1;
    addTo(state, row + field.won, profit);
  } else if (profit < 0) {
    state[row + field.losses]! += 1;
    addTo(state, row + field.lost, profit);
  }
};

/** One step of the compensated sum of domain/performance/moments.ts. */
const addTo = (state: Float64Array, place: number, x: number): void => {
  const sum = state[place]!;
  const total = sum + x;
  state[place + 1]! += Math.abs(sum) >= Math.abs(x) ? sum - total + x : x - total + sum;
  state[place] = total;
};

/**
 * What one set of a population owns, in float accounting (simulation/backtest/float-books.ts) and with next-open fills, over its row of
 * the state (field.ts). While a set is under way, what changes often stands here.
 */
import type { Costs } from "./costs.ts";
import { field } from "./field.ts";

/** What the portfolio reserves above the price (simulation/backtest/float-ledger.ts). */
const COLLAR = 1.02;

export class SetBooks {
  /** Base units; quote; the highest equity so far and the lowest since. */
  quantity = 0.5;
  cash = 0.5;
  peak = 0.5;
  trough = 0.5;
  #row = 0;
  readonly #state: Float64Array;
  readonly #costs: Costs;

  constructor(state: Float64Array, costs: Costs) {
    this.#state = state;
    this.#costs = costs;
  }

  /** Takes up the set whose row begins at `row`. */
  load(row: number): void {
    const state = this.#state;
    this.#row = row;
    this.quantity = state[row + field.quantity]!;
    this.cash = state[row + field.cash]!;
    this.peak = state[row + field.peak]!;
    this.trough = state[row + field.trough]!;
  }

  /** Puts it back. */
  save(): void {
    const state = this.#state;
    const row = this.#row;
    state[row + field.quantity] = this.quantity;
    state[row + field.cash] = this.cash;
    state[row + field.peak] = this.peak;
    state[row + field.trough] = this.trough;
  }

  /** Sizes a buy at the close `price`. */
  want(price: number): void {
    const state = this.#state;
    const { cash } = this;
    const target = cash <= 0 ? 0 : (state[this.#row + field.exposure]! * cash) / price;
    const quantity = Math.min(target, cash / (price * COLLAR * this.#costs.worstFee));
    state[this.#row + field.wanted] = quantity > 0 ? quantity : 0;
  }

  /** Buys what is wanted. `at`: ms. */
  buy(price: number, at: number): void {
    const state = this.#state;
    const row = this.#row;
    const quantity = state[row + field.wanted]!;
    const amount = price * this.#costs.buyFactor * quantity;
    const fee = amount * this.#costs.takerFee;
    this.cash += -(amount + fee);
    this.quantity = quantity;
    state[row + field.wanted] = 0;
    state[row + field.paid] = amount;
    state[row + field.entryFee] = fee;
    state[row + field.openAt] = at;
  }

  /** Sells all. */
  sell(price: number, at: number): void {
    const amount = price * this.#costs.sellFactor * this.quantity;
    const fee = amount * this.#costs.takerFee;
    this.cash += amount - fee;
    this.quantity = 0;
    bookTrade(this.#state, this.#row, amount, fee, at);
    this.mark(this.cash);
  }

  /** One point of the equity. */
  mark(equity: number): void {
    if (equity > this.peak) {
      this.deepen(this.trough, this.peak);
      this.peak = this.trough = equity;
    } else if (equity < this.trough) this.trough = equity;
  }

  /** Takes a fall into the deepest. */
  deepen(trough: number, peak: number): void {
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

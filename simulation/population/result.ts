/** What a population comes to: a column for each figure, made of the state that its walk leaves. */
import { dailyReturns } from "../../domain/performance/daily-equity.ts";
import type { Numbers } from "../../domain/performance/moments.ts";
import { field, FIELDS } from "./field.ts";
import type { Ground } from "./ground.ts";
import { bookTrade } from "./set-books.ts";

/** Columns, one place for each set. Amounts in quote. */
export interface PopulationResult {
  /** At the last close. */
  readonly equity: Float64Array;
  readonly trades: Float64Array;
  readonly wins: Float64Array;
  readonly losses: Float64Array;
  /** Sums over trades: of all, of those that won, and of those that lost (0 or below). */
  readonly profit: Float64Array;
  readonly won: Float64Array;
  readonly lost: Float64Array;
  /** Ms in all trades together. */
  readonly holdMs: Float64Array;
  /** Deepest fall of the equity at the candles' closes below its highest, the starting balance included, as a ratio. */
  readonly candleDrawdown: Float64Array;
  /** Equity at the end of each day traded on: `days.length` places for each set. */
  readonly dayEquity: Float64Array;
  readonly days: Float64Array;
}

/** What a loss of daily returns needs of a population. */
export type DailyResult = Pick<PopulationResult, "trades" | "dayEquity" | "days">;

/** Daily returns of one set, as Shoal reports them (docs/metrics.md). */
export const returnsOf = ({ days, dayEquity }: DailyResult, set: number, startingBalance: number): Numbers =>
  dailyReturns(days, dayEquity.subarray(set * days.length, (set + 1) * days.length), startingBalance).returns;

/** Takes down the equity of all sets at the end of each day. */
export class DayEquity {
  readonly values: Float64Array;
  readonly #days: number;
  readonly #state: Float64Array;
  readonly #sets: number;
  #day = 0;

  constructor({ days }: Ground, state: Float64Array, sets: number) {
    this.values = new Float64Array(sets * days.length);
    this.#days = days.length;
    this.#state = state;
    this.#sets = sets;
  }

  /** `price`: the day's last close. */
  end(price: number): void {
    for (let set = 0; set < this.#sets; set += 1)
      this.values[set * this.#days + this.#day] = equityOf(this.#state, set * FIELDS, price);
    this.#day += 1;
  }
}

const equityOf = (state: Float64Array, row: number, price: number): number =>
  state[row + field.cash]! + state[row + field.quantity]! * price;

/** Values what is held at the last close and takes the columns out of the state. */
export const conclude = (
  { candles, span, days }: Ground,
  state: Float64Array,
  count: number,
  dayEquity: DayEquity,
): PopulationResult => {
  const last = candles.length - 1;
  const price = candles.close[last]!;
  const equity = new Float64Array(count);
  for (let set = 0; set < count; set += 1) {
    const row = set * FIELDS;
    equity[set] = equityOf(state, row, price);
    const quantity = state[row + field.quantity]!;
    if (quantity > 0) bookTrade(state, row, quantity * price, 0, candles.at[last]! + span);
    const fall = 1 - state[row + field.trough]! / state[row + field.peak]!;
    if (fall > state[row + field.drawdown]!) state[row + field.drawdown] = fall;
  }
  const column = (place: number): Float64Array =>
    Float64Array.from({ length: count }, (_, set) => state[set * FIELDS + place]!);
  const sum = (place: number): Float64Array => {
    const rest = column(place + 1);
    return column(place).map((value, set) => value + rest[set]!);
  };
  return {
    equity,
    trades: column(field.trades),
    wins: column(field.wins),
    losses: column(field.losses),
    profit: sum(field.profit),
    won: sum(field.won),
    lost: sum(field.lost),
    holdMs: column(field.holdMs),
    candleDrawdown: column(field.drawdown),
    dayEquity: dayEquity.values,
    days,
  };
};

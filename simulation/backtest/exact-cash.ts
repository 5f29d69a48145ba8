/**
 * An amount of quote, exact, without a `bigint`: whole units, and parts of one (10^-decimals), each an integer in a double.
 * What a fill adds or takes off costs a few additions; as a double it is the nearest one, as `toFloat` of the decimal is.
 */
import { DECIMALS, ONE, toFloat, type Decimal } from "../../domain/values/values.ts";

/** Parts of so many decimals, and sums of a few of them, are exact in a double. */
export const CASH_DECIMALS_MAX = 15;
/** The same of whole numbers that are added to one another. */
export const EXACT_MAX = 2 ** 52;
/** Twice what a quotient below 1 may be rounded by. */
const ROUNDING = 2 ** -53;

/** How often `one` is in `n`, downwards: integers, exact. */
export const wholesOf = (n: number, one: number): number => {
  // The quotient is rounded.
  const wholes = Math.floor(n / one);
  const rest = n - wholes * one;
  return rest < 0 ? wholes - 1 : rest >= one ? wholes + 1 : wholes;
};

export class ExactCash {
  /** The nearest double. */
  nearest = NaN;
  #units: number;
  /** From 0, below `#one`. */
  #parts: number;
  readonly #one: number;
  readonly #part: bigint;

  /** `amount`: not below zero, of at most `decimals` decimals, and those at most `CASH_DECIMALS_MAX`. */
  constructor(amount: Decimal, decimals: number) {
    this.#one = 10 ** decimals;
    this.#part = 10n ** BigInt(DECIMALS - decimals);
    this.#units = Number(amount / ONE);
    this.#parts = Number((amount % ONE) / this.#part);
    this.#round();
  }

  /** Integers of at most `EXACT_MAX`, of either sign. False, and nothing is done, where the sum would not be exact. */
  add(units: number, parts: number): boolean {
    const one = this.#one;
    const sum = this.#parts + parts;
    const carried = wholesOf(sum, one);
    const total = this.#units + units + carried;
    if (Math.abs(total) > EXACT_MAX) return false;
    this.#units = total;
    this.#parts = sum - carried * one;
    this.#round();
    return true;
  }

  get exact(): Decimal {
    return BigInt(this.#units) * ONE + BigInt(this.#parts) * this.#part;
  }

  /** A sum of two doubles, and what it lacks (Dekker's fast two-sum): if it stays the same at either end of what is not known, it is the nearest. */
  #round(): void {
    const units = this.#units;
    const rest = this.#parts / this.#one;
    const sum = units + rest;
    const lacks = rest - (sum - units);
    const sure = units > 0 && sum + (lacks - ROUNDING) === sum && sum + (lacks + ROUNDING) === sum;
    this.nearest = sure ? sum : toFloat(this.exact);
  }
}

/**
 * What positions are worth in doubles (domain/positions/contract.ts has the formulas). Linear: quantity * price, in quote, and paid for
 * it. Inverse: size * quantity / price, in coins, and owed: a buy brings it, a sale pays it back.
 */
import type { Instrument } from "../../../domain/market/instrument.ts";
import { toFloat } from "../../../domain/values/values.ts";

export class Worths {
  /** Of one contract where inverse; 0 where linear. */
  readonly #sizes: Float64Array;
  readonly anyInverse: boolean;

  constructor(instruments: readonly Pick<Instrument, "contractSize">[]) {
    this.#sizes = Float64Array.from(instruments, ({ contractSize }) => toFloat(contractSize ?? 0n));
    this.anyInverse = this.#sizes.some((size) => size > 0);
  }

  /** With the sign of the quantity. */
  of(i: number, quantity: number, price: number): number {
    const size = this.#sizes[i]!;
    return size > 0 ? (size * quantity) / price : quantity * price;
  }

  /** How many are worth this. */
  quantity(i: number, amount: number, price: number): number {
    const size = this.#sizes[i]!;
    return size > 0 ? (amount * price) / size : amount / price;
  }

  inverse(i: number): boolean {
    return this.#sizes[i]! > 0;
  }

  /** -1 where what it is worth is owed. */
  sign(i: number): number {
    return this.#sizes[i]! > 0 ? -1 : 1;
  }

  /** The price at which so many are worth so much. */
  price(i: number, quantity: number, worth: number): number {
    const size = this.#sizes[i]!;
    return size > 0 ? (size * quantity) / worth : worth / quantity;
  }

  size(i: number): number {
    return this.#sizes[i]!;
  }
}

/**
 * What a quantity of a derivative is worth in the asset it settles in. Linear: size * quantity * price, in quote (a rising price
 * is worth more). Inverse: size * quantity / price, in base: the contract stands for a fixed amount of quote, so the asset
 * that is owed shrinks as the price rises, and profit is entry worth less present worth.
 */
import { ONE, type Decimal, type Money, type Price } from "../values/values.ts";

export interface Contract {
  readonly kind: "linear" | "inverse";
  /** Of one contract: base units where linear (1 at Binance USD-M), quote units where inverse (100 or 10 at Binance COIN-M). */
  readonly size: Decimal;
  /** Of the settle asset: profits and payments are whole multiples of it, rounded against the holder. */
  readonly step: Decimal;
}

/** With the sign of `quantity`, rounded towards zero at 1e-18. */
export const worth = ({ kind, size }: Contract, quantity: Decimal, price: Price): Money =>
  (kind === "linear" ? (quantity * size * price) / (ONE * ONE) : (quantity * size) / price) as Money;

/** Down to a multiple of `step`, below zero too: what is owed is rounded up, what is earned down. */
export const againstHolder = (amount: Decimal, step: Decimal): Money => {
  if (step === 0n) return amount as Money;
  const rest = amount % step;
  return (rest === 0n ? amount : amount - rest - (rest < 0n ? step : 0n)) as Money;
};

/**
 * What a quantity of a derivative is worth in the asset it settles in. Linear: size * quantity * price, in quote (a rising price
 * is worth more). Inverse: size * quantity / price, in base: the contract stands for a fixed amount of quote, so the asset
 * that is owed shrinks as the price rises, and profit is entry worth less present worth.
 */
import type { Instrument } from "../market/instrument.ts";
import { notional, ONE, type Decimal, type Money, type Price, type Quantity } from "../values/values.ts";

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

/** Spot and linear contracts in the units of the ledger, 1e-18, of which no venue's step is finer. */
const LINEAR: Contract = { kind: "linear", size: ONE, step: 1n };

/** The contract that an instrument is; undefined, an instrument nobody described, counts as linear. */
export const contractOf = (instrument: Pick<Instrument, "contractSize"> | undefined): Contract =>
  instrument?.contractSize === undefined
    ? LINEAR
    : { kind: "inverse", size: instrument.contractSize, step: 1n };

/** What so much of an instrument is worth at this price, in what it is paid in: never owed, always above 0 for what is above 0. */
export const notionalOf = (
  { contractSize }: Pick<Instrument, "contractSize">,
  at: Price,
  quantity: Quantity,
): Money => {
  if (contractSize === undefined) return notional(at, quantity);
  return (at === 0n ? 0n : (quantity * contractSize) / at) as Money;
};

/** How much of it is worth this, rounded towards zero: the other way round of `notionalOf`. */
export const quantityWorth = (
  { contractSize }: Pick<Instrument, "contractSize">,
  at: Price,
  amount: Decimal,
): Decimal => (contractSize === undefined ? (amount * ONE) / at : (amount * at) / contractSize);

/** What so much of an instrument adds to a ledger whose cash has paid for it: what inverse contracts are worth is owed. */
export const bookedWorth = (of: Pick<Instrument, "contractSize">, at: Price, quantity: Quantity): Money => {
  const worth = notionalOf(of, at, quantity);
  return (of.contractSize === undefined ? worth : 0n - worth) as Money;
};

/**
 * One position by average entry: in net mode an instrument has one leg, long or short; in hedge mode one of each (hedge.ts).
 * A trade against the leg closes first, at the average cost of what leaves, and only what is left over opens the other side.
 * Long and short are mirror images: the same lines, with signs.
 */
import { ONE, absolute, least, type Decimal, type Money, type Price } from "../values/values.ts";
import { againstHolder, worth, type Contract } from "./contract.ts";

export interface Leg {
  /** Contracts; below zero when short. */
  readonly quantity: Decimal;
  /** What they were worth at their entries, in the settle asset, with the sign of `quantity`; no fees. */
  readonly cost: Money;
}

export const FLAT: Leg = { quantity: 0n, cost: 0n as Money };

export interface Traded {
  readonly leg: Leg;
  /** Worth gained by what was closed: profit where linear, loss where inverse. */
  readonly gain: Money;
}

/** After `change` contracts (below zero: sold), worth `amount` (above zero) together. */
export const tradedFor = (leg: Leg, change: Decimal, amount: Decimal): Traded => {
  const { quantity, cost } = leg;
  const opens = quantity === 0n || quantity > 0n === change > 0n;
  if (opens) {
    const signed = change < 0n ? 0n - amount : amount;
    return { leg: { quantity: quantity + change, cost: (cost + signed) as Money }, gain: 0n as Money };
  }
  const size = absolute(change);
  const closed = least(absolute(quantity), size);
  const amountClosed = closed === size ? amount : (amount * closed) / size;
  const costClosed = closed === absolute(quantity) ? cost : (cost * closed) / absolute(quantity);
  const received = quantity > 0n ? amountClosed : 0n - amountClosed;
  const rest = change < 0n ? amountClosed - amount : amount - amountClosed;
  const left = closed === size ? cost - costClosed : rest;
  return {
    leg: { quantity: quantity + change, cost: left as Money },
    gain: (received - costClosed) as Money,
  };
};

/** A trade at a price: the leg after it, and the profit it realised, before fees, on the settle asset's grid. */
export const trade = (
  contract: Contract,
  leg: Leg,
  change: Decimal,
  price: Price,
): { readonly leg: Leg; readonly realised: Money } => {
  const { leg: after, gain } = tradedFor(leg, change, absolute(worth(contract, change, price)));
  return { leg: after, realised: againstHolder(profitOf(contract, gain), contract.step) };
};

/** Average entry: the price at which the leg is worth its cost. 0 when flat. */
export const averageEntry = ({ kind, size }: Contract, { quantity, cost }: Leg): Price => {
  if (quantity === 0n || cost === 0n) return 0n as Price;
  return (kind === "linear" ? (cost * ONE * ONE) / (quantity * size) : (quantity * size) / cost) as Price;
};

/** What closing all at `mark` would realise, before fees. */
export const unrealised = (contract: Contract, { quantity, cost }: Leg, mark: Price): Money =>
  againstHolder(profitOf(contract, worth(contract, quantity, mark) - cost), contract.step);

const profitOf = ({ kind }: Contract, gain: Decimal): Decimal => (kind === "linear" ? gain : 0n - gain);

/**
 * Hedge mode: a long and a short leg of one instrument beside one another. An order names its leg; towards the leg it opens,
 * against it it only closes, so it can never be more than what the leg holds. Net mode is one leg (leg.ts).
 */
import {
  absolute,
  type Decimal,
  type Money,
  type Price,
  type Quantity,
  type Side,
} from "../values/values.ts";
import type { Contract } from "./contract.ts";
import { FLAT, trade, type Leg } from "./leg.ts";

export interface Hedged {
  readonly long: Leg;
  readonly short: Leg;
}

export const UNHEDGED: Hedged = { long: FLAT, short: FLAT };

export interface HedgedTrade {
  readonly leg: "long" | "short";
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
}

/** Undefined when it would close more than the leg holds: venues refuse that as a reduce-only order. */
export const hedgedTrade = (
  contract: Contract,
  legs: Hedged,
  { leg: name, side, quantity, price }: HedgedTrade,
): { readonly legs: Hedged; readonly realised: Money } | undefined => {
  const leg = legs[name];
  const closes = (name === "long") !== (side === "buy");
  if (closes && quantity > absolute(leg.quantity)) return undefined;
  const { leg: after, realised } = trade(contract, leg, side === "buy" ? quantity : 0n - quantity, price);
  return { legs: { ...legs, [name]: after }, realised };
};

/** Long less short: what the price moves. */
export const netQuantity = ({ long, short }: Hedged): Decimal => long.quantity + short.quantity;

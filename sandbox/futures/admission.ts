/**
 * What an order may do to its account's positions, checked before it enters the venue: reduce-only never opens; what opens needs
 * margin, and a leverage that its size allows.
 */
import { leverageRefusal } from "../../domain/positions/tiers.ts";
import { absolute, notional, type Quantity } from "../../domain/values/values.ts";
import type { NewOrder } from "../../simulation/venue/venue.ts";
import { WireError } from "../errors.ts";
import type { House } from "./house.ts";
import { availableOf } from "./margin.ts";

const bad = (code: number, text: string): WireError => new WireError(400, code, text);

/** Why it may not be placed, in Binance's words; undefined when it may. */
export const placementError = (house: House, order: NewOrder): WireError | undefined => {
  const { symbol, side, lots, leg } = order;
  const account = house.account(order.account);
  const { quantity } = house.positionOf(order).leg;
  if (house.closes(order)) {
    const nothing = quantity === 0n || quantity > 0n === (side === "buy");
    const tooMuch = leg !== undefined && lots > house.lotsOf(symbol, quantity);
    return nothing || tooMuch ? bad(-2022, "ReduceOnly Order is rejected.") : undefined;
  }
  const asset = house.quote(symbol);
  const open = house.venue.openOrders(account.name);
  const before = availableOf(house, account, asset, open);
  const after = availableOf(house, account, asset, [...open, { ...order, filledLots: 0 }]);
  // What ties down no more than before may always enter.
  if (after >= before) return undefined;
  if (after < 0n) return bad(-2019, "Margin is insufficient.");
  const signed = house.quantity(symbol, lots) * (side === "buy" ? 1n : -1n);
  const worth = notional(house.mark(symbol), absolute(quantity + signed) as Quantity);
  return leverageRefusal(house.tiers, worth, account.terms(symbol).leverage) === undefined
    ? undefined
    : bad(-2027, "Exceeded the maximum allowable position at current leverage.");
};

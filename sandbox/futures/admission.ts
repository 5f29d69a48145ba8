/**
 * What an order may do to its account's positions, checked before it enters the venue: reduce-only never opens; what opens needs
 * margin, and a leverage that its size allows.
 */
import { leverageRefusal } from "../../domain/positions/tiers.ts";
import { absolute, notional, type Quantity } from "../../domain/values/values.ts";
import type { NewOrder } from "../../simulation/venue/venue.ts";
import { WireError } from "../errors.ts";
import type { House } from "./house.ts";
import type { MarginAccount } from "./margin-account.ts";
import { availableOf, worthOf } from "./margin.ts";

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

/** Sets the leverage of a symbol, or tells why its position and orders do not allow it. */
export const changeLeverage = (
  house: House,
  account: MarginAccount,
  symbol: string,
  leverage: number,
): WireError | undefined => {
  if (leverage < 1 || leverage > house.tiers[0]!.leverageMax)
    return bad(-4028, `Leverage ${leverage} is not valid`);
  const terms = account.terms(symbol);
  const held = account.held(symbol);
  const before = terms.leverage;
  if (held.length > 0 && terms.isolated && leverage < before)
    return bad(-4161, "Leverage reduction is not supported in Isolated Margin Mode with open positions.");
  const worth = held.reduce((sum, position) => sum + worthOf(house, position), 0n);
  if (leverageRefusal(house.tiers, worth, leverage) !== undefined)
    return bad(-2027, "Exceeded the maximum allowable position at current leverage.");
  terms.leverage = leverage;
  const left = availableOf(house, account, house.quote(symbol), house.venue.openOrders(account.name));
  if (leverage >= before || left >= 0n) return undefined;
  terms.leverage = before;
  return bad(-2028, "Leverage is smaller than permitted: insufficient margin balance.");
};

/**
 * What positions and open orders of a margin account tie down, and when it can bear them no longer. Initial margin of a symbol is
 * of the larger of what it would be long and short if all its orders filled, at the mark, over its leverage; of an isolated
 * position it is what it was given.
 */
import { isolated, liquidationPrice, type Backing } from "../../domain/positions/liquidation.ts";
import { unrealised } from "../../domain/positions/leg.ts";
import type { Contract } from "../../domain/positions/contract.ts";
import { initialMargin, maintenanceMargin, type Tier } from "../../domain/positions/tiers.ts";
import { absolute, notional, type Money, type Price, type Quantity } from "../../domain/values/values.ts";
import type { VenueOrder } from "../../simulation/venue/venue.ts";
import type { MarginAccount, VenuePosition } from "./margin-account.ts";

/** What the marks and grids of all symbols are read from. */
export interface Terms {
  readonly tiers: readonly Tier[];
  contract(symbol: string): Contract;
  quote(symbol: string): string;
  mark(symbol: string): Price;
  /** Of a number of lots. */
  quantity(symbol: string, lots: number): bigint;
}

type Asked = Pick<VenueOrder, "symbol" | "side" | "leg" | "reduceOnly"> & {
  readonly lots: number;
  readonly filledLots: number;
};

export const worthOf = (terms: Terms, { symbol, leg }: VenuePosition): Money =>
  notional(terms.mark(symbol), absolute(leg.quantity) as Quantity);

export const profitOf = (terms: Terms, { symbol, leg }: VenuePosition): Money =>
  unrealised(terms.contract(symbol), leg, terms.mark(symbol));

export const maintenanceOf = (terms: Terms, position: VenuePosition): Money =>
  maintenanceMargin(terms.tiers, worthOf(terms, position));

/** Of all positions and `orders` in one quote asset. */
export const initialOf = (
  terms: Terms,
  account: MarginAccount,
  asset: string,
  orders: readonly Asked[],
): Money => {
  const bySymbol = new Map<string, Asked[]>();
  for (const order of orders) bySymbol.set(order.symbol, [...(bySymbol.get(order.symbol) ?? []), order]);
  for (const { symbol } of account.held()) if (!bySymbol.has(symbol)) bySymbol.set(symbol, []);
  let sum = 0n;
  for (const [symbol, asked] of bySymbol)
    if (terms.quote(symbol) === asset) sum += initialOfSymbol(terms, account, symbol, asked);
  return sum as Money;
};

const initialOfSymbol = (
  terms: Terms,
  account: MarginAccount,
  symbol: string,
  asked: readonly Asked[],
): bigint => {
  const { leverage } = account.terms(symbol);
  const held = (side: "BOTH" | "LONG" | "SHORT"): bigint =>
    account.positions.get(`${symbol} ${side}`)?.leg.quantity ?? 0n;
  const wanted = (side: string, leg?: string): bigint => {
    let sum = 0n;
    for (const order of asked)
      if (order.side === side && order.leg === leg && order.reduceOnly !== true)
        sum += terms.quantity(symbol, order.lots - order.filledLots);
    return sum;
  };
  const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
  const size = account.hedge
    ? held("LONG") + wanted("buy", "long") + absolute(held("SHORT")) + wanted("sell", "short")
    : most(absolute(held("BOTH") + wanted("buy")), absolute(held("BOTH") - wanted("sell")));
  const needed = (quantity: bigint): Money =>
    initialMargin(notional(terms.mark(symbol), quantity as Quantity), leverage);
  if (!account.terms(symbol).isolated) return needed(size);
  // An isolated position keeps what it was given, whatever the price has done since.
  const positions = account.held(symbol);
  const had = positions.reduce((sum, { leg }) => sum + absolute(leg.quantity), 0n);
  const own = positions.reduce((sum, { margin }) => sum + margin, 0n);
  return own + needed(most(size - had, 0n));
};

/** What a new order may still tie down. Profits of cross positions count, losses too; isolated ones have their own margin. */
export const availableOf = (
  terms: Terms,
  account: MarginAccount,
  asset: string,
  orders: readonly Asked[],
): Money => {
  let free: bigint = account.balance(asset);
  for (const position of account.held())
    if (terms.quote(position.symbol) === asset && !account.terms(position.symbol).isolated)
      free += profitOf(terms, position);
  return (free - initialOf(terms, account, asset, orders)) as Money;
};

export const crossWallet = (terms: Terms, account: MarginAccount, asset: string): Money => {
  let left: bigint = account.balance(asset);
  for (const { symbol, margin } of account.held()) if (terms.quote(symbol) === asset) left -= margin;
  return left as Money;
};

/** What backs a position: its own margin, or the wallet with the other cross positions. */
const backingOf = (terms: Terms, account: MarginAccount, position: VenuePosition): Backing => {
  const asset = terms.quote(position.symbol);
  if (account.terms(position.symbol).isolated) return isolated(position.margin);
  let otherMaintenance = 0n;
  let otherUnrealised = 0n;
  for (const other of account.held()) {
    if (
      other.symbol === position.symbol ||
      terms.quote(other.symbol) !== asset ||
      account.terms(other.symbol).isolated
    )
      continue;
    otherMaintenance += maintenanceOf(terms, other);
    otherUnrealised += profitOf(terms, other);
  }
  const wallet = crossWallet(terms, account, asset);
  return { wallet, otherMaintenance: otherMaintenance as Money, otherUnrealised: otherUnrealised as Money };
};

/** 0 where no price liquidates it. */
export const liquidationOf = (terms: Terms, account: MarginAccount, position: VenuePosition): Price => {
  const { symbol, leg } = position;
  const legs = account.terms(symbol).isolated ? [leg] : account.held(symbol).map((one) => one.leg);
  return (
    liquidationPrice(terms.contract(symbol), legs, backingOf(terms, account, position), terms.tiers) ??
    (0n as Price)
  );
};

/** Positions whose margin balance is below their maintenance margin at the mark: each isolated one by itself, all cross ones together. */
export const failing = (terms: Terms, account: MarginAccount): readonly VenuePosition[] => {
  const lost: VenuePosition[] = [];
  const cross = new Map<string, VenuePosition[]>();
  for (const position of account.held()) {
    const asset = terms.quote(position.symbol);
    if (!account.terms(position.symbol).isolated) cross.set(asset, [...(cross.get(asset) ?? []), position]);
    else if (position.margin + profitOf(terms, position) < maintenanceOf(terms, position))
      lost.push(position);
  }
  for (const [asset, positions] of cross) {
    let left: bigint = crossWallet(terms, account, asset);
    for (const position of positions) left += profitOf(terms, position) - maintenanceOf(terms, position);
    if (left < 0n) lost.push(...positions);
  }
  return lost;
};

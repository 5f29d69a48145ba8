/**
 * One account of the futures wire: its wallet, its leverage and margin mode by symbol, and its positions. In one-way mode a symbol
 * has one position (BOTH), in hedge mode a LONG and a SHORT one. A position's cost stays on the settle asset's grid, so that
 * wallet less costs is, to the last unit, what buying and selling outright would have left.
 */
import { FLAT, trade, type Leg } from "../../domain/positions/leg.ts";
import { initialMargin } from "../../domain/positions/tiers.ts";
import type { Contract } from "../../domain/positions/contract.ts";
import {
  absolute,
  notional,
  ONE,
  type Money,
  type Price,
  type Quantity,
} from "../../domain/values/values.ts";
import type { NewOrder } from "../../simulation/venue/venue.ts";

export type PositionSide = "BOTH" | "LONG" | "SHORT";

export const sideOf = (leg: NewOrder["leg"]): PositionSide =>
  leg === undefined ? "BOTH" : leg === "long" ? "LONG" : "SHORT";

/** Binance's own for a symbol that was never set. */
const LEVERAGE = 20;

export class VenuePosition {
  readonly symbol: string;
  readonly side: PositionSide;
  leg: Leg = FLAT;
  /** Margin of its own where isolated; 0 under cross margin. */
  margin = 0n as Money;
  /** Realised so far, before fees. */
  realised = 0n as Money;
  updatedAt = 0;
  /** Market time at which it was last tried to close it by force. */
  liquidatedAt = -1;

  constructor(symbol: string, side: PositionSide) {
    this.symbol = symbol;
    this.side = side;
  }
}

export class SymbolTerms {
  leverage = LEVERAGE;
  isolated = false;
}

/** Binance's incomeType and what came of it. */
export interface Income {
  readonly id: number;
  readonly symbol: string;
  readonly type: "REALIZED_PNL" | "COMMISSION" | "FUNDING_FEE" | "INSURANCE_CLEAR" | "TRANSFER";
  readonly amount: Money;
  readonly asset: string;
  readonly at: number;
  readonly tradeId: string;
}

const INCOMES_MAX = 100_000;

export class MarginAccount {
  readonly name: string;
  hedge = false;
  readonly wallet = new Map<string, Money>();
  readonly positions = new Map<string, VenuePosition>();
  incomes: Income[] = [];
  readonly #terms = new Map<string, SymbolTerms>();
  #incomes = 0;

  constructor(name: string) {
    this.name = name;
  }

  terms(symbol: string): SymbolTerms {
    let found = this.#terms.get(symbol);
    if (found === undefined) this.#terms.set(symbol, (found = new SymbolTerms()));
    return found;
  }

  position(symbol: string, side: PositionSide): VenuePosition {
    const key = `${symbol} ${side}`;
    let found = this.positions.get(key);
    if (found === undefined) this.positions.set(key, (found = new VenuePosition(symbol, side)));
    return found;
  }

  /** Those that are not flat, of one symbol or of all. */
  held(symbol?: string): readonly VenuePosition[] {
    return [...this.positions.values()].filter(
      (one) => one.leg.quantity !== 0n && (symbol === undefined || one.symbol === symbol),
    );
  }

  balance(asset: string): Money {
    return this.wallet.get(asset) ?? (0n as Money);
  }

  earn(
    type: Income["type"],
    asset: string,
    amount: Money,
    about: { symbol: string; at: number; tradeId?: string },
  ): void {
    if (amount === 0n) return;
    this.wallet.set(asset, (this.balance(asset) + amount) as Money);
    this.#incomes += 1;
    const { symbol, at, tradeId = "" } = about;
    this.incomes.push({ id: this.#incomes, symbol, type, amount, asset, at, tradeId });
    if (this.incomes.length > INCOMES_MAX) this.incomes = this.incomes.slice(INCOMES_MAX / 2);
  }

  /** As on the first day, with these balances. */
  reset(balances: ReadonlyMap<string, Money>): void {
    this.hedge = false;
    this.positions.clear();
    this.#terms.clear();
    this.incomes = [];
    this.wallet.clear();
    for (const [asset, amount] of balances) this.wallet.set(asset, amount);
  }
}

/** A trade of the position; below zero: sold. Gives the profit it realised, before fees. */
export const moved = (
  contract: Contract,
  position: VenuePosition,
  change: bigint,
  price: Price,
  at: number,
): Money => {
  const { leg } = position;
  const { leg: after, realised } = trade(contract, leg, change, price);
  const worth = notional(price, absolute(change) as Quantity);
  // What rounding took from the profit stays in the cost: nothing is lost between the two.
  const cost = (leg.cost + (change < 0n ? 0n - worth : worth) + realised) as Money;
  position.leg = { quantity: after.quantity, cost: after.quantity === 0n ? (0n as Money) : cost };
  position.realised = (position.realised + realised) as Money;
  position.updatedAt = at;
  return realised;
};

/** After a trade at `price`: what an isolated position keeps of its own. Gives what the part that was closed has set free. */
export const keepMargin = (position: VenuePosition, before: Leg, price: Price, leverage: number): bigint => {
  const had = absolute(before.quantity);
  const { quantity } = position.leg;
  const kept = quantity > 0n === before.quantity > 0n ? absolute(quantity) : 0n;
  const left = kept < had ? (position.margin * kept) / had : position.margin;
  const released = position.margin - left;
  const opened = kept > had ? kept - had : absolute(quantity) - kept;
  const added = opened > 0n ? initialMargin((price * opened) / ONE, leverage) : 0n;
  position.margin = (left + added) as Money;
  return released;
};

/**
 * The clearing house of the futures wire: it keeps the positions of every margin account, says how far an order may go, pays
 * funding every eight hours of market time, and closes at market what its margin no longer bears at the mark (the last price).
 */
import { openOf } from "../../domain/market/candle.ts";
import type { Contract } from "../../domain/positions/contract.ts";
import { fundingPayment } from "../../domain/positions/funding.ts";
import type { Tier } from "../../domain/positions/tiers.ts";
import {
  absolute,
  decimal,
  ONE,
  type Decimal,
  type Money,
  type Price,
  type Timestamp,
} from "../../domain/values/values.ts";
import type {
  Clearing,
  NewOrder,
  SimulatedVenue,
  VenueFill,
  VenueOrder,
} from "../../simulation/venue/venue.ts";
import type { AccountOptions } from "../options.ts";
import type { HouseEars } from "./house-ears.ts";
import { keepMargin, MarginAccount, moved, sideOf, type VenuePosition } from "./margin-account.ts";
import { crossWallet, failing, type Terms } from "./margin.ts";
import type { FuturesTerms } from "./terms.ts";

/** Once a funding time. */
export interface Funding {
  readonly symbol: string;
  readonly at: number;
  readonly mark: Price;
}

export const LIQUIDATION_ID = "autoclose-";
const FUNDINGS_MAX = 1_000;

export class House implements Clearing, Terms {
  readonly accounts: ReadonlyMap<string, MarginAccount>;
  readonly fundingRate: Decimal;
  readonly tiers: readonly Tier[];
  fundings: Funding[] = [];
  /** Profit of each fill before its fee. */
  readonly profits = new WeakMap<VenueFill, Money>();
  ears: HouseEars = { changed: () => undefined, endangered: () => undefined };
  readonly #contracts = new Map<string, Contract>();
  /** Positions that became less, or nothing: orders that close may have nothing left. */
  readonly #lessened = new Set<VenuePosition>();
  #venue: SimulatedVenue | undefined;
  #fundedAt: number;

  constructor(accounts: readonly AccountOptions[], { fundingRate, tiers }: FuturesTerms, startAt: number) {
    this.accounts = new Map(accounts.map(({ name }) => [name, new MarginAccount(name)]));
    this.fundingRate = fundingRate;
    this.tiers = tiers;
    this.#fundedAt = openOf(startAt as Timestamp, "8h");
    for (const account of accounts) this.reset(account);
  }

  open(venue: SimulatedVenue): void {
    this.#venue = venue;
  }

  get venue(): SimulatedVenue {
    return this.#venue!;
  }

  account(name: string): MarginAccount {
    return this.accounts.get(name)!;
  }

  reset({ name, balances }: AccountOptions): void {
    const amounts = Object.entries(balances).map(
      ([asset, amount]) => [asset, decimal(amount) as Money] as const,
    );
    this.account(name).reset(new Map(amounts));
  }

  get accountNames(): readonly string[] {
    return [...this.accounts.keys()];
  }

  contract(symbol: string): Contract {
    let found = this.#contracts.get(symbol);
    if (found === undefined) {
      const { tick, lot, feeStep } = this.venue.listing(symbol)!;
      const unit = (tick * lot) / ONE;
      found = { kind: "linear", size: ONE, step: unit < feeStep ? unit : feeStep };
      this.#contracts.set(symbol, found);
    }
    return found;
  }

  quote(symbol: string): string {
    return this.venue.listing(symbol)!.quote;
  }

  mark(symbol: string): Price {
    return (BigInt(this.venue.last(symbol)) * this.venue.listing(symbol)!.tick) as Price;
  }

  quantity(symbol: string, lots: number): bigint {
    return BigInt(lots) * this.venue.listing(symbol)!.lot;
  }

  lotsOf(symbol: string, quantity: bigint): number {
    return Number(absolute(quantity) / this.venue.listing(symbol)!.lot);
  }

  /** Of the position that an order is for. */
  positionOf(order: Pick<NewOrder, "account" | "symbol" | "leg">): VenuePosition {
    return this.account(order.account).position(order.symbol, sideOf(order.leg));
  }

  /** A closing order of hedge mode, and a reduce-only one, never goes beyond its position. */
  closes(order: Pick<NewOrder, "side" | "leg" | "reduceOnly">): boolean {
    return (
      order.reduceOnly === true ||
      (order.leg !== undefined && (order.leg === "long") === (order.side === "sell"))
    );
  }

  room(order: Pick<NewOrder, "account" | "symbol" | "side" | "leg" | "reduceOnly">): number {
    if (!this.closes(order)) return Number.POSITIVE_INFINITY;
    const { quantity } = this.positionOf(order).leg;
    return quantity === 0n || quantity > 0n === (order.side === "buy")
      ? 0
      : this.lotsOf(order.symbol, quantity);
  }

  filled(fill: VenueFill, order: VenueOrder): void {
    const account = this.account(fill.account);
    const position = this.positionOf(order);
    const before = position.leg;
    const { lot, tick, quote } = this.venue.listing(fill.symbol)!;
    const quantity = BigInt(fill.lots) * lot;
    const price = (BigInt(fill.ticks) * tick) as Price;
    const profit = moved(
      this.contract(fill.symbol),
      position,
      fill.side === "buy" ? quantity : -quantity,
      price,
      fill.at,
    );
    this.profits.set(fill, profit);
    const about = { symbol: fill.symbol, at: fill.at, tradeId: String(fill.tradeId) };
    account.earn("REALIZED_PNL", quote, profit, about);
    account.earn("COMMISSION", quote, (0n - fill.fee) as Money, about);
    const { isolated, leverage } = account.terms(fill.symbol);
    const released = isolated ? keepMargin(position, before, price, leverage) : 0n;
    if (order.clientId.startsWith(LIQUIDATION_ID)) {
      const beyond = isolated ? released + profit - fill.fee : this.#owed(account, quote);
      if (beyond < 0n) account.earn("INSURANCE_CLEAR", quote, -beyond as Money, about);
    }
    if (absolute(position.leg.quantity) < absolute(before.quantity)) this.#lessened.add(position);
    this.ears.changed(account, "ORDER", quote, (profit - fill.fee) as Money, [position]);
  }

  /** Pays funding that is due, closes what fails, cancels what has nothing left to close. True when the venue has something to tell. */
  settle(now: number): boolean {
    const due = openOf(now as Timestamp, "8h");
    if (due > this.#fundedAt) this.#fund(due);
    let acted = this.#sweep(now);
    for (const account of this.accounts.values())
      for (const position of failing(this, account)) {
        // Where nobody takes the other side it is tried again when time has moved.
        if (position.liquidatedAt === now) continue;
        position.liquidatedAt = now;
        this.#liquidate(account, position, now);
        acted = true;
      }
    return acted;
  }

  #sweep(now: number): boolean {
    let acted = false;
    for (const { symbol } of this.#lessened)
      for (const { name } of this.accounts.values())
        for (const order of [...this.venue.openOrders(name, symbol)])
          if (this.room(order) === 0) {
            this.venue.cancel(name, symbol, { id: order.id }, now);
            acted = true;
          }
    this.#lessened.clear();
    return acted;
  }

  /** What cross positions left owing once the last of them is closed; 0 until then. */
  #owed(account: MarginAccount, asset: string): bigint {
    const more = account
      .held()
      .some((one) => !account.terms(one.symbol).isolated && this.quote(one.symbol) === asset);
    return more ? 0n : crossWallet(this, account, asset);
  }

  #fund(at: number): void {
    this.#fundedAt = at;
    for (const { symbol, quote } of this.venue.listings()) {
      const mark = this.mark(symbol);
      if (mark === 0n) continue;
      this.fundings.push({ symbol, at, mark });
      for (const account of this.accounts.values()) {
        let sum = 0n;
        const own: VenuePosition[] = [];
        for (const position of account.held(symbol)) {
          const amount = fundingPayment(this.contract(symbol), position.leg.quantity, mark, this.fundingRate);
          account.earn("FUNDING_FEE", quote, amount, { symbol, at });
          sum += amount;
          if (!account.terms(symbol).isolated) continue;
          position.margin = (position.margin + amount) as Money;
          own.push(position);
        }
        if (sum !== 0n) this.ears.changed(account, "FUNDING_FEE", quote, sum as Money, own);
      }
    }
    if (this.fundings.length > FUNDINGS_MAX) this.fundings = this.fundings.slice(FUNDINGS_MAX / 2);
  }

  #liquidate(account: MarginAccount, position: VenuePosition, now: number): void {
    const { symbol, side, leg } = position;
    const open = [...this.venue.openOrders(account.name, symbol)];
    if (open.some(({ clientId }) => clientId.startsWith(LIQUIDATION_ID))) return;
    this.ears.endangered(account, [position]);
    for (const { id } of open) this.venue.cancel(account.name, symbol, { id }, now);
    const named = side === "BOTH" ? undefined : side === "LONG" ? ("long" as const) : ("short" as const);
    this.venue.submit(
      {
        account: account.name,
        symbol,
        clientId: `${LIQUIDATION_ID}${now}${side === "SHORT" ? "s" : ""}`,
        side: leg.quantity > 0n ? "sell" : "buy",
        type: "market",
        timeInForce: "GTC",
        lots: this.lotsOf(symbol, leg.quantity),
        reduceOnly: true,
        leg: named,
      },
      now,
    );
  }
}

/**
 * The clearing house of the futures wire: it keeps the positions of every margin account, says how far an order may go, pays
 * funding every eight hours of market time, and closes at market what its margin no longer bears at the mark (the last price).
 */
import { openOf } from "../../domain/market/candle.ts";
import type { Contract } from "../../domain/positions/contract.ts";
import { fundingPayment } from "../../domain/positions/funding.ts";
import { initialMargin, type Tier } from "../../domain/positions/tiers.ts";
import { absolute, decimal, ONE, type Decimal, type Money, type Price, type Timestamp } from "../../domain/values/values.ts";
import type { Clearing, NewOrder, SimulatedVenue, VenueFill, VenueOrder } from "../../simulation/venue/venue.ts";
import type { AccountOptions } from "../options.ts";
import { MarginAccount, moved, type PositionSide, type VenuePosition } from "./margin-account.ts";
import { crossWallet, failing, type Terms } from "./margin.ts";

/** Once a funding time. */
export interface Funding {
  readonly symbol: string;
  readonly at: number;
  readonly mark: Price;
}

/** Who is told of changes that no order shows. */
export interface HouseEars {
  /** `reason` as Binance names it: ORDER, FUNDING_FEE, DEPOSIT, WITHDRAW, INSURANCE_CLEAR. */
  changed(account: MarginAccount, reason: string, asset: string, amount: Money, positions: readonly VenuePosition[]): void;
  endangered(account: MarginAccount, positions: readonly VenuePosition[]): void;
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
  #venue: SimulatedVenue | undefined;
  #fundedAt: number;

  constructor(accounts: readonly AccountOptions[], fundingRate: Decimal, tiers: readonly Tier[], startAt: number) {
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
    const amounts = Object.entries(balances).map(([asset, amount]) => [asset, decimal(amount) as Money] as const);
    this.account(name).reset(new Map(amounts));
  }

  isMargin(name: string): boolean {
    return this.accounts.has(name);
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
    return order.reduceOnly === true || (order.leg !== undefined && (order.leg === "long") === (order.side === "sell"));
  }

  room(order: VenueOrder): number {
    if (!this.closes(order)) return Number.POSITIVE_INFINITY;
    const { quantity } = this.positionOf(order).leg;
    return quantity === 0n || quantity > 0n === (order.side === "buy") ? 0 : this.lotsOf(order.symbol, quantity);
  }

  filled(fill: VenueFill, order: VenueOrder): void {
    const account = this.account(fill.account);
    const position = this.positionOf(order);
    const before = position.leg;
    const { lot, tick, quote } = this.venue.listing(fill.symbol)!;
    const quantity = BigInt(fill.lots) * lot;
    const price = (BigInt(fill.ticks) * tick) as Price;
    const profit = moved(this.contract(fill.symbol), position, fill.side === "buy" ? quantity : -quantity, price, fill.at);
    this.profits.set(fill, profit);
    const about = { symbol: fill.symbol, at: fill.at, tradeId: String(fill.tradeId) };
    account.earn("REALIZED_PNL", quote, profit, about);
    account.earn("COMMISSION", quote, -fill.fee as Money, about);
    const released = this.#margin(account, position, before, price);
    if (order.clientId.startsWith(LIQUIDATION_ID)) {
      const isolatedHere = account.terms(fill.symbol).isolated;
      const beyond = isolatedHere ? released + profit - fill.fee : crossWallet(this, account, quote);
      if (beyond < 0n) account.earn("INSURANCE_CLEAR", quote, -beyond as Money, about);
    }
    this.ears.changed(account, "ORDER", quote, (profit - fill.fee) as Money, [position]);
  }

  /** Pays funding that is due and closes what fails; the caller drains the venue afterwards. */
  settle(now: number): void {
    const due = openOf(now as Timestamp, "8h");
    if (due > this.#fundedAt) this.#fund(due);
    for (const account of this.accounts.values())
      for (const position of failing(this, account)) this.#liquidate(account, position, now);
  }

  /** What a position keeps of its own where isolated; gives what a closing part set free. */
  #margin(account: MarginAccount, position: VenuePosition, before: VenuePosition["leg"], price: Price): bigint {
    const { isolated: own, leverage } = account.terms(position.symbol);
    if (!own) return 0n;
    const had = absolute(before.quantity);
    const { quantity } = position.leg;
    const kept = quantity > 0n === before.quantity > 0n ? absolute(quantity) : 0n;
    const left = kept < had ? (position.margin * kept) / had : position.margin;
    const released = position.margin - left;
    const opened = kept > had ? kept - had : absolute(quantity) - kept;
    const added = opened > 0n ? initialMargin((price * opened) / ONE, leverage) : 0n;
    position.margin = (left + added) as Money;
    return released;
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

export const sideOf = (leg: NewOrder["leg"]): PositionSide =>
  leg === undefined ? "BOTH" : leg === "long" ? "LONG" : "SHORT";

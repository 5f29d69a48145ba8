/**
 * The simulated venue: routes each call to its pair and account, and ends each with the balances it changed.
 * Single-threaded and deterministic: equal calls give equal ids, fills and events. Times are the callers'.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import type { Money, Side } from "../../domain/values/values.ts";
import { ZERO, minus, most } from "../../domain/values/values.ts";
import {
  checkDesk,
  checkFilters,
  checkFunds,
  checkMarket,
  fundsNeeded,
  ocoMismatch,
  refuse,
} from "./admission.ts";
import type { Refused } from "./admission.ts";
import { Ledger } from "./ledger.ts";
import { enterBook } from "./matching.ts";
import { OrderState } from "./order-state.ts";
import { Pair } from "./pair.ts";
import { end } from "./settlement.ts";
import { enterTape, impliedDepth, printOnTape } from "./tape.ts";
import type {
  Listing,
  NewOrder,
  SelfTrade,
  SimulatedVenue,
  Submitted,
  VenueEvent,
  VenueFill,
  VenueOrder,
} from "./venue.ts";

export interface VenueOptions {
  /** What stands behind a pair whose listing does not say; "book" by default. */
  readonly market?: "book" | "tape";
  /** Accounts without balances. They trade with themselves unless an order says otherwise. */
  readonly unlimited?: readonly string[];
  /** For orders of other accounts that do not say; "expire-maker" by default. */
  readonly selfTrade?: SelfTrade;
  /** What stop-market buys, and market buys on a tape, lock above their price; 500 by default. */
  readonly marketMarginBps?: number;
  /** Open orders of one account on one pair. */
  readonly openOrdersMax?: number;
}

type By = { readonly id: number } | { readonly clientId: string };

const NOTHING = { free: ZERO, locked: ZERO } as const;

class Venue implements SimulatedVenue {
  private readonly pairs = new Map<string, Pair>();
  private readonly ledger: Ledger;
  private readonly market: "book" | "tape";
  private readonly selfTrade: SelfTrade;
  private readonly marginBps: number;
  private readonly openOrdersMax: number;
  private orderIds = 0;
  private now = 0;

  constructor(options: VenueOptions) {
    this.ledger = new Ledger(options.unlimited ?? []);
    this.market = options.market ?? "book";
    this.selfTrade = options.selfTrade ?? "expire-maker";
    this.marginBps = options.marketMarginBps ?? 500;
    this.openOrdersMax = options.openOrdersMax ?? Infinity;
  }

  list(listing: Listing, at = this.now): void {
    const pair = this.pairs.get(listing.symbol);
    if (pair === undefined) {
      this.pairs.set(listing.symbol, new Pair(listing, listing.market ?? this.market));
      return;
    }
    const before = pair.listing;
    const regrid = before.tick !== listing.tick || before.lot !== listing.lot;
    if (regrid || listing.status === "delisted") this.clear(pair, at);
    pair.change(listing);
    if (regrid) pair.forgetPrices(before);
    this.ledger.settle(at);
  }

  listing(symbol: string): Listing | undefined {
    return this.pairs.get(symbol)?.listing;
  }

  listings(): readonly Listing[] {
    return [...this.pairs.values()].map((pair) => pair.listing);
  }

  deposit(account: string, asset: string, amount: Money, at: number): void {
    this.ledger.deposit(account, asset, amount, at);
  }

  withdraw(account: string, asset: string, amount: Money, at: number): boolean {
    return this.ledger.withdraw(account, asset, amount, at);
  }

  balance(account: string, asset: string): { readonly free: Money; readonly locked: Money } {
    return this.ledger.accounts.get(account)?.holdings.get(asset) ?? NOTHING;
  }

  balances(account: string): ReadonlyMap<string, { readonly free: Money; readonly locked: Money }> {
    return this.ledger.accounts.get(account)?.holdings ?? new Map();
  }

  payFeesIn(
    account: string,
    pay: { readonly asset: string; readonly rates: ReadonlyMap<string, bigint> } | undefined,
  ): void {
    const payer = this.ledger.account(account);
    payer.feeHolding = pay === undefined ? undefined : payer.holding(pay.asset);
    if (pay !== undefined) payer.feeRates = pay.rates;
  }

  feesTaken(): ReadonlyMap<string, Money> {
    return this.ledger.fees;
  }

  submit(order: NewOrder, at: number): Submitted {
    this.now = at;
    const pair = this.pairs.get(order.symbol);
    const made = this.check(pair, order, 1, at);
    if (!(made instanceof OrderState)) return made;
    const needed = fundsNeeded(pair!, made, this.marginBps);
    const refused = checkFunds(made, needed);
    if (refused !== undefined) return refused;
    this.accept(made, at);
    if (made.stop !== 0) this.keepStop(pair!, made, needed);
    else if (pair!.tape) enterTape(this.ledger, pair!, made, this.marginBps, at);
    else enterBook(this.ledger, pair!, made, at);
    this.ledger.settle(at);
    return { ok: true, order: made };
  }

  submitOco(limit: NewOrder, stop: NewOrder, at: number): Submitted {
    this.now = at;
    const wrong = ocoMismatch(limit, stop);
    if (wrong !== undefined) return wrong;
    const pair = this.pairs.get(limit.symbol);
    const first = this.check(pair, { ...limit, timeInForce: "PO" }, 1, at);
    if (!(first instanceof OrderState)) return first;
    const second = this.check(pair, stop, 2, at);
    if (!(second instanceof OrderState)) return second;
    const needed = fundsNeeded(pair!, first, this.marginBps);
    const neededByStop = fundsNeeded(pair!, second, this.marginBps);
    const refused = checkFunds(first, most(needed, neededByStop));
    if (refused !== undefined) return refused;
    first.ocoWith = second.id;
    second.ocoWith = first.id;
    first.partner = second;
    second.partner = first;
    this.accept(first, at);
    this.accept(second, at);
    // Only one of the two can ever need its funds: the stop locks what it needs beyond the limit.
    this.keepStop(pair!, second, neededByStop > needed ? minus(neededByStop, needed) : ZERO);
    if (pair!.tape) enterTape(this.ledger, pair!, first, this.marginBps, at);
    else enterBook(this.ledger, pair!, first, at);
    this.ledger.settle(at);
    return { ok: true, order: first };
  }

  cancel(account: string, symbol: string, by: By, at: number): VenueOrder | undefined {
    this.now = at;
    const order = this.find(account, symbol, by);
    if (order?.isOpen !== true) return undefined;
    end(this.ledger, this.pairs.get(symbol)!, order, "cancelled", at);
    this.ledger.settle(at);
    return order;
  }

  order(account: string, symbol: string, by: By): VenueOrder | undefined {
    return this.find(account, symbol, by);
  }

  openOrders(account: string, symbol?: string): readonly VenueOrder[] {
    const desks = this.ledger.accounts.get(account)?.desks;
    if (desks === undefined) return [];
    if (symbol !== undefined) return [...(desks.get(symbol)?.open.values() ?? [])];
    return [...desks.values()].flatMap((desk) => [...desk.open.values()]).sort((a, b) => a.id - b.id);
  }

  orders(account: string, symbol: string): readonly VenueOrder[] {
    return this.ledger.accounts.get(account)?.desks.get(symbol)?.orders ?? [];
  }

  fills(account: string, symbol: string): readonly VenueFill[] {
    return this.ledger.accounts.get(account)?.desks.get(symbol)?.fills ?? [];
  }

  print(symbol: string, tradeId: number, ticks: number, lots: number, takerSide: Side, at: number): void {
    this.now = at;
    const pair = this.pairs.get(symbol);
    if (pair?.tape !== true) throw new Invalid("symbol", "a pair listed with a tape", symbol);
    if (pair.listing.status === "delisted") return;
    printOnTape(this.ledger, pair, tradeId, ticks, lots, takerSide, this.marginBps, at);
    this.ledger.settle(at);
  }

  depth(symbol: string, levels: number): { bids: [number, number][]; asks: [number, number][] } {
    const pair = this.pairs.get(symbol);
    if (pair === undefined) return { bids: [], asks: [] };
    return pair.tape ? impliedDepth(pair) : { bids: pair.bids.depth(levels), asks: pair.asks.depth(levels) };
  }

  last(symbol: string): number {
    return this.pairs.get(symbol)?.lastTicks ?? 0;
  }

  version(symbol: string): number {
    return this.pairs.get(symbol)?.version ?? 0;
  }

  drain(): readonly VenueEvent[] {
    return this.ledger.drain();
  }

  /** All that can be refused before funds; the order made is not known to anybody yet. */
  private check(pair: Pair | undefined, order: NewOrder, nth: number, at: number): OrderState | Refused {
    if (pair === undefined) return refuse("unknown-instrument", `no pair ${order.symbol}`);
    const account = this.ledger.accounts.get(order.account);
    if (account === undefined) return refuse("not-authorised", `no account ${order.account}`);
    const refused = checkFilters(pair, order);
    if (refused !== undefined) return refused;
    const desk = account.desk(pair.listing);
    const taken = checkDesk(desk, order, this.openOrdersMax);
    if (taken !== undefined) return taken;
    const selfTrade = order.selfTrade ?? (account.unlimited ? "none" : this.selfTrade);
    const made = new OrderState(this.orderIds + nth, desk, order, selfTrade, at);
    return checkMarket(pair, made) ?? made;
  }

  private accept(order: OrderState, at: number): void {
    this.orderIds = order.id;
    const { desk } = order;
    desk.open.set(order.id, order);
    if (order.clientId !== "") desk.byClient.set(order.clientId, order);
    if (desk.account.unlimited) return;
    desk.orders.push(order);
    this.ledger.tell({ type: "order", order, why: "accepted", at });
  }

  private keepStop(pair: Pair, order: OrderState, lock: Money): void {
    this.ledger.lock(order, lock);
    pair.stops.add(order);
  }

  private find(account: string, symbol: string, by: By): OrderState | undefined {
    const desk = this.ledger.accounts.get(account)?.desks.get(symbol);
    if (desk === undefined) return undefined;
    return "id" in by ? desk.byId(by.id) : desk.byClient.get(by.clientId);
  }

  /** Cancels all that is open on a pair, oldest first. */
  private clear(pair: Pair, at: number): void {
    const open: OrderState[] = [];
    for (const account of this.ledger.accounts.values())
      open.push(...(account.desks.get(pair.listing.symbol)?.open.values() ?? []));
    open.sort((a, b) => a.id - b.id);
    for (const order of open) if (order.isOpen) end(this.ledger, pair, order, "cancelled", at);
  }
}

/** A venue with no pairs and no accounts but the unlimited ones. */
export const createVenue = (options: VenueOptions = {}): SimulatedVenue => new Venue(options);

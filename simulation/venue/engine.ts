/**
 * The simulated venue: routes each call to its pair and account, and ends each with the balances it changed.
 * Single-threaded and deterministic: equal calls give equal ids, fills and events. Times are the callers'.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import type { Money, Side } from "../../domain/values/values.ts";
import { ZERO, minus, most } from "../../domain/values/values.ts";
import { admit, checkFunds, fundsNeeded, ocoMismatch, refuse } from "./admission.ts";
import type { Refused } from "./admission.ts";
import type { Desk } from "./desk.ts";
import { Ledger } from "./ledger.ts";
import { enterBook } from "./matching.ts";
import { OrderState } from "./order-state.ts";
import { Pair } from "./pair.ts";
import { end } from "./settlement.ts";
import { enterTape, impliedDepth, printOnTape, printQuietly, quietUntil } from "./tape.ts";
import type {
  FeePayment,
  Listing,
  NewOrder,
  OrderKey,
  PrintColumns,
  SimulatedVenue,
  Submitted,
  VenueEvent,
  VenueFill,
  VenueOrder,
} from "./venue.ts";
import type { VenueOptions } from "./venue-options.ts";

class Venue implements SimulatedVenue {
  private readonly pairs = new Map<string, Pair>();
  private readonly ledger: Ledger;
  private readonly rules: Required<Omit<VenueOptions, "clearing">> & Pick<VenueOptions, "clearing">;
  private orderIds = 0;
  /** Whose print was the last. */
  private printed: Pair | undefined = undefined;

  constructor(options: VenueOptions) {
    this.rules = {
      market: "book",
      unlimited: [],
      selfTrade: "expire-maker",
      marketMarginBps: 500,
      quietTape: false,
      openOrdersMax: Infinity,
      historyMax: 100_000,
      clearing: undefined,
      ...options,
    };
    this.ledger = new Ledger(this.rules);
  }

  list(listing: Listing, at = this.ledger.now): void {
    this.ledger.now = at;
    const pair = this.pairs.get(listing.symbol);
    if (pair === undefined) {
      const { market, marketMarginBps } = this.rules;
      this.pairs.set(listing.symbol, new Pair(this.ledger, listing, market, marketMarginBps));
      return;
    }
    const before = pair.listing;
    const regrid = before.tick !== listing.tick || before.lot !== listing.lot;
    if (regrid || listing.status === "delisted") this.clear(pair);
    pair.change(listing);
    if (regrid) pair.forgetPrices(before);
  }

  listing(symbol: string): Listing | undefined {
    return this.pairs.get(symbol)?.listing;
  }

  listings(): readonly Listing[] {
    return [...this.pairs.values()].map((pair) => pair.listing);
  }

  deposit(account: string, asset: string, amount: Money, at: number): void {
    this.ledger.now = at;
    this.ledger.deposit(account, asset, amount);
  }

  withdraw(account: string, asset: string, amount: Money, at: number): boolean {
    this.ledger.now = at;
    return this.ledger.withdraw(account, asset, amount);
  }

  balance(account: string, asset: string): { readonly free: Money; readonly locked: Money } {
    return this.ledger.accounts.get(account)?.holdings.get(asset) ?? { free: ZERO, locked: ZERO };
  }

  balances(account: string): ReadonlyMap<string, { readonly free: Money; readonly locked: Money }> {
    return this.ledger.accounts.get(account)?.holdings ?? new Map();
  }

  payFeesIn(account: string, pay: FeePayment | undefined): void {
    this.ledger.account(account).payFeesIn(pay);
  }

  feesTaken(): ReadonlyMap<string, Money> {
    return new Map([...this.ledger.earned.holdings].map(([asset, { free }]) => [asset, free]));
  }

  submit(order: NewOrder, at: number): Submitted {
    this.ledger.now = at;
    const pair = this.pairs.get(order.symbol);
    const made = this.admit(pair, order, 1);
    if (!(made instanceof OrderState)) return made;
    const needed = fundsNeeded(pair!, made);
    const refused = checkFunds(made, needed);
    if (refused !== undefined) return refused;
    this.accept(made);
    if (made.stop !== 0) this.keepStop(pair!, made, needed);
    else if (pair!.tape) enterTape(pair!, made);
    else enterBook(pair!, made);
    return { ok: true, order: made };
  }

  submitOco(limit: NewOrder, stop: NewOrder, at: number): Submitted {
    this.ledger.now = at;
    const wrong = ocoMismatch(limit, stop);
    if (wrong !== undefined) return wrong;
    const pair = this.pairs.get(limit.symbol);
    const first = this.admit(pair, { ...limit, timeInForce: "PO" }, 1);
    if (!(first instanceof OrderState)) return first;
    const second = this.admit(pair, stop, 2);
    if (!(second instanceof OrderState)) return second;
    const needed = fundsNeeded(pair!, first);
    const neededByStop = fundsNeeded(pair!, second);
    const refused = checkFunds(first, most(needed, neededByStop));
    if (refused !== undefined) return refused;
    first.ocoWith = second.id;
    second.ocoWith = first.id;
    first.partner = second;
    second.partner = first;
    this.accept(first);
    this.accept(second);
    // Only one of the two can ever need its funds: the stop locks what it needs beyond the limit.
    this.keepStop(pair!, second, neededByStop > needed ? minus(neededByStop, needed) : ZERO);
    if (pair!.tape) enterTape(pair!, first);
    else enterBook(pair!, first);
    return { ok: true, order: first };
  }

  cancel(account: string, symbol: string, by: OrderKey, at: number): VenueOrder | undefined {
    this.ledger.now = at;
    const order = this.find(account, symbol, by);
    if (order?.isOpen !== true) return undefined;
    end(this.pairs.get(symbol)!, order, "cancelled");
    return order;
  }

  order(account: string, symbol: string, by: OrderKey): VenueOrder | undefined {
    return this.find(account, symbol, by);
  }

  openOrders(account: string, symbol?: string): readonly VenueOrder[] {
    if (symbol !== undefined) return [...(this.desk(account, symbol)?.open() ?? [])];
    const desks = this.ledger.accounts.get(account)?.desks.values() ?? [];
    return [...desks].flatMap((desk) => [...desk.open()]).sort((a, b) => a.id - b.id);
  }

  orders(account: string, symbol: string): readonly VenueOrder[] {
    return this.desk(account, symbol)?.orders() ?? [];
  }

  fills(account: string, symbol: string): readonly VenueFill[] {
    return this.desk(account, symbol)?.fills ?? [];
  }

  print(symbol: string, tradeId: number, ticks: number, lots: number, takerSide: Side, at: number): void {
    this.ledger.now = at;
    if (this.printed?.listing.symbol !== symbol) this.printed = this.pairs.get(symbol);
    const pair = this.printed;
    if (pair?.tape !== true) throw new Invalid("symbol", "a pair listed with a tape", symbol);
    if (pair.listing.status !== "trading") return;
    printOnTape(pair, tradeId, ticks, lots, takerSide);
  }

  quietUntil(symbol: string, columns: PrintColumns, from: number, to: number): number {
    const pair = this.pairs.get(symbol);
    return pair?.tape === true ? quietUntil(pair, columns, from, to) : from;
  }

  printQuietly(symbol: string, columns: PrintColumns, from: number, to: number): void {
    const pair = this.pairs.get(symbol);
    if (pair === undefined || to <= from) return;
    printQuietly(pair, columns, from, to);
    this.ledger.now = columns.at[to - 1]!;
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

  private admit(pair: Pair | undefined, order: NewOrder, nth: number): OrderState | Refused {
    if (pair === undefined) return refuse("unknown-instrument", `no pair ${order.symbol}`);
    const account = this.ledger.accounts.get(order.account);
    if (account === undefined) return refuse("not-authorised", `no account ${order.account}`);
    return admit(pair, account, order, this.orderIds + nth, this.rules);
  }

  private accept(order: OrderState): void {
    this.orderIds = order.id;
    this.ledger.index.add(order);
    order.desk.attach(order);
    if (!order.desk.account.unlimited)
      this.ledger.tell({ type: "order", order, why: "accepted", at: order.at });
  }

  private keepStop(pair: Pair, order: OrderState, lock: Money): void {
    this.ledger.lock(order, lock);
    pair.stops.add(order);
  }

  private desk(account: string, symbol: string): Desk | undefined {
    return this.ledger.accounts.get(account)?.desks.get(symbol);
  }

  private find(account: string, symbol: string, by: OrderKey): OrderState | undefined {
    const desk = this.desk(account, symbol);
    if ("clientId" in by) return desk?.byClient.get(by.clientId);
    const open = this.ledger.index.get(by.id);
    return open !== undefined && open.desk === desk ? open : desk?.closedById(by.id);
  }

  /** Cancels all that is open on a pair, oldest first. */
  private clear(pair: Pair): void {
    const open = [...this.ledger.accounts.values()].flatMap((account) => [
      ...(account.desks.get(pair.listing.symbol)?.open() ?? []),
    ]);
    for (const order of open.sort((a, b) => a.id - b.id)) if (order.isOpen) end(pair, order, "cancelled");
  }
}

/** A venue with no pairs and no accounts but the unlimited ones. */
export const createVenue = (options: VenueOptions = {}): SimulatedVenue => new Venue(options);

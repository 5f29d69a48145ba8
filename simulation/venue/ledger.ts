/**
 * The venue's accounts: what each holds free and locked (exact, 1e-18), what it has open, and what happened.
 * A holding that changed is told once per call, with its last value. Unlimited accounts (the crowd) have no
 * balances and are told nothing: their orders exist, their history is not kept.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import type { Money } from "../../domain/values/values.ts";
import { ZERO } from "../../domain/values/values.ts";
import type { OrderState } from "./order-state.ts";
import type { FeePayment, VenueEvent, VenueFill } from "./venue.ts";

export class Holding {
  readonly account: string;
  readonly asset: string;
  free: Money = ZERO;
  locked: Money = ZERO;
  changed = false;

  constructor(account: string, asset: string) {
    this.account = account;
    this.asset = asset;
  }
}

export class Account {
  readonly name: string;
  readonly unlimited: boolean;
  readonly holdings = new Map<string, Holding>();
  readonly desks = new Map<string, Desk>();
  feeHolding: Holding | undefined = undefined;
  feeRates: ReadonlyMap<string, bigint> = new Map();

  constructor(name: string, unlimited: boolean) {
    this.name = name;
    this.unlimited = unlimited;
  }

  holding(asset: string): Holding {
    let found = this.holdings.get(asset);
    if (found === undefined) {
      found = new Holding(this.name, asset);
      this.holdings.set(asset, found);
    }
    return found;
  }

  payFeesIn(pay: FeePayment | undefined): void {
    this.feeHolding = pay === undefined ? undefined : this.holding(pay.asset);
    if (pay !== undefined) this.feeRates = pay.rates;
  }

  desk(pair: { readonly symbol: string; readonly base: string; readonly quote: string }): Desk {
    let found = this.desks.get(pair.symbol);
    if (found === undefined) {
      found = new Desk(this, pair.symbol, pair.base, pair.quote);
      this.desks.set(pair.symbol, found);
    }
    return found;
  }
}

/** One account's orders and fills on one pair. */
export class Desk {
  readonly account: Account;
  readonly symbol: string;
  readonly base: Holding;
  readonly quote: Holding;
  readonly open = new Map<number, OrderState>();
  /** The latest order with each client id. */
  readonly byClient = new Map<string, OrderState>();
  readonly orders: OrderState[] = [];
  readonly fills: VenueFill[] = [];

  constructor(account: Account, symbol: string, base: string, quote: string) {
    this.account = account;
    this.symbol = symbol;
    this.base = account.holding(base);
    this.quote = account.holding(quote);
  }

  /** Open, or closed and remembered: ids grow, so the history is searched by halving. */
  byId(id: number): OrderState | undefined {
    const open = this.open.get(id);
    if (open !== undefined) return open;
    let low = 0;
    let high = this.orders.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.orders[middle]!.id < id) low = middle + 1;
      else high = middle;
    }
    const found = this.orders[low];
    return found?.id === id ? found : undefined;
  }
}

export class Ledger {
  readonly accounts = new Map<string, Account>();
  readonly fees = new Map<string, Money>();
  /** Time of the call at hand, ms. */
  now = 0;
  private readonly unlimited: ReadonlySet<string>;
  private events: VenueEvent[] = [];
  private readonly changed: Holding[] = [];

  constructor(unlimited: readonly string[]) {
    this.unlimited = new Set(unlimited);
    for (const name of unlimited) this.accounts.set(name, new Account(name, true));
  }

  account(name: string): Account {
    let found = this.accounts.get(name);
    if (found === undefined) {
      found = new Account(name, this.unlimited.has(name));
      this.accounts.set(name, found);
    }
    return found;
  }

  deposit(name: string, asset: string, amount: Money): void {
    if (amount < ZERO) throw new Invalid("amount", "zero or more", amount);
    const account = this.account(name);
    if (account.unlimited) return;
    const holding = account.holding(asset);
    holding.free = (holding.free + amount) as Money;
    this.touch(holding);
    this.settle();
  }

  withdraw(name: string, asset: string, amount: Money): boolean {
    if (amount < ZERO) throw new Invalid("amount", "zero or more", amount);
    const holding = this.accounts.get(name)?.holdings.get(asset);
    if (this.accounts.get(name)?.unlimited === true) return true;
    if (holding === undefined || holding.free < amount) return false;
    holding.free = (holding.free - amount) as Money;
    this.touch(holding);
    this.settle();
    return true;
  }

  /** Locks an amount the caller has seen to be free. */
  lock(order: OrderState, amount: Money): void {
    if (order.desk.account.unlimited) return;
    const holding = order.side === "buy" ? order.desk.quote : order.desk.base;
    holding.free = (holding.free - amount) as Money;
    holding.locked = (holding.locked + amount) as Money;
    order.locked = (order.locked + amount) as Money;
    this.touch(holding);
  }

  /** All that the order still holds back. */
  release(order: OrderState): void {
    const amount = order.locked;
    if (amount === ZERO) return;
    const holding = order.side === "buy" ? order.desk.quote : order.desk.base;
    holding.free = (holding.free + amount) as Money;
    holding.locked = (holding.locked - amount) as Money;
    order.locked = ZERO;
    this.touch(holding);
  }

  earn(asset: string, fee: Money): void {
    this.fees.set(asset, ((this.fees.get(asset) ?? ZERO) + fee) as Money);
  }

  touch(holding: Holding): void {
    if (holding.changed) return;
    holding.changed = true;
    this.changed.push(holding);
  }

  tell(event: VenueEvent): void {
    this.events.push(event);
  }

  /** Ends a call: tells each changed holding once. */
  settle(): void {
    if (this.changed.length === 0) return;
    for (const holding of this.changed) {
      holding.changed = false;
      const { account, asset, free, locked } = holding;
      this.events.push({ type: "balance", account, asset, free, locked, at: this.now });
    }
    this.changed.length = 0;
  }

  drain(): readonly VenueEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }
}

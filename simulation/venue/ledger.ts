/**
 * The venue's accounts: what each holds free and locked (exact, 1e-18), what it has open, and what happened.
 * Holdings that changed are told when events are drained, once each. Unlimited accounts (the crowd) have no
 * balances and are told nothing: their orders exist, their history is not kept.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import type { Money } from "../../domain/values/values.ts";
import { ZERO } from "../../domain/values/values.ts";
import { Desk } from "./desk.ts";
import { OrderIndex } from "./order-index.ts";
import type { OrderState } from "./order-state.ts";
import type { Clearing, FeePayment, VenueEvent } from "./venue.ts";

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
  /** Has positions instead of balances. */
  readonly clearing: Clearing | undefined;
  readonly holdings = new Map<string, Holding>();
  readonly desks = new Map<string, Desk>();
  private readonly historyMax: number;
  feeHolding: Holding | undefined = undefined;
  feeRates: ReadonlyMap<string, bigint> = new Map();

  constructor(name: string, unlimited: boolean, historyMax: number, clearing?: Clearing) {
    this.name = name;
    this.unlimited = unlimited;
    this.clearing = clearing;
    this.historyMax = historyMax;
  }

  /** Nothing is held back of it, and nothing moves in it. */
  get unfunded(): boolean {
    return this.unlimited || this.clearing !== undefined;
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
      found = new Desk(this, pair.symbol, pair.base, pair.quote, this.historyMax);
      this.desks.set(pair.symbol, found);
    }
    return found;
  }
}

const NOTHING: readonly VenueEvent[] = [];

interface LedgerRules {
  readonly unlimited: readonly string[];
  readonly historyMax: number;
  readonly quietTape: boolean;
  readonly clearing?: Clearing | undefined;
}

export class Ledger {
  readonly accounts = new Map<string, Account>();
  /** What the venue has earned, as an account of its own. */
  readonly earned = new Account("", false, 0);
  readonly index = new OrderIndex();
  /** Time of the call at hand, ms. */
  now = 0;
  /** Prints of tapes are not told. */
  readonly quietTape: boolean;
  private readonly historyMax: number;
  private events: VenueEvent[] = [];
  private readonly changed: Holding[] = [];

  constructor({ unlimited, historyMax, quietTape, clearing }: LedgerRules) {
    this.historyMax = historyMax;
    this.quietTape = quietTape;
    for (const name of unlimited) this.accounts.set(name, new Account(name, true, historyMax));
    for (const name of clearing?.accountNames ?? [])
      this.accounts.set(name, new Account(name, false, historyMax, clearing));
  }

  account(name: string): Account {
    let found = this.accounts.get(name);
    if (found === undefined) {
      found = new Account(name, false, this.historyMax);
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
  }

  withdraw(name: string, asset: string, amount: Money): boolean {
    if (amount < ZERO) throw new Invalid("amount", "zero or more", amount);
    const holding = this.accounts.get(name)?.holdings.get(asset);
    if (this.accounts.get(name)?.unlimited === true) return true;
    if (holding === undefined || holding.free < amount) return false;
    holding.free = (holding.free - amount) as Money;
    this.touch(holding);
    return true;
  }

  /** Locks an amount the caller has seen to be free. */
  lock(order: OrderState, amount: Money): void {
    if (order.desk.account.unfunded) return;
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

  touch(holding: Holding): void {
    if (holding.changed) return;
    holding.changed = true;
    this.changed.push(holding);
  }

  tell(event: VenueEvent): void {
    this.events.push(event);
  }

  /** All that was told since the last time, then each holding that has changed in between, once. */
  drain(): readonly VenueEvent[] {
    const { events, now } = this;
    if (events.length === 0 && this.changed.length === 0) return NOTHING;
    for (const holding of this.changed) {
      holding.changed = false;
      const { account, asset, free, locked } = holding;
      events.push({ type: "balance", account, asset, free, locked, at: now });
    }
    this.changed.length = 0;
    this.events = [];
    return events;
  }
}

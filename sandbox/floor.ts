/**
 * The exchange behind the wire: the venue, its pairs and accounts, the market's source and its time. Every change
 * goes through here, so that what follows from it is told at once and in one order.
 */
import { decimal, type Money } from "../domain/values/values.ts";
import type { Side } from "../domain/values/values.ts";
import { createVenue } from "../simulation/venue/engine.ts";
import type { Listing, NewOrder, SimulatedVenue, Submitted, VenueOrder } from "../simulation/venue/venue.ts";
import type { Faults } from "./faults/faults.ts";
import { Memory } from "./faults/memory.ts";
import { Futures } from "./futures/futures.ts";
import { ContractPair } from "./futures/pair.ts";
import type { FuturesTerms } from "./futures/terms.ts";
import { wireDecimal } from "./grid.ts";
import type { MarketSource, Stage } from "./market/source.ts";
import type { AccountOptions } from "./options.ts";
import { Pair } from "./pair.ts";
import type { Streams } from "./streams.ts";
import { Telling } from "./telling.ts";
import type { UserData } from "./user-data.ts";

export type By = { readonly id: number } | { readonly clientId: string };

const SAME_GRID = { ticksBy: 1, lotsBy: 1 };

export class Floor implements Stage {
  readonly venue: SimulatedVenue;
  readonly pairs: ReadonlyMap<string, Pair>;
  readonly accounts: readonly AccountOptions[];
  readonly source: MarketSource;
  readonly telling: Telling;
  readonly userData: UserData;
  /** What orders and fills look like to who asks. */
  readonly memory: Memory;
  /** Positions and what keeps them; undefined where spot is traded. */
  readonly futures: Futures | undefined;
  /** Kinds of orders that it refuses (options.ts). */
  lacks: ReadonlySet<string> = new Set();
  /** Slices applied so far. */
  slice = 0;
  ended = false;
  #now: number;
  readonly #faults: Faults;
  readonly #grids = new Map<string, typeof SAME_GRID>();
  #ids = 0;

  constructor(
    source: MarketSource,
    accounts: readonly AccountOptions[],
    faults: Faults,
    streams: Streams,
    userData: UserData,
    terms?: FuturesTerms,
  ) {
    this.source = source;
    this.accounts = accounts;
    this.#faults = faults;
    this.#now = source.startAt;
    const pairs = new Map<string, Pair>();
    const marketNow = (): number => this.#now;
    this.futures =
      terms === undefined
        ? undefined
        : new Futures(accounts, terms, pairs, userData, marketNow, source.startAt);
    this.venue = createVenue({ unlimited: source.unlimited, clearing: this.futures?.house });
    this.futures?.open(this.venue);
    this.memory = new Memory(this.venue, faults, marketNow);
    const listed = terms === undefined ? Pair : ContractPair;
    for (const listing of source.listings) {
      this.venue.list(listing);
      const pair = new listed(this.venue, listing, source.base);
      source.recall(listing.symbol, pair.series);
      pairs.set(listing.symbol, pair);
    }
    this.pairs = pairs;
    const names = new Set(accounts.map((account) => account.name));
    this.telling = new Telling(pairs, names, streams, userData, source.passesThrough, this.futures);
    streams.onSubscribe = (stream) => this.telling.begin(stream);
    if (terms === undefined) for (const account of accounts) this.#fund(account);
    source.begin?.(this.venue);
    this.userData = userData;
    this.#settle();
  }

  /** Market time, ms. */
  get now(): number {
    return this.#now;
  }

  /** In maintenance nothing trades. */
  get paused(): boolean {
    return this.#faults.rest.inMaintenance;
  }

  /** Applies the next slice; false at the end. */
  step(): boolean {
    const at = this.source.nextAt();
    if (at === undefined) {
      this.ended = true;
      return false;
    }
    this.#now = Math.max(this.#now, at);
    this.slice += 1;
    const recorded = this.source.apply(this);
    this.#settle();
    if (recorded.length > 0) this.telling.recorded(recorded);
    return true;
  }

  /** Market time has come this far without a slice. */
  elapse(at: number): void {
    if (this.source.continuous === true) return;
    this.#now = Math.max(this.#now, at);
    this.#settle();
  }

  /** Recorded ticks and lots stand on the grid that the pair was first listed with. */
  print(symbol: string, tradeId: number, ticks: number, lots: number, takerSide: Side, at: number): void {
    const { ticksBy, lotsBy } = this.#grids.get(symbol) ?? SAME_GRID;
    const price = ticksBy === 1 ? ticks : Math.max(1, Math.round(ticks * ticksBy));
    const size = lotsBy === 1 ? lots : Math.max(1, Math.round(lots * lotsBy));
    const share = this.#faults.plan.fillShare ?? 1;
    const offered = share === 1 ? size : Math.max(1, Math.floor(size * share));
    this.venue.print(symbol, tradeId, price, offered, takerSide, Math.max(at, this.#now));
    this.#tell(size);
  }

  submit(order: NewOrder): Submitted {
    const submitted = this.venue.submit(order, this.#now);
    this.#settle();
    return submitted;
  }

  submitOco(limit: NewOrder, stop: NewOrder): Submitted {
    const submitted = this.venue.submitOco(limit, stop, this.#now);
    this.#settle();
    return submitted;
  }

  cancel(account: string, symbol: string, by: By, cancelId: string): VenueOrder | undefined {
    const cancelled = this.venue.cancel(account, symbol, by, this.#now);
    this.telling.cancelId = cancelId;
    this.#settle();
    this.telling.cancelId = undefined;
    return cancelled;
  }

  /** A deposit, or with a negative amount a withdrawal; false when the account has less. */
  transfer(account: string, asset: string, amount: Money): boolean {
    if (this.futures !== undefined) return this.futures.transfer(account, asset, amount);
    if (amount >= 0n) this.venue.deposit(account, asset, amount, this.#now);
    else if (!this.venue.withdraw(account, asset, -(amount as bigint) as Money, this.#now)) return false;
    const at = this.#now;
    const update = { e: "balanceUpdate", E: at, a: asset, d: wireDecimal(amount), T: at };
    this.userData.tell(account, "user", JSON.stringify(update));
    this.#settle();
    return true;
  }

  /** As if the venue had been set up anew: no orders, no fills, the opening balances. Nobody is told. */
  forget(account: AccountOptions): void {
    const { name } = account;
    for (const { symbol, id } of [...this.venue.openOrders(name)])
      this.venue.cancel(name, symbol, { id }, this.#now);
    this.memory.cut(name, this.pairs.keys());
    for (const [asset, { free }] of this.venue.balances(name))
      this.venue.withdraw(name, asset, free, this.#now);
    if (this.futures === undefined) this.#fund(account);
    else this.futures.forget(account);
    this.venue.drain();
    this.#faults.met.restarts += 1;
  }

  relist(listing: Listing): void {
    const { symbol, tick, lot } = listing;
    const pair = this.pairs.get(symbol)!;
    const moves = pair.listing.tick !== tick || pair.listing.lot !== lot;
    this.venue.list(listing, this.#now);
    // What the venue cancelled was told on the old grid.
    this.#tell();
    if (moves) this.telling.clearBook(pair, this.#now);
    pair.relist(listing);
    const first = this.source.listings.find((one) => one.symbol === symbol)!;
    this.#grids.set(symbol, {
      ticksBy: Number(first.tick) / Number(tick),
      lotsBy: Number(first.lot) / Number(lot),
    });
    this.#settle();
  }

  /** A client id for orders and cancels that bring none. */
  nextId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}${this.#ids}`;
  }

  #fund({ name, balances }: AccountOptions): void {
    for (const [asset, amount] of Object.entries(balances))
      this.venue.deposit(name, asset, decimal(amount) as Money, this.#now);
  }

  /** `printedLots` as of `Telling.events`. */
  #tell(printedLots?: number): void {
    const events = this.venue.drain();
    this.futures?.hear(events);
    this.telling.events(events, printedLots);
  }

  /** What follows from a change may change something again: a stop that triggers, a liquidation. */
  #settle(): void {
    do this.#tell();
    while (this.futures?.settle() === true);
    this.telling.time(this.#now);
  }
}

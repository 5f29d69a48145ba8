/**
 * A book is the sub-ledger of one strategy on one account: what it holds of each asset, what of it is reserved,
 * and its position in each instrument. An account is the venue's side of the same: one balance per asset.
 */
import { assetsOfSymbol, isContract, isInverse, symbolOf } from "../market/instrument.ts";
import type { AccountId, Asset, InstrumentId, StrategyId, Timestamp, VenueId } from "../values/values.ts";
import type { Level } from "../risk/degradation.ts";
import type { PortfolioEventOf } from "./events.ts";
import type { Protection } from "./protection.ts";
import type { LiveOrder } from "./state.ts";

export const UNALLOCATED = "unallocated" as StrategyId;

export class Holding {
  total = 0n;
  reserved = 0n;
}

export interface Aim {
  readonly exposure: number;
  readonly reason: string;
  readonly numbers: readonly number[];
}

/**
 * One instrument in one book. `cost` is what the quantity held cost in quote, fees in base and quote included. A contract is held
 * as an asset of its own, its symbol, below zero when short; its cost has the quantity's sign and no fees.
 */
export class Position {
  readonly instrument: InstrumentId;
  readonly base: Asset;
  readonly quote: Asset;
  quantity = 0n;
  cost = 0n;
  realised = 0n;
  aim: Aim | undefined = undefined;
  /** The aim is sized again when `aimOrder`, or what holds its base (its stop, an order being cancelled), has closed. */
  waiting = false;
  /** The rule that last refused the aim: the same one is not told twice. */
  refused: string | undefined = undefined;
  aimOrder: LiveOrder | undefined = undefined;
  protection: Protection | undefined = undefined;
  /** What the risk plan multiplies its aims with; undefined until it has sized one. */
  factor: number | undefined = undefined;
  readonly contract: boolean;
  /** Of an inverse contract -1: what it is worth is owed, so buying it brings cash. */
  readonly sign: 1n | -1n;
  /** Of a contract: its margin less its cost, so that of the quote that it moved only the margin is out of reach. */
  locked = 0n;
  constructor(instrument: InstrumentId) {
    const { base, quote } = assetsOf(instrument);
    this.instrument = instrument;
    this.base = base;
    this.quote = quote;
    this.contract = isContract(instrument);
    this.sign = this.contract && isInverse(instrument) ? -1n : 1n;
  }
}

export class Book {
  readonly strategy: StrategyId;
  readonly account: Account;
  readonly holdings = new Map<Asset, Holding>();
  readonly positions = new Map<InstrumentId, Position>();
  readonly fees = new Map<Asset, bigint>();
  readonly allotted = new Map<Asset, bigint>();
  readonly orders = new Set<LiveOrder>();
  constructor(strategy: StrategyId, account: Account) {
    this.strategy = strategy;
    this.account = account;
  }

  total(asset: Asset): bigint {
    return this.holdings.get(asset)?.total ?? 0n;
  }

  free(asset: Asset): bigint {
    const holding = this.holdings.get(asset);
    return holding === undefined ? 0n : holding.total - holding.reserved;
  }

  holding(asset: Asset): Holding {
    let holding = this.holdings.get(asset);
    if (holding === undefined) this.holdings.set(asset, (holding = new Holding()));
    return holding;
  }

  position(instrument: InstrumentId): Position {
    let position = this.positions.get(instrument);
    if (position === undefined) this.positions.set(instrument, (position = new Position(instrument)));
    return position;
  }
}

/** Foreign trades seen on one instrument; `passed` is the highest number that was forgotten. */
export class SeenTrades {
  readonly ids = new Set<string>();
  passed = -1;
}

export class Account {
  readonly id: AccountId;
  readonly venue: VenueId;
  readonly prefix: string;
  readonly openedAt: Timestamp;
  readonly balances = new Map<Asset, bigint>();
  readonly books = new Map<StrategyId, Book>();
  readonly foreign = new Map<InstrumentId, SeenTrades>();
  /** Limit orders that stand, or may stand, in the venue's book. */
  readonly resting = new Map<InstrumentId, Set<LiveOrder>>();
  /** Time of the last payment of each kind on each contract. */
  readonly carried = new Map<string, number>();
  lastFillAt = 0;
  level: Level = "full";
  /** What put it there; undefined at `full`. */
  degraded: PortfolioEventOf<"DegradationChanged"> | undefined = undefined;
  /** A difference to the venue that waits to be told again, and since when. */
  noticed: { readonly differences: Readonly<Record<string, bigint>>; readonly at: Timestamp } | undefined;
  constructor(id: AccountId, venue: VenueId, prefix: string, openedAt: Timestamp) {
    this.id = id;
    this.venue = venue;
    this.prefix = prefix;
    this.openedAt = openedAt;
  }
}

/** What is held of an instrument, and in what it is paid, by its id, for fills of instruments nobody announced. */
export const assetsOf = (id: InstrumentId): { readonly base: Asset; readonly quote: Asset } =>
  assetsOfSymbol(symbolOf(id));

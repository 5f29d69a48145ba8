/**
 * The portfolio's memory: accounts with their books, instruments with their marks, and live orders. Changed in
 * place by `evolve` alone. Invariant, by construction in ledger.ts: for every account and asset the books' totals
 * sum to the account's balance.
 */
import type { Instrument } from "../market/instrument.ts";
import type { Order } from "../order/order.ts";
import type { Limits } from "../risk/limits.ts";
import type { RiskPlan } from "../risk/plan.ts";
import type { RiskMemory } from "../risk/memory.ts";
import { Raises } from "../risk/raises.ts";
import type { Approved } from "../risk/risk.ts";
import type {
  AccountId,
  Asset,
  ClientOrderId,
  InstrumentId,
  Price,
  Quantity,
  StrategyId,
  Timestamp,
} from "../values/values.ts";
import { type Account, type Book, type Position } from "./book.ts";
import type { HaltLevel, Mark, Rules } from "./commands.ts";
import type { OrderClosed, OrderName } from "./events.ts";
import type { HeldGrant } from "./grant-events.ts";
import type { Protection } from "./protection.ts";

/** Closed orders and foreign trades are remembered this long, to know a repeat from news. */
export const CLOSED_ORDERS_KEPT = 2_048;
export const FOREIGN_TRADES_KEPT = 1_024;
const MINUTE_MS = 60_000;

/**
 * fresh (approved in this turn, or released from behind a cancel) -> placed (may be at the venue) -> open;
 * held waits behind cancels of our own; kept is a stop that the venue does not take, until its price is seen; ending is closed by the venue with fills still missing.
 */
export type Phase = "fresh" | "held" | "kept" | "placed" | "open" | "ending";

/** It is at the venue, or may be. */
export const mayBeAtVenue = ({ phase }: { readonly phase: Phase }): boolean =>
  phase === "placed" || phase === "open" || phase === "ending";

export class LiveOrder {
  readonly order: Approved<Order>;
  readonly book: Book;
  readonly reservePerUnit: Price;
  readonly aim: boolean;
  /** It is the stop of its position's protection, or the sale at its targets. */
  readonly protects: boolean;
  readonly takes: boolean;
  phase: Phase = "fresh";
  /** Still to fill, inside or at the venue: quantity less crossed less filled. */
  remaining: bigint;
  reserved = 0n;
  crossed = 0n;
  /** By the venue's fills. */
  filled = 0n;
  unknown = false;
  cancelling = false;
  /** The portfolio kept it itself, and has seen its price. */
  triggered = false;
  /** How many of our own orders must close before this one goes out, and who waits for this one. */
  behind = 0;
  readonly waiters: LiveOrder[] = [];
  ending:
    | { readonly status: OrderClosed["status"]; readonly filled: Quantity; readonly reason?: string }
    | undefined;
  readonly trades = new Set<string>();
  #name: OrderName | undefined;
  constructor(
    order: Approved<Order>,
    book: Book,
    reservePerUnit: Price,
    role: {
      readonly aim: boolean;
      readonly protects?: boolean | undefined;
      readonly takes?: boolean | undefined;
    },
  ) {
    this.order = order;
    this.book = book;
    this.reservePerUnit = reservePerUnit;
    this.aim = role.aim;
    this.protects = role.protects === true;
    this.takes = role.takes === true;
    this.remaining = order.quantity;
  }

  /** Made once: every event of the order says it. */
  get name(): OrderName {
    return (this.#name ??= nameOf(this.order));
  }
}

export const nameOf = (order: Order): OrderName => ({
  order: order.id,
  account: order.account,
  strategy: order.strategy,
  instrument: order.instrument,
  tag: order.tag,
  side: order.side,
});

/** What is kept of a closed order: enough to know a repeated fill, and whose a late one is. */
export interface ClosedOrder {
  readonly name: OrderName;
  filled: bigint;
  readonly trades: Set<string>;
}

export class Listed {
  instrument: Instrument;
  mark: Mark | undefined = undefined;
  /** Over all books: held, and remaining of live buys. */
  held = 0n;
  buying = 0n;
  /** (held + buying) at the last price, as it stands in the gross of its quote asset. */
  value = 0n;
  constructor(instrument: Instrument) {
    this.instrument = instrument;
  }
}

/** Orders of the last minute of market time, those of one millisecond together. */
export class OrderRate {
  readonly moments: { readonly at: number; count: number }[] = [];
  sum = 0;

  add(at: number): void {
    const last = this.moments.at(-1);
    if (last !== undefined && at <= last.at) last.count += 1;
    else this.moments.push({ at, count: 1 });
    this.sum += 1;
    const passed = this.moments.findIndex((moment) => moment.at > at - MINUTE_MS);
    for (const moment of this.moments.splice(0, Math.max(0, passed))) this.sum -= moment.count;
  }

  within(at: number): number {
    let sum = this.sum;
    for (const moment of this.moments) {
      if (moment.at > at - MINUTE_MS) break;
      sum -= moment.count;
    }
    return sum;
  }
}
export class PortfolioState {
  readonly accounts = new Map<AccountId, Account>();
  readonly instruments = new Map<InstrumentId, Listed>();
  readonly orders = new Map<ClientOrderId, LiveOrder>();
  readonly closed = new Map<ClientOrderId, ClosedOrder>();
  readonly #oldestClosed = this.closed.keys();
  readonly sequences = new Map<StrategyId, number>();
  /** In the order in which they were wished for. */
  readonly protections = new Map<string, Protection>();
  /** Sum of `value` per quote asset. */
  readonly gross = new Map<Asset, bigint>();
  halt:
    | { readonly level: HaltLevel; readonly by: string; readonly reason: string; readonly at: Timestamp }
    | undefined;
  /** As journaled last; undefined in a journal older than schema 2. */
  rules: Rules | undefined;
  /** Limits as the configuration says them, where those that count were changed since. */
  configured: Limits | undefined;
  /** The same of the risk plan; null where the configuration says none. */
  configuredRisk: RiskPlan | null | undefined;
  raises = new Raises();
  /** What the risk plan of the journaled rules remembers; undefined without one. */
  risk: RiskMemory | undefined;
  /** What it may use of the limits that it shares with other portfolios; undefined before the first one. */
  grant: HeldGrant | undefined;
  /** Client order ids given out so far. */
  issued = 0;
  readonly rate = new OrderRate();
  /** Latest market time of any command that brought events. */
  at = 0 as Timestamp;
  readonly counters = {
    orders: 0,
    fills: 0,
    foreignFills: 0,
    crosses: 0,
    /** Trades by which the venue closed positions that their margin no longer carried. */
    liquidations: 0,
    refusals: new Map<string, number>(),
    /** Changes of level, by the new one. */
    levels: new Map<string, number>(),
    /** Locks of entries, by rule. */
    locks: new Map<string, number>(),
  };
  /** Stops whose price is watched here. */
  readonly kept = new Set<LiveOrder>();
  /** Emptied by every `settle`. */
  readonly fresh = new Set<LiveOrder>();
  /** Contracts' positions that a trade made smaller than what reduce-only orders want of them. Told anew by every trade. */
  readonly shrunk = new Map<Position, Book>();
  readonly resize = new Map<string, { readonly book: Book; readonly position: Position }>();

  remember(closed: ClosedOrder): void {
    this.closed.set(closed.name.order, closed);
    // One iterator that goes on where it was: a new one would step over all that have been forgotten.
    if (this.closed.size > CLOSED_ORDERS_KEPT) this.closed.delete(this.#oldestClosed.next().value!);
  }
}

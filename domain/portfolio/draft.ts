/**
 * Events being decided, with what they already take: several orders in one decision must not spend the same
 * money, headroom or id, and decide may not change the state. Lives for one decision.
 */
import { adds, type Order } from "../order/order.ts";
import { notionalOf } from "../positions/contract.ts";
import type { Limits } from "../risk/limits.ts";
import { beyond, isRefusal, refusal, review, type Refusal } from "../risk/risk.ts";
import {
  type Asset,
  type ClientOrderId,
  type InstrumentId,
  type Money,
  type Price,
  type Quantity,
  type Timestamp,
} from "../values/values.ts";
import type { Mark, Marks } from "./commands.ts";
import type { OrderApproved, OrderName, PortfolioEvent } from "./events.ts";
import { midOf } from "./equity.ts";
import { barredBy } from "./levels.ts";
import { closable, reservePerUnit, spendable } from "./room.ts";
import { reserveOf, reservedAsset } from "./orders.ts";
import { roleOf, type Origin } from "./origin.ts";
import { grantsOf, planOf } from "./plan-standing.ts";
import { type Book } from "./book.ts";
import { mayBeAtVenue, nameOf, type Listed, type LiveOrder, type PortfolioState } from "./state.ts";

export const AIM_TAG = "aim";

/** An order before its id and its review. */
export type Wish = Omit<Order, "id" | "account" | "strategy" | "at">;

export class Draft {
  readonly events: PortfolioEvent[] = [];
  readonly state: PortfolioState;
  readonly limits: Limits;
  readonly at: Timestamp;
  /** Approved here and not closed again. */
  readonly approved = new Map<ClientOrderId, OrderApproved>();
  readonly marks: Marks;
  // Made when they are first needed: most decisions take one order, or none.
  private touched: Set<ClientOrderId> | undefined = undefined;
  private reserved: Map<string, bigint> | undefined = undefined;
  private buying: Map<InstrumentId, bigint> | undefined = undefined;
  private opened: Map<Book, number> | undefined = undefined;
  private issued = 0;

  constructor(state: PortfolioState, limits: Limits, at: Timestamp, marks: Marks = {}) {
    this.state = state;
    this.limits = limits;
    this.at = at;
    this.marks = marks;
  }

  mark(listed: Listed): Mark | undefined {
    return this.marks[listed.instrument.id] ?? listed.mark;
  }

  free(book: Book, asset: Asset): Money {
    const free = book.free(asset) as Money;
    const taken = this.reserved?.get(`${book.account.id}|${book.strategy}|${asset}`);
    return taken === undefined ? free : ((free - taken) as Money);
  }

  /** What an order that adds may reserve, in quote. */
  spendable(book: Book, listed: Listed): Money {
    return spendable(this, book, listed);
  }

  /** What an order that lessens may be of: base that no other order holds, or contracts of the position, long or short. */
  closable(book: Book, listed: Listed): Money {
    return closable(this, book, listed);
  }

  reservePerUnit(listed: Listed, mark: Mark, wish: Parameters<typeof reservePerUnit>[3]): Price {
    return reservePerUnit(this.limits, listed, mark, wish);
  }

  /** Reviews the wish and records the approval or the refusal. */
  submit(book: Book, listed: Listed, wish: Wish, from?: Origin): void {
    const mark = this.mark(listed);
    if (mark === undefined) {
      this.refuse(book, wish, refusal("no-mark"), from);
      return;
    }
    const order: Order = {
      id: `${book.account.prefix}${(this.state.issued + this.issued + 1).toString(36)}` as ClientOrderId,
      account: book.account.id,
      strategy: book.strategy,
      at: this.at,
      ...wish,
    };
    const perUnit = this.reservePerUnit(listed, mark, wish);
    const verdict = review(this.limits, this.standing(book, listed, mark, order, perUnit), order);
    if (isRefusal(verdict)) {
      this.refuse(book, wish, verdict, from);
      return;
    }
    const event: OrderApproved = {
      type: "OrderApproved",
      order: verdict,
      reservePerUnit: perUnit,
      ...roleOf(from),
      numbers: from?.numbers ?? [],
    };
    this.events.push(event);
    this.approved.set(verdict.id, event);
    this.issued += 1;
    this.take(book, verdict, reserveOf(verdict, perUnit, verdict.quantity), verdict.quantity, 1);
  }

  refuse(
    book: Book,
    wish: Pick<Wish, "instrument" | "tag" | "side">,
    found: Refusal,
    from?: Omit<Origin, "numbers">,
  ): void {
    // An aim is wished again every candle: the same answer is told once.
    if (from !== undefined && from.known === found.rule) return;
    this.events.push({
      type: "OrderRefused",
      strategy: book.strategy,
      account: book.account.id,
      instrument: wish.instrument,
      tag: wish.tag,
      side: wish.side,
      ...roleOf(from),
      ...found,
      at: this.at,
    });
  }

  /** Not even what lessens a position may be sent, so its stop is better left where it is. */
  frozen({ account }: Book): boolean {
    return barredBy(this.state, account.level, false) !== undefined;
  }

  /** Ended, or asked to end, in this decision. */
  ends(live: LiveOrder): boolean {
    return this.touched?.has(live.order.id) === true;
  }

  /** Ends an order that never left; asks the venue to end one that may be there. */
  cancel(live: LiveOrder, why: string): void {
    if (this.ends(live)) return;
    if (!mayBeAtVenue(live)) {
      this.withdraw(live.name, live.crossed, why);
      this.take(live.book, live.order, -live.reserved, -live.remaining, -1);
    } else if (!live.cancelling && live.phase !== "ending") this.requestCancel(live.name, why);
  }

  requestCancel(name: OrderName, why: string): void {
    if (this.touched?.has(name.order) === true) return;
    (this.touched ??= new Set()).add(name.order);
    this.events.push({ type: "CancelRequested", ...name, why, at: this.at });
  }

  /** The same for an order approved in this very decision. */
  cancelApproved(book: Book, { order, reservePerUnit }: OrderApproved, why: string): void {
    this.approved.delete(order.id);
    this.withdraw(nameOf(order), 0n, why);
    this.take(book, order, -reserveOf(order, reservePerUnit, order.quantity), 0n - order.quantity, -1);
  }

  withdraw(name: OrderName, filled: bigint, why: string, status: "cancelled" | "filled" = "cancelled"): void {
    (this.touched ??= new Set()).add(name.order);
    this.events.push({
      type: "OrderClosed",
      ...name,
      status,
      ...(status === "filled" ? {} : { reason: why }),
      filled: filled as Quantity,
      at: this.at,
    });
  }

  /** How far a new order may eat into the book: a limit to its price, a market order a little beyond the touch. */
  reach(listed: Listed | undefined, order: Order): Price | undefined {
    if (order.type === "limit") return order.price;
    const mark = listed === undefined ? undefined : this.mark(listed);
    if (order.type !== "market" || mark === undefined) return undefined;
    return beyond(order.side === "buy" ? mark.ask : mark.bid, this.limits.marketReachPercent, order.side);
  }

  private take(
    book: Book,
    order: Pick<Order, "side" | "instrument" | "reduceOnly">,
    reserved: bigint,
    remaining: bigint,
    count: number,
  ): void {
    const key = `${book.account.id}|${book.strategy}|${reservedAsset(order, book)}`;
    this.reserved ??= new Map();
    this.reserved.set(key, (this.reserved.get(key) ?? 0n) + reserved);
    this.opened ??= new Map();
    this.opened.set(book, (this.opened.get(book) ?? 0) + count);
    if (!adds(order)) return;
    this.buying ??= new Map();
    this.buying.set(order.instrument, (this.buying.get(order.instrument) ?? 0n) + remaining);
  }

  private standing(
    book: Book,
    listed: Listed,
    mark: Mark,
    order: Order,
    perUnit: Price,
  ): Parameters<typeof review>[1] {
    const { instrument } = listed;
    const { ordersPerMinute } = this.limits;
    return {
      halted: this.state.halt?.level,
      level: book.account.level,
      instrument,
      mid: midOf(mark),
      last: mark.last,
      free: adds(order) ? this.spendable(book, listed) : this.closable(book, listed),
      cost: reserveOf(order, perUnit, order.quantity) as Money,
      positionNotional: this.valueOf(listed),
      grossNotional:
        this.limits.grossNotionalMax === undefined ? (0n as Money) : this.gross(instrument.quote),
      openOrders: book.orders.size + (this.opened?.get(book) ?? 0),
      rateLeft:
        ordersPerMinute === undefined ? 1 : ordersPerMinute - this.state.rate.within(this.at) - this.issued,
      grants: grantsOf(this),
      plan: planOf(this, book, instrument.quote),
    };
  }

  /** Held and being entered, at the mark of this decision. */
  valueOf(listed: Listed): Money {
    const { id } = listed.instrument;
    const extra = this.buying?.get(id);
    if (extra === undefined && this.marks[id] === undefined) return listed.value as Money;
    const last = this.mark(listed)?.last ?? (0n as Price);
    return notionalOf(listed.instrument, last, (listed.held + listed.buying + (extra ?? 0n)) as Quantity);
  }

  /** The state's gross, with the instruments that this decision sees otherwise put right. */
  private gross(quote: Asset): Money {
    let sum = this.state.gross.get(quote) ?? 0n;
    const seen = new Set<string>([...Object.keys(this.marks), ...(this.buying?.keys() ?? [])]);
    for (const id of seen) {
      const listed = this.state.instruments.get(id as InstrumentId);
      if (listed?.instrument.quote === quote) sum += this.valueOf(listed) - listed.value;
    }
    return sum as Money;
  }
}

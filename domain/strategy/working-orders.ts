/**
 * A trader's own account of the orders that it has out of one instrument, kept from what it hears. A tag says what an order is
 * for and ends with a number of its own (`buy 3 #17`; `buy 3@1 #17` of the second instrument, since a cancel knows the tag alone), so that
 * two orders are never mixed up, and so that a trader whose memory is older than the market can read the orders that stand.
 */
import { Invalid } from "../values/invalid.ts";
import {
  readCount,
  readNotNegative,
  readNumber,
  readObject,
  readPositive,
  readText,
} from "../values/read.ts";
import { COLLAR_ROOM } from "./sizes.ts";
import type { Desk, OpenOrder, OrderRequest, OrderUpdate } from "./strategy.ts";

export interface WorkingOrder {
  readonly tag: string;
  /** The tag without its number. */
  readonly purpose: string;
  readonly buys: boolean;
  /** 0 for one at the market. */
  readonly price: number;
  /** Quote that a unit is reserved with, fees included: for one at the market the price when it was asked for, and its collar. */
  readonly worth: number;
  readonly quantity: number;
  /** When it was asked for, ms. */
  readonly at: number;
  filled: number;
  /** The portfolio has taken it up. */
  known: boolean;
  cancelling: boolean;
}

/** After so long without a word an order that nobody knows was never taken up, ms. */
const UNHEARD_MS = 60_000;

/** After so long an order is asked for again that there was no money for, ms. */
const SCARCE_MS = 3_600_000;

/** So many orders are remembered after their end: a fill may be told later than it. */
const PAST_MAX = 16;

const tagShape = /^(.+?)(?:@\d+)? #(\d+)$/;

export class WorkingOrders {
  readonly live: WorkingOrder[] = [];
  /** The newest last. */
  private readonly past: WorkingOrder[] = [];
  private readonly i: number;
  private readonly fee: number;
  private issued = 0;
  /** When an order was refused for want of money, since when none was filled and none ended; 0: none was. */
  private scarceAt = 0;

  /** `fee`: the higher one, as a fraction. */
  constructor(i: number, fee: number) {
    this.i = i;
    this.fee = fee;
  }

  /** Not while the desk is mute: nothing would be heard of it. `last`: the price now. */
  place(desk: Desk, purpose: string, request: Omit<OrderRequest, "i">, last: number): void {
    this.issued += 1;
    const tag = `${purpose}${this.i === 0 ? "" : `@${this.i}`} #${this.issued}`;
    const { side, quantity, price = 0 } = request;
    this.live.push({
      tag,
      purpose,
      buys: side === "buy",
      price,
      worth: (price > 0 ? price : last * COLLAR_ROOM) * (1 + this.fee),
      quantity,
      at: desk.now,
      filled: 0,
      known: false,
      cancelling: false,
    });
    desk.place({ i: this.i, ...request }, tag);
  }

  /** Once. It stays in the account until its end is heard. */
  cancel(desk: Desk, order: WorkingOrder): void {
    if (order.cancelling || desk.mute) return;
    order.cancelling = true;
    desk.cancel(order.tag);
  }

  cancelAll(desk: Desk): void {
    for (const order of this.live) this.cancel(desk, order);
  }

  /** What an update means for one of these orders: newly filled base units, and whether it has ended; undefined for others. */
  hear({ i, tag, status, filled, reason }: OrderUpdate): Heard | undefined {
    if (i !== this.i) return undefined;
    const place = this.live.findIndex((order) => order.tag === tag);
    const order = this.live[place];
    if (order === undefined) return this.late(tag, filled);
    order.known = true;
    const more = Math.max(0, filled - order.filled);
    order.filled += more;
    const ended = status !== "approved" && status !== "open" && status !== "partial";
    if (ended) {
      this.live.splice(place, 1);
      this.past.push(order);
      if (this.past.length > PAST_MAX) this.past.shift();
    }
    if (status === "blocked" && reason === "capital") this.scarceAt = order.at;
    else if (more > 0 || ended) this.scarceAt = 0;
    const wished = more > 0 || status === "filled" || (ended && order.cancelling);
    return { order, filled: more, ended, wished };
  }

  /** A fill that is told after the order's end. Anything else of such an order is no news. */
  private late(tag: string, filled: number): Heard | undefined {
    const order = this.past.find((one) => one.tag === tag);
    if (order === undefined || filled <= order.filled) return undefined;
    const more = filled - order.filled;
    order.filled = filled;
    return { order, filled: more, ended: true, wished: true };
  }

  /** Whether money was wanting, and nothing has changed since; now and then it is asked for all the same. */
  scarce(now: number): boolean {
    return this.scarceAt > 0 && now - this.scarceAt < SCARCE_MS;
  }

  /** Whether some order has waited too long to be heard of. */
  overdue(now: number): boolean {
    for (const order of this.live) if (!order.known && now - order.at > UNHEARD_MS) return true;
    return false;
  }

  /**
   * Makes the account that of the portfolio: orders that do not stand are forgotten, those that stand and are missing are taken
   * in. True when anything changed: fills may have been missed.
   */
  settle(desk: Desk): boolean {
    const standing = new Map<string, OpenOrder>();
    for (const order of desk.orders()) if (order.i === this.i) standing.set(order.tag, order);
    const before = this.live.length;
    const kept = this.live.filter(({ tag }) => standing.has(tag));
    let changed = kept.length < before;
    for (const order of kept) standing.delete(order.tag);
    this.live.splice(0, before, ...kept);
    for (const { tag, side, price, remaining } of standing.values()) {
      const parts = tagShape.exec(tag);
      if (parts === null) continue;
      changed = true;
      this.issued = Math.max(this.issued, Number(parts[2]));
      const [purpose, buys] = [parts[1]!, side === "buy"];
      const rest = { quantity: remaining, at: desk.now, filled: 0, known: true, cancelling: false };
      this.live.push({ tag, purpose, buys, price, worth: price * (1 + this.fee), ...rest });
    }
    return changed;
  }

  /** Quote that standing buys may still spend. */
  get bid(): number {
    let sum = 0;
    for (const order of this.live) if (order.buys) sum += (order.quantity - order.filled) * order.worth;
    return sum;
  }

  /** Base units that standing sells may still take. */
  get offered(): number {
    let sum = 0;
    for (const order of this.live) if (!order.buys) sum += order.quantity - order.filled;
    return sum;
  }

  save(): unknown {
    return { issued: this.issued, scarceAt: this.scarceAt, live: this.live, past: this.past };
  }

  load(saved: unknown, field: string): void {
    const from = readObject(saved, field);
    this.issued = readCount(from["issued"], `${field}.issued`);
    // Older states remember neither.
    const { scarceAt = 0, live, past = [] } = from;
    this.scarceAt = readNotNegative(scarceAt, `${field}.scarceAt`);
    this.live.splice(0, this.live.length, ...readOrders(live, `${field}.live`));
    this.past.splice(0, this.past.length, ...readOrders(past, `${field}.past`));
  }
}

export interface Heard {
  readonly order: WorkingOrder;
  readonly filled: number;
  readonly ended: boolean;
  /** A fill, or an end that was asked for. What else ends is not answered at once: that could go round for ever. */
  readonly wished: boolean;
}

const readOrders = (raw: unknown, field: string): readonly WorkingOrder[] => {
  if (!Array.isArray(raw)) throw new Invalid(field, "a list of orders", raw);
  return raw.map((one, k) => readOrder(one, `${field}[${k}]`));
};

const readOrder = (raw: unknown, field: string): WorkingOrder => {
  const from = readObject(raw, field);
  const tag = readText(from["tag"], tagShape, `${field}.tag`);
  return {
    tag,
    purpose: tagShape.exec(tag)![1]!,
    buys: from["buys"] === true,
    price: readNotNegative(from["price"], `${field}.price`),
    worth: readNotNegative(from["worth"], `${field}.worth`),
    quantity: readPositive(from["quantity"], `${field}.quantity`),
    at: readNumber(from["at"], `${field}.at`),
    filled: readNotNegative(from["filled"], `${field}.filled`),
    known: from["known"] === true,
    cancelling: from["cancelling"] === true,
  };
};

/**
 * Stops and take-profits of futures: they wait beside the book, unseen by the venue and without margin, and become orders of it when
 * a print reaches their price. Stops wait for a price against the position that they would close, take-profits for one in its
 * favour. One that closes the position looks for its size only then. Contract and mark price are the same here: the last print.
 */
import type { NewOrder } from "../../simulation/venue/venue.ts";
import { placementError } from "./admission.ts";
import type { House } from "./house.ts";
import type { FuturesTelling } from "./telling.ts";

export type ConditionalType = "STOP" | "STOP_MARKET" | "TAKE_PROFIT" | "TAKE_PROFIT_MARKET";

export interface NewConditional {
  readonly type: ConditionalType;
  readonly stopTicks: number;
  readonly closePosition: boolean;
  readonly workingType: string;
  /** What is sent when it triggers; its lots are 0 where it closes the position. */
  readonly order: NewOrder;
}

export type ConditionalStatus = "NEW" | "CANCELED" | "TRIGGERED" | "FINISHED" | "EXPIRED" | "REJECTED";

export interface Conditional extends NewConditional {
  readonly id: number;
  readonly at: number;
  status: ConditionalStatus;
  updatedAt: number;
  /** 0 until it triggers. */
  triggeredAt: number;
  /** Of the order that it became, else 0. */
  orderId: number;
  /** Why it became none. */
  reason: string;
}

/** Whether it waits for a price from below. */
const rises = ({ type, order }: NewConditional): boolean =>
  type.startsWith("STOP") === (order.side === "buy");

const KEPT_MAX = 10_000;

export class Conditionals {
  readonly #house: House;
  readonly #telling: FuturesTelling;
  readonly #now: () => number;
  readonly #open = new Map<string, Set<Conditional>>();
  #all: Conditional[] = [];
  #due: Conditional[] = [];
  #ids = 0;

  constructor(house: House, telling: FuturesTelling, now: () => number) {
    this.#house = house;
    this.#telling = telling;
    this.#now = now;
  }

  reached(one: NewConditional, ticks: number): boolean {
    return ticks !== 0 && (rises(one) ? ticks >= one.stopTicks : ticks <= one.stopTicks);
  }

  /** Of an account, oldest first. */
  all(account: string, symbol?: string): readonly Conditional[] {
    return this.#all.filter(
      ({ order }) => order.account === account && (symbol === undefined || order.symbol === symbol),
    );
  }

  open(account: string, symbol?: string): readonly Conditional[] {
    return this.all(account, symbol).filter(({ status }) => status === "NEW");
  }

  find(
    account: string,
    by: { readonly id: number } | { readonly clientId: string },
  ): Conditional | undefined {
    return this.#all.findLast(
      ({ id, order }) =>
        order.account === account && ("id" in by ? id === by.id : order.clientId === by.clientId),
    );
  }

  place(asked: NewConditional): Conditional {
    this.#ids += 1;
    const at = this.#now();
    const one: Conditional = {
      ...asked,
      id: this.#ids,
      at,
      status: "NEW",
      updatedAt: at,
      triggeredAt: 0,
      orderId: 0,
      reason: "",
    };
    this.#all.push(one);
    if (this.#all.length > KEPT_MAX)
      this.#all = this.#all.filter(({ status }, k) => status === "NEW" || k >= KEPT_MAX / 2);
    const { symbol } = asked.order;
    const beside = this.#open.get(symbol);
    if (beside === undefined) this.#open.set(symbol, new Set([one]));
    else beside.add(one);
    this.#telling.conditional(one);
    return one;
  }

  /** False when it waits no longer. */
  cancel(one: Conditional): boolean {
    if (one.status !== "NEW") return false;
    this.#end(one, "CANCELED");
    return true;
  }

  print(symbol: string, ticks: number): void {
    for (const one of this.#open.get(symbol) ?? [])
      if (this.reached(one, ticks)) {
        this.#open.get(symbol)!.delete(one);
        this.#due.push(one);
      }
  }

  /** Sends what has triggered; true when there was any. */
  fire(): boolean {
    const due = this.#due;
    this.#due = [];
    for (const one of due) if (one.status === "NEW") this.#send(one);
    return due.length > 0;
  }

  forget(account: string): void {
    this.#all = this.#all.filter(({ order }) => order.account !== account);
    for (const open of this.#open.values())
      for (const one of open) if (one.order.account === account) open.delete(one);
  }

  #send(one: Conditional): void {
    const house = this.#house;
    one.triggeredAt = this.#now();
    const lots = one.closePosition ? house.room({ ...one.order, reduceOnly: true }) : one.order.lots;
    if (lots === 0) {
      this.#end(one, "EXPIRED", "nothing to close");
      return;
    }
    const order = { ...one.order, lots };
    const error = placementError(house, order);
    if (error !== undefined) {
      this.#end(one, "REJECTED", error.message);
      return;
    }
    const submitted = house.venue.submit(order, one.triggeredAt);
    if (!submitted.ok) {
      this.#end(one, "REJECTED", submitted.detail);
      return;
    }
    one.orderId = submitted.order.id;
    this.#end(one, "FINISHED");
  }

  #end(one: Conditional, status: ConditionalStatus, reason = ""): void {
    this.#open.get(one.order.symbol)?.delete(one);
    one.status = status;
    one.reason = reason;
    one.updatedAt = this.#now();
    this.#telling.conditional(one);
  }
}

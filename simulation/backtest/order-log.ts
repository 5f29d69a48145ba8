/** All orders of a run, in the order in which they were approved, and the canonical lines that the hash is of. */
import type { OrderType, TimeInForce } from "../../domain/order/order.ts";
import type { Side } from "../../domain/values/values.ts";
import type { BacktestOrder } from "./settings.ts";

/** A class and not a literal: thousands of them a run have one shape from the beginning. What is 0 or NaN in it is not there yet. */
export class LoggedOrder implements BacktestOrder {
  id = "";
  pair = "";
  at = 0;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: number;
  readonly price: number;
  readonly stopPrice: number;
  readonly tag: string;
  readonly reason: string;
  closedAt = 0;
  status: BacktestOrder["status"] = "open";
  filled = 0;
  averagePrice = NaN;
  fees = 0;

  constructor(
    side: Side,
    type: OrderType,
    quantity: number,
    tag: string,
    reason: string,
    price = NaN,
    stopPrice = NaN,
    timeInForce: TimeInForce = "GTC",
  ) {
    this.side = side;
    this.type = type;
    this.timeInForce = timeInForce;
    this.quantity = quantity;
    this.price = price;
    this.stopPrice = stopPrice;
    this.tag = tag;
    this.reason = reason;
  }

  /** Whole: candles tell of no depth. */
  fill(price: number, fee: number, at: number): void {
    this.filled = this.quantity;
    this.averagePrice = price;
    this.fees = fee;
    this.close("filled", at);
  }

  close(status: BacktestOrder["status"], at: number): void {
    this.status = status;
    this.closedAt = at;
  }
}

export class OrderLog {
  readonly orders: LoggedOrder[] = [];

  approved(order: LoggedOrder, id: string, pair: string, at: number): void {
    order.id = id;
    order.pair = pair;
    order.at = at;
    this.orders.push(order);
  }
}

/**
 * One line an order: at, pair, side, type, time in force, quantity, price, stop price, tag, status, filled, average price,
 * closedAt, by tabs; numbers as the shortest decimals of their doubles, nothing where there is none. Ids are left out.
 */
export const canonicalLine = (order: BacktestOrder): string =>
  [
    order.at,
    order.pair,
    order.side,
    order.type,
    order.timeInForce,
    order.quantity,
    Number.isNaN(order.price) ? "" : order.price,
    Number.isNaN(order.stopPrice) ? "" : order.stopPrice,
    order.tag,
    order.status,
    order.filled,
    Number.isNaN(order.averagePrice) ? "" : order.averagePrice,
    order.closedAt,
  ].join("\t");

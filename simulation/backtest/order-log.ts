/** All orders of a run, in the order in which they were approved, and the canonical lines that the hash is of. */
import type { OrderType, TimeInForce } from "../../domain/order/order.ts";
import type { Side } from "../../domain/values/values.ts";
import type { BacktestOrder } from "./settings.ts";

type Approved = Pick<
  BacktestOrder,
  "side" | "type" | "timeInForce" | "quantity" | "price" | "stopPrice" | "tag" | "reason"
>;

export class LoggedOrder implements BacktestOrder {
  readonly id: string;
  readonly pair: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: number;
  readonly price: number;
  readonly stopPrice: number;
  readonly tag: string;
  readonly reason: string;
  readonly at: number;
  closedAt = 0;
  status: BacktestOrder["status"] = "open";
  filled = 0;
  averagePrice = NaN;
  fees = 0;

  constructor(id: string, pair: string, at: number, from: Approved) {
    this.id = id;
    this.pair = pair;
    this.side = from.side;
    this.type = from.type;
    this.timeInForce = from.timeInForce;
    this.quantity = from.quantity;
    this.price = from.price;
    this.stopPrice = from.stopPrice;
    this.tag = from.tag;
    this.reason = from.reason;
    this.at = at;
  }

  fill(quantity: number, price: number, fee: number): void {
    const before = this.filled;
    this.filled += quantity;
    this.averagePrice = before === 0 ? price : (this.averagePrice * before + price * quantity) / this.filled;
    this.fees += fee;
  }

  close(status: BacktestOrder["status"], at: number): void {
    this.status = status;
    this.closedAt = at;
  }
}

export class OrderLog {
  readonly orders: LoggedOrder[] = [];

  approved(id: string, pair: string, at: number, order: Approved): LoggedOrder {
    const logged = new LoggedOrder(id, pair, at, order);
    this.orders.push(logged);
    return logged;
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

/** One order of a backtest over books: as it was sent, where it stands at the venue, and what the strategy knows of it. */
import type { OrderType, TimeInForce } from "../../domain/order/order.ts";
import type { OpenOrder } from "../../domain/strategy/strategy.ts";
import type { Side } from "../../domain/values/values.ts";
import type { BacktestOrder } from "../backtest/settings.ts";

export class BookOrder implements BacktestOrder {
  readonly id: string;
  readonly pair: string;
  readonly at: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: number;
  readonly price: number;
  readonly stopPrice = NaN;
  readonly tag: string;
  readonly reason: string;
  closedAt = 0;
  status: BacktestOrder["status"] = "open";
  /** Why the venue refused it. */
  refusal = "";
  filled = 0;
  averagePrice = NaN;
  fees = 0;
  /** 0 for a market order. */
  readonly ticks: number;
  readonly lots: number;
  /** At the venue. */
  remaining: number;
  /** Lots that stand before it in its level; a model may say parts of one. */
  ahead = 0;
  /** Printed at its level since the level was last told. */
  traded = 0;
  /** Held back of the account: quote for a buy, lots for a sell. */
  reserved = 0n;
  /** Filled, as the strategy has heard. */
  heardLots = 0;
  /** As the strategy sees it, while it does. */
  readonly shown: OpenOrder & { remaining: number };

  /** `price`: NaN for a market order. */
  constructor(
    nth: number,
    pair: string,
    at: number,
    side: Side,
    type: OrderType,
    timeInForce: TimeInForce,
    quantity: number,
    price: number,
    tag: string,
    reason: string,
    ticks: number,
    lots: number,
    i = 0,
  ) {
    this.id = String(nth);
    this.pair = pair;
    this.at = at;
    this.side = side;
    this.type = type;
    this.timeInForce = timeInForce;
    this.quantity = quantity;
    this.price = price;
    this.tag = tag;
    this.reason = reason;
    this.ticks = ticks;
    this.lots = lots;
    this.remaining = lots;
    this.shown = { i, tag, side, price: Number.isNaN(price) ? 0 : price, remaining: quantity };
  }

  get isOpen(): boolean {
    return this.status === "open";
  }
}

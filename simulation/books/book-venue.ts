/**
 * The venue's side of a backtest over books: the recorded book as it stood, our orders in their queues, and what meets them. A resting
 * order is filled by trades alone: those through its price, and those at it that the lots ahead leave over. A taker walks the recorded
 * book; what it took stays gone until the level is told again. Nobody else sees our orders: prices do not move because of them.
 */
import { ASK_LEVEL, BID_LEVEL, type BookEvents, BOUGHT, CLEARED } from "../../domain/market/book-events.ts";
import type { BookMoney } from "./book-account.ts";
import type { BookOrder } from "./book-order.ts";
import { DepthLadder } from "./depth-ladder.ts";
import type { QueueModel } from "./queue-model.ts";

/** What the venue says of an order; it is on its way to the strategy then. */
export type BookNews = (
  order: BookOrder,
  status: "open" | "partial" | "filled" | "cancelled" | "expired" | "refused",
  at: number,
  filledLots: number,
  /** Of a fill; 0 otherwise. */
  ticks: number,
  reason?: string,
) => void;

export class BookVenue {
  readonly bids = new DepthLadder("buy");
  readonly asks = new DepthLadder("sell");
  /** Resting orders, best price first, of equal ones the oldest. */
  private readonly buys: BookOrder[] = [];
  private readonly sells: BookOrder[] = [];
  private readonly at: Float64Array;
  private readonly kind: Uint8Array;
  private readonly ticks: Int32Array;
  private readonly lots: Float64Array;
  private readonly account: BookMoney;
  private readonly model: QueueModel;
  private readonly tell: BookNews;

  constructor(events: BookEvents, account: BookMoney, model: QueueModel, tell: BookNews) {
    this.at = events.at;
    this.kind = events.kind;
    this.ticks = events.ticks;
    this.lots = events.lots;
    this.account = account;
    this.model = model;
    this.tell = tell;
  }

  /** The recorded event of this index happens. */
  happen(index: number): void {
    const kind = this.kind[index]!;
    const ticks = this.ticks[index]!;
    const lots = this.lots[index]!;
    if (kind === BID_LEVEL) {
      if (this.buys.length === 0) this.bids.set(ticks, lots);
      else this.requeue(this.buys, ticks, this.bids.set(ticks, lots), lots);
    } else if (kind === ASK_LEVEL) {
      if (this.sells.length === 0) this.asks.set(ticks, lots);
      else this.requeue(this.sells, ticks, this.asks.set(ticks, lots), lots);
    } else if (kind === CLEARED) {
      this.bids.clear();
      this.asks.clear();
    } else if (kind === BOUGHT) {
      if (this.sells.length > 0) this.share(this.sells, 1, ticks, lots, this.at[index]!);
    } else if (this.buys.length > 0) this.share(this.buys, -1, ticks, lots, this.at[index]!);
  }

  /** An order has come. */
  arrive(order: BookOrder, at: number): void {
    const { account } = this;
    const buys = order.side === "buy";
    const against = buys ? this.asks : this.bids;
    const market = order.type === "market";
    const meets = (ticks: number): boolean => market || (buys ? ticks <= order.ticks : ticks >= order.ticks);
    const takes = against.best !== 0 && meets(against.best);
    const refusal = this.refusalOf(order, takes, meets);
    if (refusal !== undefined) {
      this.end(order, "refused", at, refusal);
      return;
    }
    if (order.timeInForce === "FOK" && !market && this.onOffer(against, meets, order.lots) < order.lots) {
      this.end(order, "expired", at);
      return;
    }
    if (!account.hold(order)) {
      this.end(order, "refused", at, "insufficient-balance");
      return;
    }
    this.tell(order, "open", at, 0, 0);
    if (takes) this.take(order, against, meets, at);
    if (order.remaining === 0) return;
    if (market || order.timeInForce === "IOC" || order.timeInForce === "FOK") {
      account.release(order);
      this.end(order, "expired", at);
    } else this.rest(order);
  }

  /** A wish to cancel has come; nothing where the order is no longer there. */
  cancel(order: BookOrder, at: number): void {
    const resting = order.side === "buy" ? this.buys : this.sells;
    const index = resting.indexOf(order);
    if (index < 0) return;
    resting.splice(index, 1);
    this.account.release(order);
    this.end(order, "cancelled", at);
  }

  private refusalOf(order: BookOrder, takes: boolean, meets: (ticks: number) => boolean): string | undefined {
    const market = order.type === "market";
    const own = order.side === "buy" ? this.sells : this.buys;
    if (order.lots < 1) return "filter-quantity";
    if (!market && order.ticks < 1) return "filter-price";
    if (order.timeInForce === "PO" && !market && takes) return "would-take";
    return own.length > 0 && meets(own[0]!.ticks) ? "self-trade" : undefined;
  }

  private rest(order: BookOrder): void {
    const buys = order.side === "buy";
    order.ahead = (buys ? this.bids : this.asks).at(order.ticks);
    const resting = buys ? this.buys : this.sells;
    let index = resting.length;
    while (
      index > 0 &&
      (buys ? resting[index - 1]!.ticks < order.ticks : resting[index - 1]!.ticks > order.ticks)
    )
      index -= 1;
    resting.splice(index, 0, order);
  }

  /** The level of our orders was told anew. */
  private requeue(resting: readonly BookOrder[], ticks: number, before: number, lots: number): void {
    for (let k = 0; k < resting.length; k += 1) {
      const order = resting[k]!;
      if (order.ticks !== ticks) continue;
      // What has printed there is gone from the level too, and from the queue already.
      const stood = Math.max(order.ahead, before - order.traded);
      order.traded = 0;
      order.ahead =
        lots < stood
          ? this.model.aheadAfter(order.ahead, stood - order.ahead, stood - lots)
          : Math.min(order.ahead, lots);
    }
  }

  /** A trade's lots go to our orders once: by price, then time. `sign`: 1 where higher prices are worse for a buyer of ours. */
  private share(resting: BookOrder[], sign: 1 | -1, ticks: number, lots: number, at: number): void {
    let taken = 0;
    for (let k = 0; k < resting.length;) {
      const order = resting[k]!;
      const beyond = (ticks - order.ticks) * sign;
      if (beyond < 0) return;
      let offered = lots - taken;
      if (beyond > 0) order.ahead = 0;
      else {
        offered = Math.floor(offered - order.ahead);
        order.ahead = Math.max(0, order.ahead - lots);
        order.traded += lots;
      }
      const filled = Math.min(order.remaining, offered);
      if (filled > 0) {
        taken += filled;
        this.fill(order, order.ticks, filled, true, at);
      }
      if (order.remaining === 0) resting.splice(k, 1);
      else k += 1;
    }
  }

  private take(order: BookOrder, against: DepthLadder, meets: (ticks: number) => boolean, at: number): void {
    while (order.remaining > 0 && against.best !== 0 && meets(against.best)) {
      const ticks = against.best;
      const there = against.at(ticks);
      const wanted = Math.min(order.remaining, there);
      const lots = this.account.affordable(order, ticks, wanted);
      if (lots > 0) {
        against.set(ticks, there - lots);
        this.fill(order, ticks, lots, false, at);
      }
      if (lots < wanted) return;
    }
  }

  private onOffer(against: DepthLadder, meets: (ticks: number) => boolean, enough: number): number {
    let sum = 0;
    for (let ticks = against.best; ticks !== 0 && meets(ticks) && sum < enough; ticks = against.beyond(ticks))
      sum += against.at(ticks);
    return sum;
  }

  private fill(order: BookOrder, ticks: number, lots: number, maker: boolean, at: number): void {
    this.account.fill(order, ticks, lots, maker, at);
    this.tell(order, "partial", at, order.lots - order.remaining, ticks);
    if (order.remaining === 0) this.end(order, "filled", at);
  }

  private end(
    order: BookOrder,
    status: "filled" | "cancelled" | "expired" | "refused",
    at: number,
    reason?: string,
  ): void {
    order.status = status;
    order.closedAt = at;
    if (reason !== undefined) order.refusal = reason;
    this.tell(order, status, at, order.lots - order.remaining, 0, reason);
  }
}

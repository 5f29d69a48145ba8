/** A strategy's trader behind the desk that it has live, in a backtest over one book or several: what it is told, and what becomes of what it asks for. */
import type { ClosedCandle } from "../../domain/market/candle-series.ts";
import { PROTECT_TAG } from "../../domain/portfolio/protection.ts";
import { type Ask, TraderDesk } from "../../domain/strategy/desk.ts";
import type { Trader } from "../../domain/strategy/strategy.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { Timestamp } from "../../domain/values/values.ts";
import type { BookOrder } from "./book-order.ts";
import type { BookView } from "./book-view.ts";
import type { Answer } from "./delayed.ts";
import { KeptStops } from "./kept-stops.ts";

/** What becomes an order. */
export type OrderAsk = Extract<Ask, { readonly type: "place" | "aim" }>;

export abstract class TraderRun {
  protected readonly trader: Trader;
  protected readonly desk: TraderDesk;
  protected readonly stops = new KeptStops();
  protected readonly orders: BookOrder[] = [];
  protected now = 0;
  protected wakeAt = Infinity;

  /** `count`: of its instruments. */
  constructor(trader: Trader, count: number) {
    this.trader = trader;
    this.desk = new TraderDesk(count);
  }

  /** What the desk shows, before each call. */
  protected abstract mark(): void;
  /** Sends it on its way. `reason`: of what a strategy did not place itself. */
  protected abstract order(ask: OrderAsk, reason: string): void;
  protected abstract cancel(tag: string): void;
  /** A stop was wished: trades of this instrument are to be heard from now on, whatever the strategy hears. */
  protected abstract listen(): void;
  /** Sells what its stop asks for. */
  protected abstract watch(i: number): void;

  /** What was asked goes on its way. */
  protected send(): void {
    const asks = this.desk.take();
    if (asks.length === 0) return;
    for (let k = 0; k < asks.length; k += 1) this.take(asks[k]!);
    for (const ask of asks) if (ask.type === "protect") this.watch(ask.i);
  }

  protected hand(closed: readonly ClosedCandle[], i: number): void {
    for (const { timeframe, candle } of closed) {
      this.mark();
      this.trader.onCandle(candle, i, timeframe, this.desk);
      this.send();
    }
  }

  protected ring(): void {
    const at = this.wakeAt as Timestamp;
    this.wakeAt = Infinity;
    if (this.trader.onTimer === undefined) return;
    this.mark();
    this.trader.onTimer(at, this.desk);
    this.send();
  }

  /** News of an order, and what that means for the stop of its instrument. */
  protected hear({ order, status, filledLots, ticks, reason }: Answer, i: number, view: BookView): void {
    if (this.stops.watching) {
      const over = status !== "open" && status !== "partial";
      if (over && order.tag === PROTECT_TAG) this.stops.ended(i, filledLots, this.now);
      this.watch(i);
    }
    if (this.trader.onOrder === undefined) return;
    this.mark();
    const { tag, side } = order;
    const price = status === "open" ? order.shown.price : view.priceOf(ticks);
    const update = { i, tag, status, side, filled: view.quantityOf(filledLots), price };
    this.trader.onOrder(reason === undefined ? update : { ...update, reason }, this.desk);
    this.send();
  }

  private take(ask: Ask): void {
    if (ask.type === "wake") this.wakeAt = Math.min(this.wakeAt, Math.max(ask.at, this.now + 1));
    else if (ask.type === "protect") {
      this.stops.wish(ask);
      this.listen();
    } else if (ask.type === "cancel") {
      if (ask.tag !== PROTECT_TAG) this.cancel(ask.tag);
    } else if (ask.type === "place" && ask.tag === PROTECT_TAG)
      throw new Invalid("place.tag", "another name than that of the stop of a position", ask.tag);
    else this.order(ask, "");
  }
}

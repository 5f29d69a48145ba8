/** The orders of contracts in doubles: how they are placed, remembered and ended. What they are for is in float-contract-books.ts. */
import type { OpenOrder } from "../../../domain/strategy/strategy.ts";
import type { CandleVenue } from "../candle-venue.ts";
import { FloatNews } from "../float-news.ts";
import { keepTargets } from "../float-targets.ts";
import type { Ask } from "../../../domain/strategy/desk.ts";
import { LiveOrder, named, openOrder, Standing, type Role } from "../float-orders.ts";
import type { LoggedOrder } from "../order-log.ts";
import type { Unfilled } from "../venue-order.ts";
import { FloatContractLedger } from "./float-contract-ledger.ts";
import type { ContractBooksOf } from "./of.ts";

const NO_ORDERS: readonly OpenOrder[] = [];

export class FloatContractOrders {
  readonly positions: Float64Array;
  protected readonly of: ContractBooksOf;
  protected readonly ledger: FloatContractLedger;
  protected readonly marks: Float64Array;
  protected readonly standings: readonly Standing[];
  protected readonly news: FloatNews;
  protected venue!: CandleVenue<LiveOrder>;
  private issued = 0;

  constructor(of: ContractBooksOf, heard: boolean) {
    const { pairs, settings, terms, worths } = of;
    this.of = of;
    this.ledger = new FloatContractLedger(pairs, settings, terms, worths);
    this.positions = this.ledger.positions;
    this.marks = new Float64Array(pairs.length).fill(NaN);
    this.standings = pairs.map(() => new Standing());
    this.news = new FloatNews(heard);
  }

  openOrders(): readonly OpenOrder[] {
    return this.ledger.live.length === 0 ? NO_ORDERS : this.ledger.live.map(openOrder);
  }

  /** Gives it the next id. */
  protected log(i: number, logged: LoggedOrder, at: number): void {
    this.issued += 1;
    this.of.logs.orders.approved(logged, String(this.issued), this.of.pairs[i]!, at);
  }

  protected submit(i: number, logged: LoggedOrder, role: Role, reduces: boolean): void {
    const reserved = reduces ? logged.quantity : this.ledger.costOf(logged, this.marks[i]!, i);
    this.log(i, logged, this.venue.now);
    const order = new LiveOrder(i, logged, reserved);
    this.standings[i]!.takes(order, role);
    this.ledger.add(order, reduces);
    this.news.tell(order, "approved", logged.price > 0 ? logged.price : 0);
    for (const own of this.ledger.inTheWay(order, this.marks[i]!)) this.venue.cancel(own);
    this.venue.place(order);
  }

  protected closed(order: LiveOrder, status: "filled" | Unfilled, at: number): void {
    this.ledger.remove(order);
    order.logged.close(status, at);
    this.standings[order.i]!.ends(order);
  }

  /** A price that is seen, by the market's own way or by a proposal. */
  protected mark(i: number, price: number): void {
    this.marks[i] = price;
    this.standings[i]!.targets.reach(price, this.positions[i]!);
  }

  protected protect(ask: Extract<Ask, { type: "protect" }>): void {
    this.standings[ask.i]!.protect(ask, this.positions[ask.i]!, this.marks[ask.i]!);
  }

  protected keepTargets(i: number, standing: Standing): void {
    keepTargets(standing, {
      free: () => this.ledger.closable(i),
      cancel: (stop) => this.venue.cancel(stop),
      submit: (sale) => this.submit(i, sale, "target", true),
    });
  }

  protected cancelTag(tag: string): void {
    for (const order of named(this.ledger.live, tag)) this.venue.cancel(order);
  }
}

/** The orders of contracts in doubles: how they are placed, remembered and ended. What they are for is in float-contract-books.ts. */
import { PROTECT_TAG } from "../../../domain/portfolio/protection.ts";
import type { OpenOrder } from "../../../domain/strategy/strategy.ts";
import type { CandleVenue } from "../candle-venue.ts";
import { FloatNews } from "../float-news.ts";
import { LiveOrder, openOrder, Standing, type Role } from "../float-orders.ts";
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
    const standing = this.standings[i]!;
    if (role === "aim") {
      standing.order = order;
      standing.refused = "";
    } else if (role === "stop") standing.stop = order;
    this.ledger.add(order, reduces);
    this.news.tell(order, "approved", logged.price > 0 ? logged.price : 0);
    for (const own of this.ledger.inTheWay(order, this.marks[i]!)) this.venue.cancel(own);
    this.venue.place(order);
  }

  protected closed(order: LiveOrder, status: "filled" | Unfilled, at: number): void {
    this.ledger.remove(order);
    order.logged.close(status, at);
    const standing = this.standings[order.i]!;
    if (standing.order === order) standing.order = undefined;
    if (standing.stop === order) standing.stop = undefined;
  }

  protected cancelTag(tag: string): void {
    for (const order of [...this.ledger.live])
      if (order.logged.tag === tag && tag !== PROTECT_TAG) this.venue.cancel(order);
  }
}

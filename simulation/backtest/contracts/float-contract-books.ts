/**
 * The portfolio's rules for contracts in doubles, without grid and journal. As float-books.ts has it for spot, but an aim may be
 * below zero; from one side to the other it goes by way of flat; what opens reserves margin = quantity * worst price * (1 /
 * leverage + fee), what closes reserves a part of the position; and what the margin no longer carries is liquidated.
 */
import { checkTag } from "../../../domain/portfolio/tags.ts";
import { AIM_TAG } from "../../../domain/portfolio/draft.ts";
import type { Ask } from "../../../domain/strategy/desk.ts";
import type { Books, Hear } from "../books.ts";
import type { CandleVenue } from "../candle-venue.ts";
import { LiveOrder, stopOrder, type Standing } from "../float-orders.ts";
import { LoggedOrder } from "../order-log.ts";
import type { Unfilled, VenueNews } from "../venue-order.ts";
import { FloatContractOrders } from "./float-contract-orders.ts";
import { guardPositions } from "./float-guards.ts";
import { LIQUIDATION, type Guards } from "./guards.ts";
import { CarryClock } from "./carry-clock.ts";
import type { ContractBooksOf } from "./of.ts";
import { partnersOf } from "./partners.ts";

export class FloatContractBooks extends FloatContractOrders implements Books, VenueNews<LiveOrder> {
  readonly #hear: Hear;
  readonly #clock: CarryClock;
  readonly #partners: readonly number[];
  #guards!: Guards;
  #depth = 0;

  constructor(of: ContractBooksOf, hear: Hear, heard: boolean) {
    super(of, heard);
    const { pairs, terms } = of;
    this.#hear = hear;
    this.#clock = new CarryClock(pairs, terms);
    this.#partners = partnersOf(pairs, terms.marginMode);
  }

  get refusals(): ReadonlyMap<string, number> {
    return this.news.refusals;
  }

  get cash(): number {
    return this.ledger.cash;
  }

  connect(venue: CandleVenue<LiveOrder>): void {
    this.venue = venue;
    this.#guards = this.of.guards(venue);
  }

  propose(asks: readonly Ask[]): void {
    for (let i = 0; i < this.marks.length; i += 1) this.mark(i, this.venue.last[i]!);
    this.#depth += 1;
    for (const ask of asks)
      if (ask.type === "aim") this.#aim(ask.i, ask.exposure, ask.reason);
      else if (ask.type === "cancel") this.cancelTag(ask.tag);
      else if (ask.type === "protect") this.protect(ask);
      else if (ask.type === "place") this.#place(ask);
    this.#done();
  }

  seen(i: number, price: number): void {
    this.#depth += 1;
    this.mark(i, price);
    this.#settle();
    this.#depth -= 1;
  }

  told(): void {
    this.#hear(this.news.take());
  }

  accepted(order: LiveOrder): void {
    this.#depth += 1;
    this.news.tell(order, "open", 0);
    this.#done();
  }

  ended(order: LiveOrder, status: Unfilled, reason: string, at: number): void {
    this.#depth += 1;
    this.news.tell(order, status, 0, reason);
    this.closed(order, status, at);
    this.#done();
  }

  filled(order: LiveOrder, price: number, maker: boolean, at: number): void {
    const { i } = order;
    this.#depth += 1;
    if (this.#guards.isGuard(order)) this.#liquidate(i, price, at);
    else if (this.#guards.passed(i, price)) {
      this.ended(order, "expired", LIQUIDATION, at);
      this.#liquidate(i, this.#guards.price(i), at);
    } else this.#fill(order, price, maker, at);
    this.#done();
  }

  carry(at: number): boolean {
    const { positions } = this;
    let changed = this.#clock.look(at, positions, (i, carry, rate, mark) => this.#pay(i, carry, rate, mark));
    this.#depth += 1;
    for (let i = 0; i < positions.length; i += 1) {
      const late = this.#guards.late(i);
      if (Number.isNaN(late)) continue;
      this.#liquidate(i, late, at);
      changed = true;
    }
    // Under cross margin each price moves the others' liquidation.
    if (this.ledger.margin.cross) this.#guardAll();
    this.#done();
    return changed;
  }

  #pay(i: number, carry: "funding" | "interest", rate: number, recorded: number): void {
    const mark = Number.isNaN(recorded) ? this.venue.last[i]! : recorded;
    this.of.logs.trades.carried(i, this.ledger.pay(i, carry, rate, mark));
  }

  #fill(order: LiveOrder, price: number, maker: boolean, at: number): void {
    const { i, buys, quantity, logged } = order;
    const reduced = this.ledger.reduces(order);
    logged.fill(price, this.ledger.fill(i, buys, quantity, price, maker), at);
    this.of.logs.trades.filled(i, logged);
    this.standings[i]!.targets.traded(order, this.positions[i]!);
    this.news.tell(order, "partial", price);
    this.news.tell(order, "filled", 0);
    const standing = this.standings[i]!;
    const aimed = standing.order === order;
    this.closed(order, "filled", at);
    if (!reduced) standing.held = true;
    // It closed one side on the way to the other.
    else if (aimed && (buys ? standing.exposure > 0 : standing.exposure < 0))
      standing.waiting ??= { exposure: standing.exposure, reason: order.logged.reason };
    for (const over of this.ledger.excess(i)) this.venue.cancel(over);
    this.#guardAll();
  }

  /** Under cross margin the other leg of its contract goes with it. */
  #liquidate(i: number, told: number, at: number): void {
    const price = this.#guards.bounded(i, told);
    this.#closeOut(i, price, at);
    const partner = this.#partners[i]!;
    if (partner >= 0) this.#closeOut(partner, price, at);
    this.#guardAll();
  }

  #closeOut(i: number, price: number, at: number): void {
    const held = this.positions[i]!;
    if (held === 0) return;
    for (const order of [...this.ledger.live]) if (order.i === i) this.venue.cancel(order);
    const side = held > 0 ? "sell" : "buy";
    const quantity = Math.abs(held);
    const logged = new LoggedOrder(side, "market", quantity, LIQUIDATION, LIQUIDATION);
    this.log(i, logged, at);
    logged.fill(price, this.ledger.fill(i, held < 0, quantity, price, false), at);
    this.of.logs.trades.filled(i, logged);
    this.news.tell(new LiveOrder(i, logged, 0), "filled", price);
  }

  #guardAll(): void {
    guardPositions(this.#guards, this.ledger, this.#partners, this.venue.last);
  }

  /** Only when all that a change brought with it is done, the trader hears of it. */
  #done(): void {
    if (this.#depth === 1) {
      this.#settle();
      this.#depth = 0;
      this.told();
    } else this.#depth -= 1;
  }

  #settle(): void {
    for (let i = 0; i < this.standings.length; i += 1) {
      const standing = this.standings[i]!;
      const { waiting } = standing;
      if (waiting !== undefined && standing.order === undefined) {
        standing.waiting = undefined;
        this.#aim(i, waiting.exposure, waiting.reason);
      }
      if (standing.protects) {
        this.keepTargets(i, standing);
        this.#keepStop(i, standing);
      }
      standing.targets.watch(this.venue, i, this.positions[i]!);
    }
  }

  #aim(i: number, exposure: number, reason: string): void {
    const standing = this.standings[i]!;
    standing.exposure = exposure;
    if (standing.order !== undefined) {
      standing.waiting = { exposure, reason };
      return;
    }
    const price = this.marks[i]!;
    if (!(price > 0)) {
      this.news.refuse(i, AIM_TAG, exposure > 0 ? "buy" : "sell", "no-mark", standing);
      return;
    }
    this.#change(i, this.ledger.change(i, exposure, this.marks), price, reason);
    if (this.ledger.barred(i, exposure))
      this.news.refuse(i, AIM_TAG, exposure > 0 ? "buy" : "sell", "reduce-only", standing);
  }

  #change(i: number, change: number, price: number, reason: string): void {
    if (change === 0) return;
    const standing = this.standings[i]!;
    const side = change > 0 ? "buy" : "sell";
    const size = Math.abs(change);
    const closes = this.ledger.against(i, change > 0);
    if (closes && standing.stop !== undefined && size > this.ledger.closable(i))
      this.venue.cancel(standing.stop);
    const most = closes ? this.ledger.closable(i) : this.ledger.affordable(price, i, this.marks);
    const quantity = Math.min(size, most);
    if (quantity > 0)
      this.submit(i, new LoggedOrder(side, "market", quantity, AIM_TAG, reason), "aim", closes);
    else this.news.refuse(i, AIM_TAG, side, closes ? "reduce-only" : "capital", standing);
  }

  #place({ request, tag }: Extract<Ask, { type: "place" }>): void {
    checkTag(tag, "place.tag");
    const { i, side, type, quantity, price = NaN, stopPrice = NaN, timeInForce = "GTC" } = request;
    const wish = new LoggedOrder(side, type, quantity, tag, tag, price, stopPrice, timeInForce);
    const { refused, reduces } = this.ledger.placed(i, wish, this.marks);
    if (refused !== undefined) this.news.refuse(i, tag, side, refused);
    else this.submit(i, wish, "placed", reduces);
  }

  #keepStop(i: number, standing: Standing): void {
    const held = this.positions[i]!;
    const side = held < 0 ? "buy" : "sell";
    const others = this.ledger.closable(i) + (standing.stop?.reserved ?? 0);
    const covers = Number.isNaN(standing.stopPrice) ? 0 : Math.min(Math.abs(held), others);
    const { stop } = standing;
    if (stop !== undefined) {
      const { quantity, stopPrice } = stop;
      const right = Number.isNaN(stopPrice)
        ? quantity <= covers
        : quantity === covers && stopPrice === standing.stopPrice;
      if (right && stop.logged.side === side) return;
      this.venue.cancel(stop);
    }
    if (held === 0 && !this.ledger.grows(i) && (standing.held || standing.exposure === 0)) {
      standing.stopPrice = NaN;
      standing.targets.forget();
      return;
    }
    if (!(covers > 0)) return;
    this.submit(i, stopOrder(standing, side, covers, this.marks[i]!), "stop", true);
  }
}

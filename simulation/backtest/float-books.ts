/**
 * The portfolio's rules in doubles, without grid and without journal: fast, for bulk. It is defined to the bit, so that a bulk
 * evaluator can equal it. All sums run over markets, or over orders in the order of their placing, from 0 upwards.
 *
 *   price     the last price of the market when the trader last asked for something; equity = cash + sum of position * price over positions that are not 0
 *   aim x     target = x <= 0 or equity <= 0 ? 0 : x * equity / price; change = target - position
 *             change > 0: buys min(change, free / (price * 1.02 * (1 + fee))) at the market; free = cash - what is reserved
 *             change < 0: sells min(-change, position - what other orders sell) at the market
 *   reserve   of a buy: quantity * worst * (1 + fee); worst is its limit, else its stop or the price times 1.02
 *   fee       max(maker, taker) / 10,000 in reserves; price * quantity * (maker or taker) / 10,000 when filled
 *   fill      buy: cash -= price * quantity + fee, position += quantity; sell: cash += price * quantity - fee, position -= quantity
 *
 * As in the portfolio: one order at a time for an aim, a later wish waits for it; a stop in the way of a sale is cancelled first;
 * a protected position has one stop of its size, and targets (float-targets.ts) for which that makes way; own resting limits that a new order would meet (a market order reaches 0.5 % beyond
 * the price) are cancelled first.
 */
import { checkTag } from "../../domain/portfolio/tags.ts";
import { AIM_TAG } from "../../domain/portfolio/draft.ts";
import type { Ask } from "../../domain/strategy/desk.ts";
import type { OpenOrder } from "../../domain/strategy/strategy.ts";
import type { Books, Hear } from "./books.ts";
import type { CandleVenue } from "./candle-venue.ts";
import { LoggedOrder, type OrderLog } from "./order-log.ts";
import type { TradeLog } from "./trade-log.ts";
import { LiveOrder, named, openOrder, Standing, stopOrder, type Role } from "./float-orders.ts";
import { FloatNews } from "./float-news.ts";
import { keepTargets } from "./float-targets.ts";
import { FloatLedger } from "./float-ledger.ts";
import { takeOut, type Unfilled, type VenueNews } from "./venue-order.ts";

const NO_ORDERS: readonly OpenOrder[] = [];

export class FloatBooks implements Books, VenueNews<LiveOrder> {
  readonly positions: Float64Array;
  readonly #pairs: readonly string[];
  readonly #logs: { readonly orders: OrderLog; readonly trades: TradeLog };
  readonly #hear: Hear;
  #venue!: CandleVenue<LiveOrder>;
  readonly #ledger: FloatLedger;
  readonly #marks: Float64Array;
  readonly #standings: readonly Standing[];
  readonly #sellers: readonly Parameters<typeof keepTargets>[1][];
  readonly #news: FloatNews;
  #depth = 0;
  #issued = 0;

  constructor(
    pairs: readonly string[],
    settings: { readonly startingBalance: number; readonly makerBps: number; readonly takerBps: number },
    logs: { readonly orders: OrderLog; readonly trades: TradeLog },
    hear: Hear,
    heard: boolean,
  ) {
    this.#ledger = new FloatLedger(pairs.length, settings);
    this.positions = this.#ledger.positions;
    this.#marks = new Float64Array(pairs.length).fill(NaN);
    this.#pairs = pairs;
    this.#logs = logs;
    this.#hear = hear;
    this.#news = new FloatNews(heard);
    this.#standings = pairs.map(() => new Standing());
    this.#sellers = pairs.map((_, i) => ({
      free: () => this.#ledger.freeBase(i),
      cancel: (stop) => this.#venue.cancel(stop),
      submit: (sale) => this.#submit(i, sale, "target"),
    }));
  }

  get refusals(): ReadonlyMap<string, number> {
    return this.#news.refusals;
  }

  get cash(): number {
    return this.#ledger.cash;
  }

  connect(venue: CandleVenue<LiveOrder>): void {
    this.#venue = venue;
  }

  propose(asks: readonly Ask[]): void {
    const { last } = this.#venue;
    for (let i = 0; i < last.length; i += 1) this.#mark(i, last[i]!);
    this.#depth += 1;
    for (const ask of asks)
      if (ask.type === "aim") this.#aim(ask.i, ask.exposure, ask.reason);
      else if (ask.type === "cancel") this.#cancelTag(ask.tag);
      else if (ask.type === "protect")
        this.#standings[ask.i]!.protect(ask, this.positions[ask.i]!, this.#marks[ask.i]!);
      else if (ask.type === "place") this.#place(ask);
    this.#done();
  }

  seen(i: number, price: number): void {
    this.#depth += 1;
    this.#mark(i, price);
    this.#settle();
    this.#depth -= 1;
  }

  told(): void {
    this.#hear(this.#news.take());
  }

  openOrders(): readonly OpenOrder[] {
    return this.#ledger.live.length === 0 ? NO_ORDERS : this.#ledger.live.map(openOrder);
  }

  accepted(order: LiveOrder): void {
    this.#depth += 1;
    this.#news.tell(order, "open", 0);
    this.#done();
  }

  ended(order: LiveOrder, status: Unfilled, reason: string, at: number): void {
    this.#depth += 1;
    this.#news.tell(order, status, 0, reason);
    this.#closed(order, status, at);
    this.#done();
  }

  filled(order: LiveOrder, price: number, maker: boolean, at: number): void {
    this.#depth += 1;
    const { i, logged } = order;
    logged.fill(price, this.#ledger.fill(i, order.buys, logged.quantity, price, maker), at);
    this.#standings[i]!.targets.traded(order, this.positions[i]!);
    this.#logs.trades.filled(i, logged);
    this.#news.tell(order, "partial", price);
    this.#news.tell(order, "filled", 0);
    this.#closed(order, "filled", at);
    this.#done();
  }

  /** Only when all that a change brought with it is done, the trader hears of it. */
  #done(): void {
    if (this.#depth === 1) {
      this.#settle();
      this.#depth = 0;
      this.told();
    } else this.#depth -= 1;
  }

  /** What waited for an order to close is sized anew, then every protected position gets its stop. */
  #settle(): void {
    for (let i = 0; i < this.#standings.length; i += 1) {
      const standing = this.#standings[i]!;
      const { waiting } = standing;
      if (waiting !== undefined && standing.order === undefined) {
        standing.waiting = undefined;
        this.#aim(i, waiting.exposure, waiting.reason);
      }
      if (standing.protects) {
        keepTargets(standing, this.#sellers[i]!);
        this.#keepStop(i, standing);
      }
      standing.targets.watch(this.#venue, i, this.positions[i]!);
    }
  }

  /** A price that is seen, by the market's own way or by a proposal. */
  #mark(i: number, price: number): void {
    this.#marks[i] = price;
    this.#standings[i]!.targets.reach(price, this.positions[i]!);
  }

  #aim(i: number, exposure: number, reason: string): void {
    const standing = this.#standings[i]!;
    standing.exposure = exposure;
    if (standing.order !== undefined) {
      standing.waiting = { exposure, reason };
      return;
    }
    const price = this.#marks[i]!;
    const side = exposure > 0 ? "buy" : "sell";
    if (!(price > 0)) {
      this.#news.refuse(i, AIM_TAG, side, "no-mark", standing);
      return;
    }
    const change = this.#ledger.change(i, exposure, this.#marks);
    if (change > 0) {
      const quantity = Math.min(change, this.#ledger.affordable(price));
      if (quantity > 0) this.#submit(i, new LoggedOrder("buy", "market", quantity, AIM_TAG, reason), "aim");
      else this.#news.refuse(i, AIM_TAG, "buy", "capital", standing);
    } else if (change < 0) {
      if (standing.stop !== undefined && -change > this.#ledger.freeBase(i))
        this.#venue.cancel(standing.stop);
      const quantity = Math.min(-change, this.#ledger.freeBase(i));
      if (quantity > 0) this.#submit(i, new LoggedOrder("sell", "market", quantity, AIM_TAG, reason), "aim");
      else this.#news.refuse(i, AIM_TAG, "sell", "short-not-allowed", standing);
    }
    if (exposure < 0) this.#news.refuse(i, AIM_TAG, "sell", "short-not-allowed", standing);
  }

  #place({ request, tag }: Extract<Ask, { type: "place" }>): void {
    checkTag(tag, "place.tag");
    const { i, side, type, quantity, price = NaN, stopPrice = NaN, timeInForce = "GTC" } = request;
    const last = this.#marks[i]!;
    const order = new LoggedOrder(side, type, quantity, tag, tag, price, stopPrice, timeInForce);
    const refused = last > 0 ? this.#ledger.refusal(i, order, last) : "no-mark";
    if (refused !== undefined) this.#news.refuse(i, tag, side, refused);
    else this.#submit(i, order, "placed");
  }

  #keepStop(i: number, standing: Standing): void {
    const others = this.#ledger.freeBase(i) + (standing.stop?.reserved ?? 0);
    const covers = Number.isNaN(standing.stopPrice) ? 0 : Math.min(this.positions[i]!, others);
    const { stop } = standing;
    if (stop !== undefined) {
      const { quantity, stopPrice } = stop;
      if (
        Number.isNaN(stopPrice) ? quantity <= covers : quantity === covers && stopPrice === standing.stopPrice
      )
        return;
      this.#venue.cancel(stop);
    }
    if (this.positions[i] === 0 && !this.#ledger.buys(i) && (standing.held || standing.exposure <= 0)) {
      standing.stopPrice = NaN;
      standing.targets.forget();
      return;
    }
    if (!(covers > 0)) return;
    this.#submit(i, stopOrder(standing, "sell", covers, this.#marks[i]!), "stop");
  }

  #submit(i: number, logged: LoggedOrder, role: Role): void {
    this.#issued += 1;
    const { side, quantity, price } = logged;
    const reserved = side === "buy" ? this.#ledger.costOf(logged, this.#marks[i]!) : quantity;
    this.#logs.orders.approved(logged, String(this.#issued), this.#pairs[i]!, this.#venue.now);
    const order = new LiveOrder(i, logged, reserved);
    this.#standings[i]!.takes(order, role);
    this.#ledger.live.push(order);
    this.#news.tell(order, "approved", price > 0 ? price : 0);
    for (const own of this.#ledger.inTheWay(order, this.#marks[i]!)) this.#venue.cancel(own);
    this.#venue.place(order);
  }

  #closed(order: LiveOrder, status: "filled" | Unfilled, at: number): void {
    takeOut(this.#ledger.live, order);
    order.logged.close(status, at);
    const standing = this.#standings[order.i]!;
    standing.ends(order);
    if (status === "filled" && order.buys) standing.held = true;
  }

  #cancelTag(tag: string): void {
    for (const order of named(this.#ledger.live, tag)) this.#venue.cancel(order);
  }
}

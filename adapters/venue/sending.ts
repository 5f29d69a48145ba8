/**
 * Orders and cancels of one account on their way out through ccxt: each is sent once, and what became of it is accepted, refused,
 * not sent, or unknown, never guessed.
 */
import { type Lackable, marketOf, symbolOf } from "../../domain/market/instrument.ts";
import { adds, type Order, type OrderReport } from "../../domain/order/order.ts";
import type { ClientOrderId, InstrumentId } from "../../domain/values/values.ts";
import type { Priority } from "../limits/limits.ts";
import type { Exchange, UnifiedOrder } from "./ccxt-words.ts";
import { LISTED_APART } from "./conditionals.ts";
import type { FillHistory } from "./fill-history.ts";
import type { Link } from "./link.ts";
import { lackingOf, refusedOver, wantsBook } from "./lacking.ts";
import { acceptedAt, offGrid, requestOf } from "./order-request.ts";
import { failureOf, kinds, outdated } from "./outcome.ts";
import type { Outcome } from "./venue.ts";

/** Of the book, a side. */
const LEVELS = 100;

interface SendingEars {
  lacking(instrument: InstrumentId): Promise<Outcome | undefined>;
  find(order: ClientOrderId, instrument: InstrumentId): Promise<OrderReport | undefined>;
  filtersRefused(instrument: InstrumentId): void;
  /** The venue is in another position mode than the order. */
  termsRefused(): void;
}

export class Sending {
  private readonly link: Link;
  private readonly history: FillHistory;
  private readonly ears: SendingEars;

  constructor(link: Link, history: FillHistory, ears: SendingEars) {
    this.link = link;
    this.history = history;
    this.ears = ears;
  }

  /** `answered` is told of the request's answer before it has come. */
  async place(order: Order, answered: (answer: Promise<UnifiedOrder>) => void): Promise<Outcome> {
    const symbol = marketOf(symbolOf(order.instrument));
    // Of spot too: what may only reduce does not wait as an entry does.
    const entry = adds(order) && order.reduceOnly !== true;
    const priority = entry ? "entry" : "exit";
    const lacking = entry ? await this.ears.lacking(order.instrument) : undefined;
    if (lacking !== undefined) return lacking;
    const barred = await this.overBook(order, symbol, priority);
    if (barred !== undefined) return barred;
    return this.change(order.instrument, priority, async (exchange) => {
      const refusal = offGrid(exchange.markets?.[symbol], exchange.precisionMode, order);
      if (refusal !== undefined) return { type: "refused", ...refusal, at: this.link.now() };
      const { type, amount, price, params } = requestOf(order, this.lacks(exchange, symbol));
      const answer = this.link.guard.once(
        "orders",
        () => exchange.createOrder(symbol, type, order.side, amount, price, params),
        priority,
      );
      answered(answer);
      const placed = await answer;
      this.history.note(symbol, placed, order.id);
      return this.accepted(placed);
    });
  }

  private lacks(exchange: Exchange, symbol: string): readonly Lackable[] {
    return lackingOf(exchange, exchange.markets?.[symbol] ?? {}, this.link.settings.lacks);
  }

  /** Where the venue cannot see to it: what may not take, or must fill whole, is held against the book of right now. */
  private async overBook(order: Order, symbol: string, priority: Priority): Promise<Outcome | undefined> {
    try {
      const exchange = await this.link.ready();
      if (!wantsBook(order, this.lacks(exchange, symbol))) return undefined;
      const book = await this.link.read(() => exchange.fetchOrderBook(symbol, LEVELS), priority);
      const refusal = refusedOver(order, book);
      return refusal && { type: "refused", ...refusal, at: this.link.now() };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { type: "not-sent", detail: `the book could not be read: ${detail}`, retryAfterMs: 1_000 };
    }
  }

  async cancel(order: ClientOrderId, instrument: InstrumentId): Promise<Outcome> {
    const symbol = marketOf(symbolOf(instrument));
    try {
      return await this.change(instrument, "cancel", async (exchange) => {
        const id = this.history.venueId(symbol, order);
        const params = { [this.link.dialect.clientIdParam]: order };
        const inBook = () => exchange.cancelOrder(id, symbol, params);
        const apart = () => exchange.cancelOrder(undefined, symbol, { ...params, ...LISTED_APART });
        if (!this.link.dialect.stopsApart) return this.cancelled(inBook);
        return this.history.standsApart(order)
          ? this.cancelled(apart, inBook)
          : this.cancelled(inBook, apart);
      });
    } catch (error) {
      if (!kinds(error).includes("OrderNotFound")) throw error;
      return this.cancelOfUnknown(order, instrument, error as Error);
    }
  }

  /** Sends once. Throws only `OrderNotFound`; every other error becomes an outcome. */
  private async change(
    instrument: InstrumentId,
    priority: Priority,
    send: (exchange: Exchange) => Promise<Outcome>,
  ): Promise<Outcome> {
    let exchange: Exchange;
    try {
      exchange = await this.link.ready();
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { type: "not-sent", detail: `the venue could not be opened: ${detail}`, retryAfterMs: 1_000 };
    }
    try {
      return await this.link.onTime(() => send(exchange), priority);
    } catch (error) {
      if (kinds(error).includes("OrderNotFound")) throw error;
      const failure = failureOf(error);
      if (failure.type !== "refused") return failure;
      if (outdated.has(failure.reason)) this.refreshFilters(instrument);
      if (failure.reason === "contract-terms") this.ears.termsRefused();
      return { ...failure, at: this.link.now() };
    }
  }

  /** In that list, and where it is not found there, in the other: a stop may just have become an order of the book. */
  private async cancelled(
    first: () => Promise<UnifiedOrder>,
    second?: () => Promise<UnifiedOrder>,
  ): Promise<Outcome> {
    try {
      return this.accepted(await this.link.guard.once("cancels", first));
    } catch (error) {
      if (second === undefined || !kinds(error).includes("OrderNotFound")) throw error;
      return this.accepted(await this.link.guard.once("cancels", second));
    }
  }

  /** The order may have closed a moment ago, or never have arrived: the venue's own answer decides. */
  private async cancelOfUnknown(
    order: ClientOrderId,
    instrument: InstrumentId,
    error: Error,
  ): Promise<Outcome> {
    const { dialect } = this.link;
    if (!dialect.findByClientId) return { type: "accepted", venueOrderId: "", at: this.link.now() };
    try {
      const found = await this.ears.find(order, instrument);
      if (found?.status === "open")
        return { type: "refused", reason: "other", detail: error.message, at: found.at };
      return { type: "accepted", venueOrderId: found?.venueOrderId ?? "", at: found?.at ?? this.link.now() };
    } catch (failed) {
      return { type: "unknown", detail: failed instanceof Error ? failed.message : String(failed) };
    }
  }

  private accepted(order: UnifiedOrder): Outcome {
    return { type: "accepted", venueOrderId: order.id ?? "", at: acceptedAt(order, this.link.now()) };
  }

  private refreshFilters(instrument: InstrumentId): void {
    this.link.reload().catch((error: unknown) => this.link.tell(error));
    this.ears.filtersRefused(instrument);
  }
}

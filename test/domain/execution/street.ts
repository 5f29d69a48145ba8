/**
 * A small market for one execution: what it asks for stands here until the test, or a seeded chance, says what becomes of it. It answers as
 * a portfolio does: positions are right before the news of a fill is told, and every end tells all that was filled.
 */
import { Execution, type Total } from "../../../domain/execution/execution.ts";
import { type ExecutionTerms, readTerms } from "../../../domain/execution/terms.ts";
import { Outcome } from "../../../domain/execution/shortfall.ts";
import type { Instrument } from "../../../domain/market/instrument.ts";
import { TraderDesk } from "../../../domain/strategy/desk.ts";
import type { OrderRequest, OrderUpdate } from "../../../domain/strategy/strategy.ts";
import { fromJson, toJson } from "../../../domain/values/json.ts";
import { money, quantity, type Timestamp, timestamp } from "../../../domain/values/values.ts";
import { instrument, START } from "../../simulation/backtest/scripted.ts";

export const LOT = 0.1;

/** Ticks of 0.01, lots of 0.1, at least two lots. */
export const market = (over: Partial<Instrument> = {}): Instrument =>
  instrument("A/USDT", {
    lotSize: quantity("0.1"),
    quantityMin: quantity("0.2"),
    notionalMin: money("0"),
    ...over,
  });

export interface Order {
  readonly tag: string;
  readonly request: OrderRequest;
  readonly at: number;
  filled: number;
  cancelling: boolean;
}

export class Street {
  readonly desk = new TraderDesk(1);
  readonly instrument: Instrument;
  readonly terms: ExecutionTerms;
  execution: Execution;
  /** Out, oldest first; and all that was ever asked for. */
  readonly out: Order[] = [];
  readonly asked: Order[] = [];
  wakeAt = Infinity;
  last = 100;
  private notional = 0;

  constructor(terms: Readonly<Record<string, unknown>>, over: Partial<Instrument> = {}) {
    this.terms = readTerms(terms);
    this.instrument = market(over);
    this.execution = new Execution(0, this.instrument, this.terms);
    this.desk.equity = 1_000_000;
    this.desk.now = timestamp(START);
  }

  begin(total: Total): void {
    this.execution.begin(this.desk, total, this.last);
    this.collect();
  }

  /** Base units of what was asked for, since the last call, as `10:2` at that second. */
  get placed(): readonly string[] {
    return this.asked.splice(0).map(({ request, at }) => `${(at - START) / 1_000}:${request.quantity}`);
  }

  quote(bid: number, ask: number): void {
    this.desk.quotes[0] = { at: this.desk.now, bid, bidQuantity: 1, ask, askQuantity: 1 };
    this.execution.onQuote(this.desk);
    this.collect();
  }

  trade(price: number, base: number): void {
    this.last = price;
    const { now } = this.desk;
    this.execution.onTrade({ at: now, price, quantity: base, side: "buy", id: 1 }, this.desk);
    this.collect();
  }

  /** A candle of a minute that closes now. */
  candle(close: number, volume: number): void {
    this.last = close;
    const openAt = (this.desk.now - 60_000) as Timestamp;
    const prices = { open: close, high: close, low: close, close };
    this.execution.onCandle({ openAt, ...prices, volume, trades: 1, final: true }, 60_000, this.desk);
    this.collect();
  }

  /** Lets time pass; what it asked to be woken for rings in between. */
  to(seconds: number): void {
    const end = START + seconds * 1_000;
    while (this.wakeAt <= end) {
      this.desk.now = timestamp(Math.max(this.desk.now, this.wakeAt));
      this.wakeAt = Infinity;
      this.execution.onTimer(this.desk);
      this.collect();
    }
    this.desk.now = timestamp(end);
  }

  fill(order: Order, base: number, price = order.request.price ?? this.last): void {
    order.filled = clean(order.filled + base);
    this.notional += base * price;
    const sign = order.request.side === "buy" ? 1 : -1;
    this.desk.positions[0] = clean(this.desk.positions[0]! + sign * base);
    this.tell(order, "partial", price);
    if (order.filled >= order.request.quantity - LOT / 2) this.end(order, "filled");
  }

  fillAll(price?: number): void {
    for (const order of [...this.out]) this.fill(order, clean(order.request.quantity - order.filled), price);
  }

  end(order: Order, status: OrderUpdate["status"], reason?: string): void {
    this.out.splice(this.out.indexOf(order), 1);
    this.tell(order, status, 0, reason);
  }

  tell(order: Order, status: OrderUpdate["status"], price: number, reason?: string): void {
    const { tag, filled, request } = order;
    this.stand();
    this.execution.hear(
      { i: 0, tag, status, side: request.side, filled, price, ...(reason !== undefined && { reason }) },
      this.desk,
    );
    this.collect();
  }

  /** Saved, forgotten, and loaded again. */
  restart(): void {
    const saved = fromJson(toJson(this.execution.save()));
    this.execution = new Execution(0, this.instrument, this.terms);
    this.execution.load(saved, "saved");
    this.stand();
  }

  get outcome(): Outcome {
    const outcome = new Outcome();
    this.execution.tell(outcome);
    return outcome;
  }

  get filled(): number {
    return Math.abs(this.desk.positions[0]!);
  }

  get average(): number {
    return this.notional / this.filled;
  }

  private stand(): void {
    this.desk.open = this.out.map(({ tag, request: { side, quantity: base, price = 0 }, filled }) => ({
      i: 0,
      tag,
      side,
      price,
      remaining: clean(base - filled),
    }));
  }

  private collect(): void {
    for (const ask of this.desk.take())
      if (ask.type === "wake") this.wakeAt = Math.min(this.wakeAt, ask.at);
      else if (ask.type === "place") {
        const order = { tag: ask.tag, request: ask.request, at: this.desk.now, filled: 0, cancelling: false };
        this.out.push(order);
        this.asked.push(order);
      } else if (ask.type === "cancel")
        for (const order of this.out) if (order.tag === ask.tag) order.cancelling = true;
    this.stand();
  }
}

/** Rid of the noise of doubles, as the portfolio's decimals are. */
export const clean = (base: number): number => Number(base.toPrecision(12));

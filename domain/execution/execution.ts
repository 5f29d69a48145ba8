/**
 * Works one total at a time of one instrument by an algorithm, for any strategy: it is told what the trader hears and asks the desk for
 * orders, so that it does the same in a backtest, on paper and live. What is filled or may yet be filled is committed, and never more
 * than the total is; an order that is being cancelled counts until its end is told. While it works nothing else may trade the instrument.
 */
import type { Candle } from "../market/candle.ts";
import type { Instrument } from "../market/instrument.ts";
import type { Trade } from "../market/tick.ts";
import { loadState, saveState } from "../indicators/state.ts";
import { readOneOf } from "../strategy/saved.ts";
import type { Desk, OrderUpdate } from "../strategy/strategy.ts";
import { WorkingOrders } from "../strategy/working-orders.ts";
import { readObject } from "../values/read.ts";
import type { Side, Timestamp } from "../values/values.ts";
import { Children } from "./children.ts";
import { endings, Parent, phases } from "./parent.ts";
import { Prices } from "./prices.ts";
import { readWeights, VolumeProfile } from "./profile.ts";
import { Schedule } from "./schedule.ts";
import { inBase, Outcome } from "./shortfall.ts";
import { Lots } from "./lots.ts";
import type { ExecutionTerms } from "./terms.ts";

export interface Total {
  readonly side: Side;
  /** Base units; rounded down to whole lots. */
  readonly quantity: number;
  /** No order pays more or takes less. */
  readonly limit?: number;
  /** Quote that a buy may spend, fees included. */
  readonly budget?: number;
  /** Never more than is held the other way. */
  readonly reduceOnly?: boolean;
}

export class Execution {
  readonly orders: WorkingOrders;
  /** To be read only. */
  readonly parent = new Parent();
  private readonly i: number;
  private readonly terms: ExecutionTerms;
  private readonly lots: Lots;
  private readonly prices: Prices;
  private readonly schedule: Schedule;
  private readonly children: Children;
  private readonly profile = new VolumeProfile();
  private readonly learns: boolean;
  private settled = true;

  constructor(i: number, instrument: Instrument, terms: ExecutionTerms) {
    this.i = i;
    this.terms = terms;
    this.lots = new Lots(i, instrument, terms);
    this.prices = new Prices(i, instrument, terms);
    this.orders = new WorkingOrders(i, this.lots.sizes.fee);
    this.children = new Children(terms, {
      parent: this.parent,
      orders: this.orders,
      lots: this.lots,
      prices: this.prices,
    });
    const weights = readWeights(terms.profile) ?? [];
    this.learns = terms.algorithm === "vwap" && weights.length === 0;
    this.schedule = new Schedule(terms, weights, this.lots.lot);
  }

  /** `last`: the price now. Not while the desk is mute, nor while another total is worked. */
  begin(desk: Desk, { side, quantity, limit, budget, reduceOnly = false }: Total, last: number): void {
    const parent = Object.assign(this.parent, new Parent());
    parent.phase = "working";
    parent.buys = side === "buy";
    parent.reduceOnly = reduceOnly;
    parent.total = this.lots.whole(quantity);
    parent.limit = limit ?? Number.NaN;
    parent.budget = budget ?? Number.POSITIVE_INFINITY;
    parent.beganAt = desk.now;
    parent.endsAt = desk.now + this.terms.minutes * 60_000;
    parent.held = desk.position(this.i);
    parent.last = last;
    parent.arrival = this.prices.middle(desk, last);
    parent.chasedFrom = this.prices.own(desk, parent);
    this.work(desk);
    this.wake(desk);
  }

  /** From here on this much is left, in base units: what was done and the time stay as they are. Of one that is working. */
  amend(desk: Desk, { quantity, budget }: Pick<Total, "quantity" | "budget">): void {
    const { parent } = this;
    parent.total = parent.filled + this.lots.whole(quantity);
    if (budget !== undefined) parent.budget = parent.spent * (1 + this.lots.sizes.fee) + budget;
    // The slice is entered anew, with what is due of the new total.
    parent.slice = Math.max(-1, parent.slice - 1);
    this.work(desk);
  }

  get active(): boolean {
    return this.parent.active;
  }

  /** A final candle of `span` ms, of one timeframe only. */
  onCandle(candle: Candle, span: number, desk: Desk): void {
    const { parent } = this;
    if (!parent.active) {
      if (this.learns) this.profile.learn(candle, span);
      return;
    }
    const { openAt, high, low, close, volume } = candle;
    if (!parent.byTrades && openAt >= parent.beganAt) parent.sees((high + low + close) / 3, volume);
    parent.last = close;
    this.work(desk);
  }

  onTrade({ at, price, quantity }: Trade, desk: Desk): void {
    const { parent } = this;
    if (!parent.active || at < parent.beganAt) return;
    parent.byTrades = true;
    parent.sees(price, quantity);
    parent.last = price;
    this.work(desk);
  }

  /** A quote has come. */
  onQuote(desk: Desk): void {
    this.work(desk);
  }

  onTimer(desk: Desk): void {
    if (!this.parent.active) return;
    this.work(desk);
    this.wake(desk);
  }

  hear(update: OrderUpdate, desk: Desk): void {
    const heard = this.orders.hear(update);
    if (heard === undefined) return;
    const { parent } = this;
    const { order, filled, ended, wished } = heard;
    if (filled > 0) {
      parent.filled += this.lots.near(order.filled) - this.lots.near(order.filled - filled);
      parent.spent += filled * (update.price > 0 ? update.price : parent.last);
      parent.refusals = 0;
      parent.trim = 1;
    }
    parent.held = desk.position(this.i);
    if (ended && order.filled === 0 && !order.cancelling) this.children.failed(update, desk);
    if (wished) this.act(desk);
  }

  /** Ends its orders, then the total; what is filled meanwhile counts. */
  cancel(desk: Desk): void {
    if (!this.parent.active) return;
    this.children.close("cancelled", false);
    this.work(desk);
  }

  /** How the last total came out, or stands. */
  tell(outcome: Outcome): void {
    outcome.tell(this.parent, this.lots.lot);
  }

  save(): unknown {
    const { orders, parent, profile, learns } = this;
    return {
      orders: orders.save(),
      parent: saveState(parent),
      ...(learns && { profile: saveState(profile) }),
    };
  }

  load(saved: unknown, field: string): void {
    const from = readObject(saved, field);
    this.orders.load(from["orders"], `${field}.orders`);
    // Older states lack some of it.
    const parent = {
      ...(saveState(new Parent()) as object),
      ...readObject(from["parent"], `${field}.parent`),
    };
    loadState(this.parent, parent, `${field}.parent`);
    readOneOf(this.parent.phase, phases, `${field}.parent.phase`);
    readOneOf(this.parent.ending, ["none", ...endings], `${field}.parent.ending`);
    if (this.learns) loadState(this.profile, from["profile"], `${field}.profile`);
    this.settled = false;
  }

  private work(desk: Desk): void {
    if (!this.parent.active || desk.mute) return;
    this.settle(desk);
    this.act(desk);
  }

  /** Not settled while news of orders is heard: the end of one may be among it. */
  private act(desk: Desk): void {
    const { parent, orders } = this;
    if (!parent.active || desk.mute) return;
    // Filled beyond what its end had told: the rest of what is out is too much.
    if (this.children.committed > parent.total) orders.cancelAll(desk);
    if (parent.phase === "working") {
      this.schedule.advance(parent, desk.now, this.profile);
      this.children.look(desk);
    }
    if (parent.phase === "working") this.children.send(desk);
    if (parent.phase === "closing") this.children.finish(desk);
  }

  /**
   * After a restart, or when an order was not heard of: orders that do not stand are forgotten, and what the position has changed by
   * unheard was filled, at the last price as far as anybody knows.
   */
  private settle(desk: Desk): void {
    const { parent, orders } = this;
    const unheard = !this.settled && orders.live.every(({ known }) => known);
    if (!unheard && !orders.overdue(desk.now)) return;
    this.settled = true;
    for (const { i, tag, remaining } of desk.orders()) {
      const order = i === this.i ? orders.live.find((one) => one.tag === tag) : undefined;
      const filled = order === undefined ? 0 : this.lots.near(order.quantity - remaining);
      if (order !== undefined && filled > this.lots.near(order.filled))
        order.filled = inBase(filled, this.lots.lot);
    }
    orders.settle(desk);
    const change = (desk.position(this.i) - parent.held) * (parent.buys ? 1 : -1);
    const lots = Math.max(0, this.lots.near(change));
    parent.filled += lots;
    parent.spent += inBase(lots, this.lots.lot) * parent.last;
    parent.held = desk.position(this.i);
    this.wake(desk);
  }

  private wake(desk: Desk): void {
    const { parent } = this;
    if (!parent.active) return;
    const at = parent.phase === "working" ? this.schedule.nextAt(parent) : parent.pausedUntil;
    if (at > desk.now) desk.wake(at as Timestamp);
  }
}

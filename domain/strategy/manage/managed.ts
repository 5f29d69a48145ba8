/**
 * Any strategy with its positions managed by a plan: stops that follow, profit taken in parts, a limit of time, entries in parts, sizes by
 * recent performance. It does nothing that the strategy could not do itself, so it is the same in backtests and live. What an exit sold is
 * not bought again by the wish that it overruled, only by a new one.
 */
import { timeframes, type Candle, type Timeframe } from "../../market/candle.ts";
import type { Instrument } from "../../market/instrument.ts";
import { readObject } from "../../values/read.ts";
import type { Timestamp } from "../../values/values.ts";
import { roiStepAt } from "../exits/rules.ts";
import { heardThrough } from "../desk-through.ts";
import type { Desk, OrderUpdate, Params, Saved, Strategy, ToldRow, Trader } from "../strategy.ts";
import { ManagedDesk } from "./managed-desk.ts";
import { ManagedPosition } from "./managed-position.ts";
import type { ManagePlan } from "./plan.ts";
import { addPrice } from "./pyramid.ts";
import { loadManaged, saveManaged } from "./saved-positions.ts";
import { Patience } from "./patience.ts";

/** The portfolio's own tags, and what a position is said to have ended by. */
const EXITS: Readonly<Record<string, string | undefined>> = {
  protection: "stop",
  target: "take-profit",
  close: "closed-by-hand",
  liquidation: "liquidation",
};
const AIM_TAG = "aim";
/** Sums of doubles that are told otherwise are equal within this part. */
const NOISE = 1e-9;

class ManagedTrader implements Trader {
  private readonly inner: Trader;
  private readonly desk: ManagedDesk;
  private readonly plan: ManagePlan;
  private readonly finest: Timeframe;
  /** By order under way, what of it has been told as filled. */
  private readonly filled = new Map<string, number>();
  private readonly patience: Patience;
  private readonly counts: Record<string, number> = {};

  constructor(inner: Trader, desk: ManagedDesk, plan: ManagePlan, finest: Timeframe) {
    this.inner = inner;
    this.desk = desk;
    this.plan = plan;
    this.finest = finest;
    this.patience = new Patience(plan.unfilledTimeoutMinutes);
  }

  onCandle: Trader["onCandle"] = (candle, i, timeframe, real) => {
    this.inner.onCandle(candle, i, timeframe, this.desk.before(real));
    if (timeframe !== this.finest) return;
    this.manage(candle, i, real);
    this.patience.look(real);
  };

  onOrder = (update: OrderUpdate, real: Desk): void => {
    this.desk.before(real);
    this.book(update, real);
    this.inner.onOrder?.(update, this.desk);
  };

  onTimer = (at: Timestamp, real: Desk): void => this.inner.onTimer?.(at, this.desk.before(real));

  private book({ i, tag, side, status, filled: total, price }: OrderUpdate, real: Desk): void {
    const key = `${i} ${side} ${tag}`;
    const liquidated = tag === "liquidation";
    if (status !== "partial" && !liquidated) {
      if (status !== "approved" && status !== "open") this.filled.delete(key);
      return;
    }
    const quantity = liquidated ? total : total - (this.filled.get(key) ?? 0);
    if (!liquidated) this.filled.set(key, total);
    const one = this.desk.positions[i]!;
    if (!(quantity > 0)) return;
    const signed = side === "buy" ? quantity : -quantity;
    const { way, reason } = one;
    const exit = way * signed < 0 ? EXITS[tag] : undefined;
    if (exit === "take-profit") {
      if (one.tookProfit(quantity)) this.count("rungs");
    } else if (exit !== undefined) one.exiting = true;
    const ended = one.traded(signed, price, real.now);
    if (ended) this.ended(i, one, way, exit === "stop" ? reason : exit, real);
    if (one.stale) this.desk.shield(i, one, false);
  }

  /** The strategy's last wish was to hold; an exit has overruled it. */
  private ended(i: number, one: ManagedPosition, way: number, exit: string | undefined, real: Desk): void {
    if (!Number.isNaN(one.result)) this.desk.scaling?.push(one.result);
    if (one.wish !== null && Math.sign(one.wish.exposure) === way) one.wish = null;
    if (exit === undefined) return;
    this.count(exit);
    if (one.wish === null) real.aim(i, 0, exit);
  }

  private manage(candle: Candle, i: number, real: Desk): void {
    const one = this.desk.positions[i]!;
    const { high, low, close } = candle;
    one.range?.candle(high, low, close);
    one.addRange?.candle(high, low, close);
    if (!real.mute) this.agree(i, one, close, real);
    if (one.quantity === 0) return;
    const { guard } = one;
    // Of the candle in which it was opened, at an unknown moment, only the close is surely later.
    one.follow(guard.openAt > candle.openAt ? close : guard.short ? low : high);
    const minutes = guard.minutesAt(real.now);
    const step = roiStepAt(this.plan.rules.roi, minutes);
    if (step !== undefined && guard.profitAt(close) >= step.ratio)
      this.leave(i, one, real, "roi", step.ratio);
    else if (minutes >= this.plan.timeLimitMinutes)
      this.leave(i, one, real, "time-limit", this.plan.timeLimitMinutes);
    else {
      if (one.stale) this.desk.shield(i, one, false);
      this.add(i, one, close, real);
    }
  }

  private leave(i: number, one: ManagedPosition, real: Desk, reason: string, number: number): void {
    if (!real.mute) {
      if (!one.exiting || one.wish !== null) this.count(reason);
      one.wish = null;
      one.exiting = true;
    }
    real.aim(i, 0, reason, number);
  }

  /** The next part of the wish, where the price has gone its way. */
  private add(i: number, one: ManagedPosition, close: number, real: Desk): void {
    const { wish, way, adds, exiting } = one;
    const { pyramid } = this.plan;
    if (pyramid === undefined || wish === null || exiting || real.mute || adds >= pyramid.adds) return;
    if (Math.sign(wish.exposure) !== way) return;
    const due = addPrice(pyramid, one.lastEntry, way, one.addRange?.value ?? NaN);
    if (!((close - due) * way >= 0)) return;
    for (const order of real.orders()) if (order.i === i && order.tag === AIM_TAG) return;
    const whole = Math.abs(wish.exposure) * one.factor;
    const size = Math.min(whole, Math.abs(real.exposure(i)) + this.desk.parts[adds + 1]! * whole);
    one.adds += 1;
    one.lastEntry = close;
    this.count("adds");
    real.aim(i, way * size, this.desk.reasonOf(one, `${wish.reason}, add`), one.adds);
  }

  /** What the portfolio says is held counts: news may have been missed, and memory lost. */
  private agree(i: number, one: ManagedPosition, close: number, real: Desk): void {
    const told = real.position(i);
    const held = one.isDust(told, close) ? 0 : told;
    const off = Math.abs(held - one.quantity);
    if (off <= NOISE * Math.max(Math.abs(held), one.largest) || (held !== 0 && one.isDust(off, close)))
      return;
    if (held < 0 && !one.shorts) return;
    one.adopt(held, close, real.now);
    if (held === 0) one.wish = null;
    this.count("adopted");
  }

  /** Where the plan has parts: how often each was done. */
  told(): readonly ToldRow[] {
    const { scaling } = this.desk;
    const rows = Object.entries(this.counts).map(([managed, times]) => ({ managed, times }));
    return scaling === undefined ? rows : [...rows, { managed: "factor", times: scaling.factor }];
  }

  private count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  save(): Saved {
    const { desk, counts, filled } = this;
    return {
      inner: this.inner.save(),
      ...saveManaged(desk.positions, desk.scaling),
      ...{ counts: { ...counts }, filled: [...filled], seen: this.patience.save() },
    };
  }

  load(saved: Saved): void {
    this.inner.load(readObject(saved["inner"], "saved.inner"));
    loadManaged(saved, this.desk.positions, this.desk.scaling);
    const from = saved as {
      counts: Record<string, number>;
      filled: [string, number][];
      seen: [string, number][];
    };
    Object.assign(this.counts, from.counts);
    this.filled.clear();
    for (const [name, value] of from.filled) this.filled.set(name, value);
    this.patience.load(from.seen);
  }
}

/** The strategy, managed. It hears what the strategy hears, and no more. */
export const managedBy = <P extends Params>(strategy: Strategy<P>, plan: ManagePlan): Strategy<P> => ({
  ...strategy,
  managed: true,
  needs: (params) => {
    const needs = strategy.needs(params);
    const spacing = plan.pyramid?.spacing;
    const length = Math.max(
      plan.range?.length ?? 0,
      spacing !== undefined && "ranges" in spacing ? spacing.length : 0,
    );
    return length === 0 ? needs : { ...needs, warmupCandles: Math.max(needs.warmupCandles, length + 1) };
  },
  start: (params, market) => {
    const finest = finestOf(strategy.needs(params).timeframes);
    const positions = market.map((one: Instrument) => new ManagedPosition(plan, one));
    const desk = new ManagedDesk(plan, positions);
    const inner = strategy.start(params, market);
    const trader = new ManagedTrader(inner, desk, plan, finest);
    const outer: Trader = trader;
    outer.report = () => [...(inner.report?.() ?? []), ...trader.told()];
    return heardThrough(inner, outer, {
      trade: (trade, i, real) => inner.onTrade!(trade, i, desk.before(real)),
      quote: (quote, i, real) => inner.onQuote!(quote, i, desk.before(real)),
      book: (book, i, real) => inner.onBook!(book, i, desk.before(real)),
    });
  },
});

const finestOf = (asked: readonly Timeframe[]): Timeframe =>
  [...asked].sort((a, b) => timeframes[a] - timeframes[b])[0]!;

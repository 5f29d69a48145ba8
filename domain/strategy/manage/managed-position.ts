/**
 * One instrument's position as its manager knows it: an account of fills, what guards it, and how far its ladder and its pyramid are. It
 * asks for nothing itself (managed.ts does).
 */
import { isContract, isInverse, type Instrument } from "../../market/instrument.ts";
import { toFloat } from "../../values/values.ts";
import { GuardedPosition } from "../exits/guarded-position.ts";
import { priceOfProfit, profitRatio } from "../exits/profit.ts";
import { AverageRange, RangeStop } from "../exits/range-stop.ts";
import { NO_TARGETS, type Target } from "../targets.ts";
import { dustOf } from "./dust.ts";
import { FillSums } from "./fill-sums.ts";
import { rungsReached, targetsOf } from "./ladder.ts";
import type { ManagePlan } from "./plan.ts";
import type { OwnProtection, Wish } from "./wishes.ts";

/** Rest of a position that is rounding, as a part of its largest size. */
const REST = 1e-9;

export class ManagedPosition {
  /** Below zero when short. */
  quantity = 0;
  /** Of this position, or of the last: what is dust beside it is nothing. */
  largest = 0;
  readonly held: FillSums;
  readonly entries: FillSums;
  readonly exits: FillSums;
  /** Distance in price of the stop that it began with; NaN while there is none. */
  risk = NaN;
  /** What its targets left of the whole, 0 to 1; and the ladder's number, which rises from position to position. */
  left = 1;
  ladder = 0;
  /** Made, and where the last entry was. */
  adds = 0;
  lastEntry = NaN;
  /** Something of it was left already: nothing is added. */
  exiting = false;
  /** Of exposures, since it was opened. */
  factor = 1;
  wish: Wish | null = null;
  own: OwnProtection | null = null;
  /** Of the trade that ended last, by the unit of the plan's scaling; NaN where it is not known. */
  result = NaN;
  /** What last moved the stop. */
  stopReason = "stop_loss";
  /** Whether the protection that stands is another than the one asked for last. */
  stale = false;
  guard: GuardedPosition;
  readonly range: RangeStop | undefined;
  readonly addRange: AverageRange | undefined;
  private readonly plan: ManagePlan;
  private readonly fee: number;
  private readonly tickSize: number;
  readonly shorts: boolean;
  readonly isDust: ReturnType<typeof dustOf>;

  constructor(plan: ManagePlan, instrument: Instrument) {
    const { symbol, takerBps, tickSize } = instrument;
    this.plan = plan;
    this.fee = takerBps / 10_000;
    this.tickSize = toFloat(tickSize);
    this.shorts = isContract(symbol);
    this.isDust = dustOf(instrument);
    const inverse = isInverse(symbol);
    this.held = new FillSums(inverse);
    this.entries = new FillSums(inverse);
    this.exits = new FillSums(inverse);
    this.guard = this.guardAs(false, 0);
    this.range = plan.range && new RangeStop(plan.range);
    const spacing = plan.pyramid?.spacing;
    if (spacing !== undefined && "ranges" in spacing) this.addRange = new AverageRange(spacing.length);
  }

  /** Entry of what is held. */
  get average(): number {
    return this.held.price;
  }

  get way(): number {
    return Math.sign(this.quantity);
  }

  /** What of the plan's and of the strategy's own stop the price meets first; NaN: none. */
  get stop(): number {
    return this.guard.nearer(this.guard.stop, this.own?.stop ?? NaN);
  }

  get reason(): string {
    return this.own !== null && this.stop === this.own.stop && this.stop !== this.guard.stop
      ? this.own.reason
      : this.stopReason;
  }

  targets(): readonly Target[] {
    const { takeProfit } = this.plan;
    if (takeProfit === undefined) return this.own?.targets ?? NO_TARGETS;
    const { guard: terms, average, risk, left, ladder, tickSize, stop } = this;
    return targetsOf(takeProfit, { terms, average, risk, left, ladder, tickSize, stop });
  }

  /** A fill: what it closes and what it opens. True when it ended a position. */
  traded(signed: number, price: number, at: number): boolean {
    const closes = this.quantity * signed < 0 ? Math.min(Math.abs(signed), Math.abs(this.quantity)) : 0;
    const ended = closes > 0 && this.closed(closes, price);
    const opens = Math.abs(signed) - closes;
    if (opens > REST * Math.abs(signed) && (signed > 0 || this.shorts))
      this.opened(Math.sign(signed) * opens, price, at);
    return ended;
  }

  private opened(signed: number, price: number, at: number): void {
    const first = this.quantity === 0;
    if (first) {
      this.guardAs(signed < 0, at);
      this.ladder = Math.max(at, this.ladder + 1);
      for (const sums of [this.entries, this.exits]) sums.clear();
    }
    for (const sums of [this.held, this.entries]) sums.add(Math.abs(signed), price);
    this.quantity += signed;
    this.largest = Math.max(first ? 0 : this.largest, Math.abs(this.quantity));
    this.lastEntry = price;
    this.stale = true;
    if (first || (this.adds === 0 && !this.guard.moved && !this.exiting)) this.setStop();
    else this.added();
  }

  /** From the average, anew. */
  private setStop(): void {
    this.guard.filled(this.average);
    this.stopReason = "stop_loss";
    this.range?.opened(this.average, this.guard.short);
    this.followRange(false);
    this.risk = Math.abs(this.average - this.guard.stop);
  }

  /** What has moved stays for what is added; a pyramid's add brings the stop to the average where the plan says so. */
  private added(): void {
    const { average, guard } = this;
    guard.openPrice = average;
    if (this.adds === 0) {
      this.range?.opened(average, guard.short);
      this.followRange(false);
    } else if (this.plan.pyramid?.stop === "average") this.tighten(average, "average-stop");
  }

  /** True when nothing is left, or nothing that could be sold. */
  private closed(quantity: number, price: number): boolean {
    this.exits.add(quantity, price);
    const rest = Math.abs(this.quantity) - quantity;
    if (rest > REST * this.largest && !this.isDust(rest, price)) {
      this.quantity = this.way * rest;
      this.held.scaleTo(rest);
      return false;
    }
    this.result = this.resultNow();
    this.end();
    return true;
  }

  /** A target sells this much of what is held. True when it is the first sale of a rung. */
  tookProfit(quantity: number): boolean {
    const before = this.rungs;
    this.exiting = true;
    this.left *= Math.max(0, 1 - quantity / Math.abs(this.quantity));
    this.stale = true;
    const { breakEven } = this.plan;
    if (breakEven !== undefined && "after" in breakEven && this.rungs >= breakEven.after) this.breakEven();
    return this.rungs > before;
  }

  private get rungs(): number {
    const { takeProfit } = this.plan;
    return takeProfit === undefined ? 0 : rungsReached(takeProfit.rungs, this.left);
  }

  /** The position is what the portfolio says; one that was not known begins at this price. */
  adopt(held: number, price: number, at: number): void {
    if (held === 0) {
      this.end();
      return;
    }
    if (this.quantity * held > 0) {
      this.quantity = held;
      this.held.scaleTo(Math.abs(held));
      this.largest = Math.max(this.largest, Math.abs(held));
      return;
    }
    this.end();
    this.opened(held, price, at);
  }

  end(): void {
    this.quantity = this.adds = 0;
    this.held.clear();
    this.lastEntry = this.risk = NaN;
    this.left = 1;
    this.exiting = this.guard.moved = this.stale = false;
    this.guard.stop = NaN;
    this.own = null;
    this.range?.ended();
  }

  /** The stop follows the best price of a candle by the plan. */
  follow(best: number): void {
    const { guard, plan } = this;
    const before = guard.stop;
    guard.trail(best);
    this.moved(before, "trailing_stop_loss");
    this.range?.follow(best);
    this.followRange(true);
    if (Number.isNaN(this.risk)) this.risk = Math.abs(this.average - guard.stop);
    const { breakEven } = plan;
    if (breakEven !== undefined && "profit" in breakEven && guard.profitAt(best) >= breakEven.profit)
      this.breakEven();
  }

  private breakEven(): void {
    this.tighten(priceOfProfit(this.guard, this.average, 0), "break-even");
  }

  private followRange(moves: boolean): void {
    if (this.range === undefined) return;
    if (moves) this.tighten(this.range.level, "trailing_stop_loss");
    else this.guard.tighten(this.range.level, false);
  }

  private tighten(level: number, why: string): void {
    const before = this.guard.stop;
    this.guard.tighten(level, true);
    this.moved(before, why);
  }

  private moved(before: number, why: string): void {
    if (Object.is(this.guard.stop, before)) return;
    this.stopReason = why;
    this.stale = true;
  }

  /** After fees: the profit ratio, or as a multiple of what was risked. */
  private resultNow(): number {
    const entry = this.entries.price;
    const ratio = profitRatio(this.guard, entry, this.exits.price);
    return this.plan.scaling?.by === "r" ? (ratio * entry) / this.risk : ratio;
  }

  guardAs(short: boolean, at: number): GuardedPosition {
    this.guard = new GuardedPosition(this.plan.rules, { short, leverage: 1, fee: this.fee }, at);
    return this.guard;
  }
}

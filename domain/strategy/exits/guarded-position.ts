/**
 * One open position with what protects it: where its stop is and whether it has moved, where it would be liquidated. Ratios
 * are of the stake, so leverage divides their distance in price. The stop never moves away from the price.
 */
import { profitRatio, type Terms } from "./profit.ts";
import type { ExitRules } from "./rules.ts";

/** Isolated margin without a maintenance margin, left 5 % of the way before it is gone, as freqtrade does by default. */
const LIQUIDATION_BUFFER = 0.05;

/** Levels are products of doubles: what differs by less than this part of itself is equal. */
const NOISE = 1e-12;

export class GuardedPosition implements Terms {
  readonly rules: ExitRules;
  readonly short: boolean;
  readonly leverage: number;
  readonly fee: number;
  /** What the minutes of the ROI table count from, ms. */
  openAt: number;
  openPrice = NaN;
  /** NaN: none. */
  stop = NaN;
  /** Distance that the stop was last set with, above 0. */
  stopRatio = NaN;
  moved = false;
  /** NaN: none. */
  liquidation = NaN;

  constructor(rules: ExitRules, { short, leverage, fee }: Terms, openAt: number) {
    this.rules = rules;
    this.short = short;
    this.leverage = leverage;
    this.fee = fee;
    this.openAt = openAt;
  }

  /** Bought (or sold short) at this price: the stop is set from it. */
  filled(price: number): void {
    this.openPrice = price;
    this.moved = false;
    this.stopRatio = Math.abs(this.rules.stoploss);
    this.stop = this.awayFrom(price, this.stopRatio);
    this.liquidation = this.short || this.leverage > 1 ? this.awayFrom(price, 1 - LIQUIDATION_BUFFER) : NaN;
  }

  profitAt(price: number): number {
    return profitRatio(this, this.openPrice, price);
  }

  minutesAt(at: number): number {
    return Math.floor((at - this.openAt) / 60_000);
  }

  /** The price that loses `ratio` of the stake, seen from `price`. */
  awayFrom(price: number, ratio: number): number {
    const distance = ratio / this.leverage;
    return price * (this.short ? 1 + distance : 1 - distance);
  }

  /** Lets the stop follow the best price of a candle, by the trailing rules. */
  trail(best: number): void {
    const { trailing } = this.rules;
    if (trailing === undefined) return;
    const profit = this.profitAt(best);
    if (trailing.onlyOffsetIsReached && profit < trailing.offset) return;
    const nearer = !Number.isNaN(trailing.positive) && profit > trailing.offset;
    const ratio = nearer ? trailing.positive : Math.abs(this.rules.stoploss);
    const stop = this.awayFrom(best, ratio);
    // With no stop loss the first trailing stop is a move too.
    const tighter = Number.isNaN(this.stop)
      ? !Number.isNaN(stop)
      : this.short
        ? stop < this.stop
        : stop > this.stop;
    if (!tighter) return;
    this.stop = stop;
    this.stopRatio = ratio;
    this.moved = true;
  }

  /** Moves the stop to a level that is nearer to the price; any other is passed over. */
  tighten(level: number, moves: boolean): void {
    if (Number.isNaN(level) || this.nearer(this.stop, level) === this.stop) return;
    this.moved ||= moves;
    this.stop = level;
  }

  /** Whether a price as bad as `worst` has come to this level; false for NaN. */
  reached(level: number, worst: number): boolean {
    return this.short ? level <= worst * (1 + NOISE) : level >= worst * (1 - NOISE);
  }

  /** Of two levels the one that the price meets first when it goes the wrong way; NaN is none. */
  nearer(one: number, other: number): number {
    if (Number.isNaN(one)) return other;
    if (Number.isNaN(other)) return one;
    return this.short ? Math.min(one, other) : Math.max(one, other);
  }
}

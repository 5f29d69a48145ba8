/**
 * Any strategy with protective exits around it: a stop under each position at the venue (which follows the closes and highs
 * of candles), profit taken by the ROI table at a close, orders given up that wait too long. It does nothing that the strategy
 * could not do itself, so it is the same in backtest, paper and live. Long positions only, as the portfolio has them.
 */
import type { Candle, Timeframe } from "../../market/candle.ts";
import { timeframes } from "../../market/candle.ts";
import type { Instrument } from "../../market/instrument.ts";
import { loadState, saveState } from "../../indicators/state.ts";
import { readFlag } from "./read-rules.ts";
import { readNumber, readObject } from "../../values/read.ts";
import { readLanes } from "../saved.ts";
import type { Desk, OrderUpdate, Params, Saved, Strategy, Trader } from "../strategy.ts";
import { GuardedPosition } from "./guarded-position.ts";
import { RangeStop, type RangeStopRule } from "./range-stop.ts";
import { type ExitRules, roiStepAt } from "./rules.ts";

export interface ProtectiveExits {
  readonly rules: ExitRules;
  /** Of resting orders; Infinity leaves them. */
  readonly unfilledTimeoutMinutes: number;
  /** A stop by the average true range besides; the nearer of the two holds. */
  readonly range?: RangeStopRule | undefined;
}

/** What was asked for, in words: printed with every result. */
export const exitsText = ({
  rules: { stoploss, roi, trailing },
  unfilledTimeoutMinutes,
  range,
}: ProtectiveExits): string =>
  [
    ...(range === undefined
      ? []
      : [`${range.kind} stop, ${range.ranges} average ranges of ${range.length} candles away`]),
    ...(Number.isNaN(stoploss) ? [] : [`stop at ${stoploss}`]),
    ...(trailing === undefined ? [] : [trailingText(trailing)]),
    ...(roi.length === 0
      ? []
      : [`profit at a close: ${roi.map(({ minutes, ratio }) => `${ratio} from ${minutes} min`).join(", ")}`]),
    ...(unfilledTimeoutMinutes < Infinity ? [`orders given up after ${unfilledTimeoutMinutes} min`] : []),
  ].join("; ");

const trailingText = ({
  positive,
  offset,
  onlyOffsetIsReached,
}: NonNullable<ExitRules["trailing"]>): string =>
  `it follows the highs${Number.isNaN(positive) ? "" : `, ${positive} behind once the profit is above ${offset}`}${onlyOffsetIsReached ? `, from a profit of ${offset} on` : ""}`;

/** The portfolio's own tag for the stop that it keeps. */
const STOP_TAG = "protection";
/** Rest of a position that is rounding, as a part of its largest size. */
const REST = 1e-9;

export const protectedBy = (strategy: Strategy, exits: ProtectiveExits | undefined): Strategy =>
  exits === undefined
    ? strategy
    : {
        ...strategy,
        start: (params: Params, market: readonly Instrument[]) => {
          const finest = [...strategy.needs(params).timeframes].sort(
            (a, b) => timeframes[a] - timeframes[b],
          )[0]!;
          return protectedTrader(strategy.start(params, market), finest, market, exits);
        },
      };

/** What one instrument's position cost, and what guards it. */
class Lane {
  readonly guard: GuardedPosition;
  quantity = 0;
  cost = 0;
  largest = 0;
  readonly range: RangeStop | undefined;

  constructor(rules: ExitRules, range: RangeStopRule | undefined, { takerBps }: Instrument) {
    this.range = range && new RangeStop(range);
    this.guard = new GuardedPosition(rules, { short: false, leverage: 1, fee: takerBps / 10_000 }, 0);
  }

  bought(quantity: number, price: number, at: number): void {
    if (this.quantity === 0) this.guard.openAt = at;
    this.cost += quantity * price;
    this.quantity += quantity;
    this.largest = Math.max(this.largest, this.quantity);
    const average = this.cost / this.quantity;
    // What has moved up for the first part stays for what is added.
    if (this.guard.moved) this.guard.openPrice = average;
    else this.guard.filled(average);
    this.range?.opened(average);
    this.tighten(false);
  }

  /** The nearer stop holds. */
  tighten(moves: boolean): void {
    if (this.range !== undefined) this.guard.tighten(this.range.level, moves);
  }

  sold(quantity: number): void {
    const left = this.quantity - quantity;
    this.cost *= Math.max(0, left) / this.quantity;
    this.quantity = left;
    if (left > REST * this.largest) return;
    this.quantity = this.cost = this.largest = 0;
    this.guard.moved = false;
    this.range?.ended();
  }
}

const protectedTrader = (
  inner: Trader,
  finest: Timeframe,
  market: readonly Instrument[],
  { rules, unfilledTimeoutMinutes, range }: ProtectiveExits,
): Trader => {
  const lanes = market.map((instrument) => new Lane(rules, range, instrument));
  /** By order under way, what of it has been told as filled; and since when a resting one is seen. */
  const filled = new Map<string, number>();
  const seen = new Map<string, number>();

  const book = ({ i, tag, side, status, filled: total, price }: OrderUpdate, desk: Desk): void => {
    const key = `${i} ${side} ${tag}`;
    if (status !== "partial") {
      if (status !== "approved" && status !== "open") filled.delete(key);
      return;
    }
    const quantity = total - (filled.get(key) ?? 0);
    filled.set(key, total);
    const lane = lanes[i]!;
    if (side === "buy") {
      lane.bought(quantity, price, desk.now);
      if (lane.guard.stop > 0) desk.protect(i, lane.guard.stop, reasonOf(lane.guard));
      return;
    }
    if (lane.quantity === 0) return;
    const reason = reasonOf(lane.guard);
    lane.sold(quantity);
    // The strategy's last wish was to hold; that has been overruled.
    if (lane.quantity === 0 && tag === STOP_TAG) desk.aim(i, 0, reason);
  };

  const guard = (candle: Candle, i: number, desk: Desk): void => {
    const lane = lanes[i]!;
    lane.range?.candle(candle.high, candle.low, candle.close);
    if (lane.quantity === 0) return;
    const { guard: position } = lane;
    const before = position.stop;
    // Of the candle in which it was bought, at an unknown moment, only the close is surely later.
    const best = position.openAt > candle.openAt ? candle.close : candle.high;
    position.trail(best);
    lane.range?.follow(best);
    lane.tighten(true);
    const step = roiStepAt(rules.roi, position.minutesAt(desk.now));
    if (step !== undefined && position.profitAt(candle.close) >= step.ratio)
      desk.aim(i, 0, "roi", step.ratio);
    else if (position.stop > 0 && position.stop !== before)
      desk.protect(i, position.stop, reasonOf(position));
  };

  const { onTrade, onQuote, onTimer } = inner;
  return {
    onCandle: (candle, i, timeframe, desk) => {
      inner.onCandle(candle, i, timeframe, desk);
      if (timeframe !== finest) return;
      guard(candle, i, desk);
      if (unfilledTimeoutMinutes < Infinity) giveUp(desk, seen, unfilledTimeoutMinutes);
    },
    ...(onTrade && { onTrade: (trade, i, desk) => onTrade.call(inner, trade, i, desk) }),
    ...(onQuote && { onQuote: (quote, i, desk) => onQuote.call(inner, quote, i, desk) }),
    ...(onTimer && { onTimer: (at, desk) => onTimer.call(inner, at, desk) }),
    onOrder: (update, desk) => {
      book(update, desk);
      inner.onOrder?.(update, desk);
    },
    save: () => ({
      inner: inner.save(),
      lanes: lanes.map(savedLane),
      filled: Object.fromEntries(filled),
      seen: Object.fromEntries(seen),
    }),
    load: (saved) => {
      inner.load(readObject(saved["inner"], "saved.inner"));
      for (const [i, from] of readLanes(saved, lanes.length).entries()) loadLane(lanes[i]!, from, i);
      readCounts(saved["filled"], "saved.filled", filled);
      readCounts(saved["seen"], "saved.seen", seen);
    },
  };
};

/** `seen`: since when an order rests, by tag. */
const giveUp = (desk: Desk, seen: Map<string, number>, minutes: number): void => {
  const resting = new Set<string>();
  for (const { tag } of desk.orders()) {
    if (tag === STOP_TAG) continue;
    resting.add(tag);
    const since = seen.get(tag) ?? desk.now;
    seen.set(tag, since);
    if (desk.now - since > minutes * 60_000) desk.cancel(tag);
  }
  for (const tag of seen.keys()) if (!resting.has(tag)) seen.delete(tag);
};

const reasonOf = ({ moved }: GuardedPosition): string => (moved ? "trailing_stop_loss" : "stop_loss");

/** A position without a stop has null: JSON knows no NaN. */
const savedLane = ({ quantity, cost, largest, guard, range }: Lane): Saved => {
  const { openAt, openPrice, stop, moved } = guard;
  const ranged = range === undefined ? {} : { range: saveState(range) };
  return quantity === 0
    ? { quantity, ...ranged }
    : {
        ...ranged,
        quantity,
        cost,
        largest,
        openAt,
        openPrice,
        stop: Number.isNaN(stop) ? null : stop,
        moved,
      };
};

const loadLane = (lane: Lane, from: Saved, i: number): void => {
  const read = (name: string): number => readNumber(from[name], `saved.lanes[${i}].${name}`);
  lane.quantity = read("quantity");
  if (lane.range !== undefined && from["range"] !== undefined)
    loadState(lane.range, from["range"], `saved.lanes[${i}].range`);
  if (lane.quantity === 0) return;
  lane.cost = read("cost");
  lane.largest = read("largest");
  lane.guard.filled(read("openPrice"));
  lane.guard.openAt = read("openAt");
  if (from["stop"] !== null) lane.guard.stop = read("stop");
  lane.guard.moved = readFlag(from["moved"], `saved.lanes[${i}].moved`);
};

const readCounts = (raw: unknown, field: string, into: Map<string, number>): void => {
  into.clear();
  for (const [name, value] of Object.entries(readObject(raw, field)))
    into.set(name, readNumber(value, `${field}.${name}`));
};

/**
 * Pre-trade risk: the only place that can mark an order `Approved`. The rules run in the order in which they
 * stand here and the first that says no is told, with what was asked and the most that would have passed.
 * Refusals are facts, not errors.
 */
import type { Instrument } from "../market/instrument.ts";
import { isContract } from "../market/instrument.ts";
import { adds, type Order } from "../order/order.ts";
import { notionalOf } from "../positions/contract.ts";
import { ONE, type Brand, type Decimal, type Money, type Price, type Quantity } from "../values/values.ts";
import type { Level } from "./degradation.ts";
import type { Limits } from "./limits.ts";
import { planRefusal, type PlanStanding } from "./plan-review.ts";
import type { PlanRule } from "./plan-rules.ts";
import { grantRefusal, type GrantStanding, type SharedRule } from "./shared/usage.ts";

export type Approved<T> = Brand<T, "Approved">;

export type Rule =
  | "unknown-instrument"
  | "no-mark"
  | "halted"
  | "degraded"
  | "instrument-not-trading"
  | "below-minimum"
  | "short-not-allowed"
  | "reduce-only"
  | "price-collar"
  | "order-notional"
  | "capital"
  | "position"
  | "gross-exposure"
  | "open-orders"
  | "order-rate"
  | SharedRule
  | PlanRule;

export interface Refusal {
  readonly rule: Rule;
  /** In the rule's unit: base for below-minimum, short-not-allowed and reduce-only, price, quote, a ratio, a count or ms; 0 where none applies. */
  readonly asked: Decimal;
  readonly max: Decimal;
}

/** What the portfolio knows around one order, before it. */
export interface Standing {
  readonly halted: "entries" | "all" | undefined;
  /** Of the account. */
  readonly level: Level;
  readonly instrument: Instrument;
  readonly mid: Price;
  readonly last: Price;
  /** Free in the strategy's sub-ledger: quote for an order that adds, base or contracts for one that lessens. */
  readonly free: Money;
  /** What an order that adds would reserve. */
  readonly cost: Money;
  /** Held and being bought, all strategies: of the instrument, and summed over the quote asset. */
  readonly positionNotional: Money;
  readonly grossNotional: Money;
  readonly openOrders: number;
  /** Whole orders left in the rate bucket. */
  readonly rateLeft: number;
  /** Of limits shared with other portfolios: counted when an entry has passed the limits. */
  readonly grants?: (() => GrantStanding) | undefined;
  /** Of a risk plan: counted after these. */
  readonly plan?: (() => PlanStanding) | undefined;
}

/** Approves the order or tells the first rule against it. Spot: every sell reduces, every buy adds; contracts may be short. */
export const review = (limits: Limits, standing: Standing, order: Order): Approved<Order> | Refusal =>
  firstRefusal(limits, standing, order) ?? (order as Approved<Order>);

export const isRefusal = (verdict: Approved<Order> | Refusal): verdict is Refusal => "rule" in verdict;

export const refusal = (rule: Rule, asked: Decimal = 0n, max: Decimal = 0n): Refusal => ({
  rule,
  asked,
  max,
});

/** Quantity an order must reach at this price, or undefined when it is large enough. */
export const belowMinimum = (instrument: Instrument, quantity: Quantity, at: Price): Refusal | undefined => {
  if (quantity < instrument.quantityMin || quantity <= 0n)
    return refusal("below-minimum", quantity, instrument.quantityMin);
  const value = notionalOf(instrument, at, quantity);
  return value < instrument.notionalMin ? refusal("below-minimum", value, instrument.notionalMin) : undefined;
};

const firstRefusal = (limits: Limits, standing: Standing, order: Order): Refusal | undefined => {
  const { instrument } = standing;
  const adding = adds(order);
  if (standing.halted === "all") return refusal("halted");
  if (standing.halted === "entries" && adding) return refusal("halted");
  if (standing.level === "halted") return refusal("degraded");
  if (standing.level !== "full" && adding) return refusal("degraded");
  if (instrument.status !== "trading") return refusal("instrument-not-trading");
  const small = belowMinimum(instrument, order.quantity, order.price ?? order.stopPrice ?? standing.last);
  if (small !== undefined) return small;
  const collar = beyondCollar(limits, standing.mid, order);
  if (collar !== undefined) return collar;
  if (!adding) {
    const rule = isContract(order.instrument) ? "reduce-only" : "short-not-allowed";
    return order.quantity > standing.free ? refusal(rule, order.quantity, standing.free) : undefined;
  }
  return entryRefusal(limits, standing, order);
};

/** Whether the venue takes the order as it is; a stop of another kind is kept by the portfolio. */
export const takesStop = ({ stops, lacks }: Instrument, { type, stopPrice }: Order): boolean => {
  if (stopPrice === undefined) return true;
  if (type === "stop-limit") return stops !== "none" && lacks?.includes("stop-limit") !== true;
  return stops === undefined;
};

/** A stop order is measured against its stop price: that is where it will be sent. */
const beyondCollar = (limits: Limits, mid: Price, order: Order): Refusal | undefined => {
  if (order.price === undefined) return undefined;
  const edge = collarPrice(limits, order.stopPrice ?? mid, order.side);
  const beyond = order.side === "buy" ? order.price > edge : order.price < edge;
  return beyond ? refusal("price-collar", order.price, edge) : undefined;
};

const entryRefusal = (limits: Limits, standing: Standing, order: Order): Refusal | undefined => {
  const { instrument } = standing;
  const value = notionalOf(instrument, order.price ?? order.stopPrice ?? standing.last, order.quantity);
  if (limits.orderNotionalMax !== undefined && value > limits.orderNotionalMax)
    return refusal("order-notional", value, limits.orderNotionalMax);
  if (standing.cost > standing.free) return refusal("capital", standing.cost, standing.free);
  // At the last price, as what is held is valued: one measure for both sides of the sum.
  const adds = notionalOf(instrument, standing.last, order.quantity);
  const position = standing.positionNotional + adds;
  if (limits.positionNotionalMax !== undefined && position > limits.positionNotionalMax)
    return refusal("position", position, limits.positionNotionalMax);
  const gross = standing.grossNotional + adds;
  if (limits.grossNotionalMax !== undefined && gross > limits.grossNotionalMax)
    return refusal("gross-exposure", gross, limits.grossNotionalMax);
  if (limits.openOrdersMax !== undefined && standing.openOrders >= limits.openOrdersMax)
    return refusal("open-orders", BigInt(standing.openOrders + 1) * ONE, BigInt(limits.openOrdersMax) * ONE);
  if (limits.ordersPerMinute !== undefined && standing.rateLeft < 1)
    return refusal("order-rate", ONE, BigInt(Math.max(0, standing.rateLeft)) * ONE);
  const shared = standing.grants && grantRefusal(standing.grants(), instrument, order.side, adds);
  if (shared !== undefined) return shared;
  return standing.plan === undefined ? undefined : planRefusal(standing.plan(), instrument, order, adds);
};

const PERCENT = 100_000n;

/** The worst price allowed: the reference plus the collar for a buy, minus it for a sell. Percent to 0.001. */
export const collarPrice = (limits: Limits, reference: Price, side: "buy" | "sell"): Price =>
  beyond(reference, limits.collarPercent, side);

/** `percent` above `reference` for a buy, below it for a sell. */
export const beyond = (reference: Price, percent: number, side: "buy" | "sell"): Price => {
  const part = BigInt(Math.round(percent * 1_000));
  return ((reference * (side === "buy" ? PERCENT + part : PERCENT - part)) / PERCENT) as Price;
};

/**
 * The plan's rules against one entry, in the order in which they stand here; the first that says no is told. Exits are not asked:
 * what lessens a position always passes these rules.
 *
 *   lists, jurisdiction, hours, quiet times -> locks -> daily loss, drawdown -> rates -> models -> exposure -> tail -> stress -> liquidation
 */
import { isContract, type Instrument } from "../market/instrument.ts";
import type { Order } from "../order/order.ts";
import { absolute, fromFloat, ONE, times, toFloat, type Decimal, type Money } from "../values/values.ts";
import { barredBy } from "./controls/controls.ts";
import { liquidationOf, type MarkedLeg } from "./liquidation.ts";
import type { RiskMemory } from "./memory.ts";
import type { PlanRule } from "./plan-rules.ts";
import { RETURNS_MIN } from "./similarity.ts";
import { betaOf, lossUnder } from "./tail/stress.ts";
import { tailRisk } from "./tail/value-at-risk.ts";

/** Held and being entered of one instrument, in quote. */
export interface Held {
  readonly instrument: Instrument;
  /** Without signs: each strategy's for itself. */
  readonly size: bigint;
  /** Of all strategies, below 0 when short: with what is being entered long, and with what is being entered short. */
  readonly long: bigint;
  readonly short: bigint;
}

const signed = ({ long, short }: Held, side: Order["side"]): bigint => (side === "buy" ? long : short);

/** What the portfolio knows around one entry, before it. All of one quote asset. */
export interface PlanStanding {
  readonly memory: RiskMemory;
  /** Of all strategies together, and of the one that asks. */
  readonly equity: Money;
  readonly strategyEquity: Money;
  readonly held: readonly Held[];
  /** The same of the one that asks, without signs. */
  readonly strategyValue: Money;
  /** Entries approved in this decision. */
  readonly entered: number;
  /** Held of a contract on the account of an entry, with what is being entered on its side, and it itself. */
  legWith(order: Order, adds: Money): MarkedLeg;
}

/** A rule, what was asked, and the most that would have passed: quote, a ratio or a count, or the time in ms until which it holds. */
export interface PlanRefusal {
  readonly rule: PlanRule | "gross-exposure";
  readonly asked: Decimal;
  readonly max: Decimal;
}

const no = (rule: PlanRefusal["rule"], asked: Decimal = 0n, max: Decimal = 0n): PlanRefusal => ({
  rule,
  asked,
  max,
});
const whole = (count: number): Decimal => BigInt(Math.round(count)) * ONE;

/** `adds`: the order at the last price, above 0. */
export const planRefusal = (
  standing: PlanStanding,
  instrument: Instrument,
  order: Order,
  adds: Money,
): PlanRefusal | undefined =>
  placeRefusal(standing, instrument, order) ??
  equityRefusal(standing, instrument, order) ??
  rateRefusal(standing, order) ??
  modelRefusal(standing, order, adds) ??
  exposureRefusal(standing, instrument, order, adds) ??
  tailRefusal(standing, instrument, order, adds) ??
  liquidationRefusal(standing, instrument, order, adds);

const placeRefusal = (
  { memory }: PlanStanding,
  instrument: Instrument,
  { side, at }: Order,
): PlanRefusal | undefined => {
  const barred = barredBy(memory.plan.controls, instrument, at);
  if (barred !== undefined) return no(barred.rule, whole(at), whole(barred.until));
  const lock = memory.lockOn(instrument.id, side === "buy" ? "long" : "short", at);
  return lock === undefined ? undefined : no(lock.rule, whole(at), whole(lock.until));
};

const equityRefusal = (
  { memory, equity }: PlanStanding,
  { quote }: Instrument,
  { at }: Order,
): PlanRefusal | undefined => {
  const { dailyLoss, drawdown } = memory.plan;
  const track = memory.track(quote);
  const lost = dailyLoss && track.lost(equity, dailyLoss.max, at, dailyLoss.timeZone);
  if (lost !== undefined) return no("daily-loss", lost.fall, lost.max);
  const fallen = drawdown === undefined ? undefined : track.fallen(equity, drawdown);
  return fallen === undefined ? undefined : no("drawdown", fallen.fall, fallen.max);
};

const rateRefusal = ({ memory }: PlanStanding, { at }: Order): PlanRefusal | undefined => {
  const { cancelsPerMinute, orderToTrade } = memory.plan.controls;
  if (cancelsPerMinute !== undefined) {
    const cancels = memory.cancelsAt(at);
    if (cancels >= cancelsPerMinute) return no("cancel-rate", whole(cancels), whole(cancelsPerMinute));
  }
  const found = orderToTrade && memory.messages.beyond(orderToTrade, at);
  return found === undefined ? undefined : no("order-to-trade", ratio(found), ratio(orderToTrade!.max));
};

const modelRefusal = (
  { memory, strategyValue, strategyEquity, entered }: PlanStanding,
  { strategy, at }: Order,
  adds: Money,
): PlanRefusal | undefined => {
  const { models } = memory.plan.controls;
  if (models?.strategies.includes(strategy) !== true) return undefined;
  const { ordersPerHour, exposure } = models;
  const entries = memory.entriesOf(strategy, at) + entered + 1;
  if (ordersPerHour !== undefined && entries > ordersPerHour)
    return no("model-rate", whole(entries), whole(ordersPerHour));
  return exposure === undefined
    ? undefined
    : beyond("model-exposure", strategyValue + adds, exposure, strategyEquity);
};

const beyond = (
  rule: PlanRefusal["rule"],
  asked: bigint,
  ratio: number | undefined,
  equity: Money,
): PlanRefusal | undefined => {
  if (ratio === undefined) return undefined;
  const max = equity > 0n ? times(fromFloat(ratio), equity) : 0n;
  return asked > max ? no(rule, asked, max) : undefined;
};

const exposureRefusal = (
  { memory, held, equity, strategyValue }: PlanStanding,
  { id, base, venue }: Instrument,
  { side }: Order,
  adds: Money,
): PlanRefusal | undefined => {
  const { exposure } = memory.plan;
  const change = side === "buy" ? (adds as bigint) : 0n - adds;
  let [gross, net, asset, atVenue, cluster] = [adds as bigint, 0n, 0n, adds as bigint, adds as bigint];
  const clusters = exposure.cluster === undefined ? undefined : memory.similar;
  for (const one of held) {
    const { instrument, size } = one;
    const value = signed(one, side);
    gross += size;
    net += value;
    if (instrument.base === base) asset += value;
    if (instrument.venue === venue) atVenue += size;
    if (clusters !== undefined && (instrument.id === id || clusters.alike(instrument.id, id)))
      cluster += size;
  }
  /** A hedge that brings a signed sum nearer to 0 is no breach of it. */
  const grown = (sum: bigint): bigint =>
    absolute(sum + change) > absolute(sum) ? absolute(sum + change) : 0n;
  return (
    beyond("gross-exposure", gross, exposure.gross, equity) ??
    beyond("net-exposure", grown(net), exposure.net, equity) ??
    beyond("asset-exposure", grown(asset), exposure.asset, equity) ??
    beyond("venue-exposure", atVenue, exposure.venue, equity) ??
    beyond("strategy-exposure", strategyValue + adds, exposure.strategy, equity) ??
    beyond("cluster-exposure", cluster, exposure.cluster, equity)
  );
};

const tailRefusal = (
  { memory, held, equity }: PlanStanding,
  instrument: Instrument,
  { side }: Order,
  adds: Money,
): PlanRefusal | undefined => {
  const { tail, stress } = memory.plan;
  if (tail === undefined && stress.length === 0) return undefined;
  const worth = toFloat(equity);
  const change = toFloat(adds) * (side === "buy" ? 1 : -1);
  const after = held
    .map((one) => ({
      id: one.instrument.id,
      base: one.instrument.base,
      value: toFloat(signed(one, side)),
    }))
    .filter(({ value }) => value !== 0);
  const own = after.find(({ id }) => id === instrument.id);
  if (own === undefined) after.push({ id: instrument.id, base: instrument.base, value: change });
  else own.value += change;
  if (tail !== undefined) {
    const counts = after.map(({ id }) => memory.bars.get(id)?.count ?? 0);
    const count = Math.min(...counts);
    if (count < RETURNS_MIN) return no("no-history", whole(count), whole(RETURNS_MIN));
    const returns = new Float64Array(count);
    for (const { id, value } of after)
      for (const [k, each] of memory.bars.get(id)!.returns(count).entries())
        returns[k]! += (value / worth) * Math.expm1(each);
    const { valueAtRisk, expectedShortfall } = tailRisk(tail.method, returns, tail.confidence, tail.bars);
    for (const [rule, found, max] of [
      ["value-at-risk", valueAtRisk, tail.valueAtRisk],
      ["expected-shortfall", expectedShortfall, tail.expectedShortfall],
    ] as const)
      if (max !== undefined && found > max) return no(rule, ratio(found), ratio(max));
  }
  const beta = (of: string, to: string): number => betaOf(returnsOf(memory, of), returnsOf(memory, to));
  for (const scenario of stress) {
    if (scenario.max === undefined) continue;
    const loss = lossUnder(scenario, after, beta) / worth;
    if (loss > scenario.max) return no("stress", ratio(loss), ratio(scenario.max));
  }
  return undefined;
};

const liquidationRefusal = (
  { memory, equity, legWith }: PlanStanding,
  instrument: Instrument,
  order: Order,
  adds: Money,
): PlanRefusal | undefined => {
  const { liquidation } = memory.plan;
  if (liquidation === undefined || !isContract(instrument.id)) return undefined;
  const leg = legWith(order, adds);
  const { distance = Infinity } = liquidationOf(instrument, leg, equity, liquidation.maintenance) ?? {};
  return distance < liquidation.distance
    ? no("liquidation-distance", ratio(distance), ratio(liquidation.distance))
    : undefined;
};

const ratio = (value: number): Decimal => fromFloat(Math.round(Math.min(value, 1e9) * 1e9) / 1e9);

/** Of the first instrument of this base asset. */
const returnsOf = (memory: RiskMemory, asset: string): Float64Array => {
  for (const [id, bars] of memory.bars)
    if (id.slice(id.indexOf(":") + 1).startsWith(`${asset}/`)) return bars.returns();
  return new Float64Array(0);
};

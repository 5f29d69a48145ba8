/**
 * What the venue refuses before an order enters, each with a reason of the closed list: unknown names, filters
 * of the listing, ids in use, stops that would trigger at once, post-only orders that would take, missing funds.
 */
import type { VenueRefusal } from "../../domain/order/order.ts";
import type { Money } from "../../domain/values/values.ts";
import { ZERO, format, most } from "../../domain/values/values.ts";
import type { Desk } from "./desk.ts";
import type { Account } from "./ledger.ts";
import { oppositeOf, wouldTake } from "./matching.ts";
import { OrderState } from "./order-state.ts";
import type { Pair } from "./pair.ts";
import { costOf } from "./settlement.ts";
import { crossesLast } from "./tape.ts";
import type { NewOrder, SelfTrade } from "./venue.ts";

export interface Refused {
  readonly ok: false;
  readonly refusal: VenueRefusal;
  readonly detail: string;
}

export const refuse = (refusal: VenueRefusal, detail: string): Refused => ({ ok: false, refusal, detail });

const isPrice = (ticks: number | undefined): ticks is number =>
  ticks !== undefined && Number.isSafeInteger(ticks) && ticks > 0;

/** The numbers of the order against the listing's filters. */
const checkFilters = (pair: Pair, order: NewOrder): Refused | undefined => {
  const { listing } = pair;
  const { lots, ticks, stopTicks, type } = order;
  if (listing.status !== "trading")
    return refuse("instrument-not-trading", `${listing.symbol} is ${listing.status}`);
  if (!Number.isSafeInteger(lots) || lots < listing.lotsMin || lots > listing.lotsMax || lots <= 0)
    return refuse(
      "filter-quantity",
      `lots: expected ${listing.lotsMin} to ${listing.lotsMax}, found ${lots}`,
    );
  const limited = type === "limit" || type === "stop-limit";
  if (limited !== (ticks !== undefined) || (limited && !isPrice(ticks)))
    return refuse(
      "filter-price",
      `ticks: expected ${limited ? "a positive integer" : "none"}, found ${ticks}`,
    );
  const stopped = type === "stop-market" || type === "stop-limit";
  if (stopped !== (stopTicks !== undefined) || (stopped && !isPrice(stopTicks)))
    return refuse(
      "filter-price",
      `stopTicks: expected ${stopped ? "a positive integer" : "none"}, found ${stopTicks}`,
    );
  const price = Math.max(ticks ?? stopTicks ?? pair.lastTicks, stopTicks ?? 0);
  if (!Number.isSafeInteger(price * lots))
    return refuse("filter-price", `ticks times lots: expected below 2^53, found ${price * lots}`);
  const valued = ticks ?? stopTicks ?? pair.lastTicks;
  // What only lessens a position may be as small as the position.
  if (order.reduceOnly === true) return undefined;
  if (listing.notionalMin !== ZERO && valued !== 0 && pair.notionalOf(valued, lots) < listing.notionalMin)
    return refuse("filter-notional", `notional: expected at least ${format(listing.notionalMin)}`);
  return undefined;
};

/** Against what the account already has open. */
const checkDesk = (desk: Desk, order: NewOrder, openOrdersMax: number): Refused | undefined => {
  if (desk.openCount >= openOrdersMax)
    return refuse("too-many-orders", `at most ${openOrdersMax} open orders on ${order.symbol}`);
  if (order.clientId !== "" && desk.byClient.get(order.clientId)?.isOpen === true)
    return refuse("duplicate-id", `an order ${order.clientId} is open`);
  return undefined;
};

/** Against the market as it is. */
const checkMarket = (pair: Pair, order: OrderState): Refused | undefined => {
  const { side, stop } = order;
  if (stop !== 0) {
    const due = pair.lastTicks !== 0 && (side === "buy" ? pair.lastTicks >= stop : pair.lastTicks <= stop);
    return due ? refuse("would-take", "the stop price would trigger at once") : undefined;
  }
  if (order.timeInForce !== "PO" || order.isMarket) return undefined;
  const takes = pair.tape ? crossesLast(pair, order) : wouldTake(pair, order);
  return takes ? refuse("would-take", "a post-only order would take") : undefined;
};

/** All that can be refused but for want of funds; the order made is known to nobody yet. */
export const admit = (
  pair: Pair,
  account: Account,
  order: NewOrder,
  id: number,
  rules: { readonly openOrdersMax: number; readonly selfTrade: SelfTrade },
): OrderState | Refused => {
  const refused = checkFilters(pair, order);
  if (refused !== undefined) return refused;
  const desk = account.desk(pair.listing);
  const selfTrade = order.selfTrade ?? (account.unlimited ? "none" : rules.selfTrade);
  const made = new OrderState(id, desk, order, selfTrade, pair.ledger.now);
  return checkDesk(desk, order, rules.openOrdersMax) ?? checkMarket(pair, made) ?? made;
};

/** Walks the book: what a market buy will cost, as far as the book reaches. */
const walkCost = (pair: Pair, order: OrderState): Money => {
  let cost = 0n;
  let missing = order.lots;
  // Most orders end at the touch.
  const { best } = oppositeOf(pair, order);
  if (best !== undefined && best.lots >= missing && Number.isSafeInteger(best.key * missing))
    return pair.notionalOf(-best.key, missing);
  const asks = oppositeOf(pair, order);
  for (let i = 0; missing > 0; i += 1) {
    const level = asks.level(i);
    if (level === undefined) break;
    const lots = Math.min(missing, level.lots);
    cost += BigInt(-level.key) * BigInt(lots) * pair.unit;
    missing -= lots;
  }
  return cost as Money;
};

/** What the order must be able to give; kept in it as `need`. */
export const fundsNeeded = (pair: Pair, order: OrderState): Money => {
  order.need = needOf(pair, order);
  return order.need;
};

const needOf = (pair: Pair, order: OrderState): Money => {
  if (order.side === "sell" || order.limit !== 0) return costOf(pair, order, order.limit, order.lots);
  if (order.stop !== 0)
    return ((pair.notionalOf(order.stop, order.lots) * BigInt(10_000 + pair.marginBps)) / 10_000n) as Money;
  return pair.tape ? pair.notionalOf(pair.lastTicks, order.lots) : walkCost(pair, order);
};

/** Spot: what is not held cannot be sold. */
export const checkFunds = (order: OrderState, needed: Money): Refused | undefined => {
  const { desk, side } = order;
  if (desk.account.unfunded) return undefined;
  const holding = side === "buy" ? desk.quote : desk.base;
  if (holding.free >= needed) return undefined;
  if (side === "sell" && most(holding.free, holding.locked) === ZERO)
    return refuse("short-not-allowed", `holds no ${holding.asset}`);
  return refuse(
    "insufficient-balance",
    `${holding.asset}: needs ${format(needed)}, free ${format(holding.free)}`,
  );
};

/** A pair of OCO orders differs in nothing but price and id; its limit is the better price of the two. */
export const ocoMismatch = (limit: NewOrder, stop: NewOrder): Refused | undefined => {
  if (limit.account !== stop.account || limit.symbol !== stop.symbol || limit.side !== stop.side)
    return refuse("other", "OCO: expected two orders of one account, symbol and side");
  if (limit.lots !== stop.lots) return refuse("filter-quantity", "OCO: expected equal lots");
  if (limit.type !== "limit" || !stop.type.startsWith("stop-"))
    return refuse("other", `OCO: expected a limit and a stop order, found ${limit.type} and ${stop.type}`);
  const { ticks = 0 } = limit;
  const { stopTicks = 0 } = stop;
  if (limit.side === "buy" ? ticks >= stopTicks : ticks <= stopTicks)
    return refuse("filter-price", "OCO: expected the limit at a better price than the stop");
  if (limit.clientId !== "" && limit.clientId === stop.clientId)
    return refuse("duplicate-id", `OCO: both orders are called ${limit.clientId}`);
  return undefined;
};

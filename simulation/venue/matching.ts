/**
 * Book market: an incoming order meets the other side by price, then time; what remains rests or expires.
 * Then the stops that the last price sets off enter, one after the other, until none is due.
 */
import type { Ladder } from "./ladder.ts";
import type { Ledger } from "./ledger.ts";
import type { OrderState } from "./order-state.ts";
import type { Pair } from "./pair.ts";
import { end, fillSide, partWithPartner, rest } from "./settlement.ts";

export const oppositeOf = (pair: Pair, order: OrderState): Ladder =>
  order.side === "buy" ? pair.asks : pair.bids;

/** Would a limit at `ticks` meet the best of the other side? */
const crosses = (against: Ladder, limit: number): boolean => {
  const { best } = against;
  // Keys of the other side grow towards better prices for us, so one comparison serves both sides.
  return best !== undefined && (limit === 0 || best.key >= limit * against.sign);
};

/** A post-only order that would take must not enter. */
export const wouldTake = (pair: Pair, order: OrderState): boolean =>
  crosses(oppositeOf(pair, order), order.limit);

/** Could it fill as a whole right now? Own orders do not count unless self-trade is allowed. */
const canFill = (against: Ladder, order: OrderState): boolean => {
  const keyMin = order.limit * against.sign;
  let missing = order.remaining;
  for (const level of against) {
    if (order.limit !== 0 && level.key < keyMin) return false;
    for (let maker = level.first; maker !== undefined; maker = maker.behind) {
      if (order.selfTrade === "none" || maker.desk.account !== order.desk.account) missing -= maker.remaining;
      else if (order.selfTrade !== "expire-maker") return false;
      if (missing <= 0) return true;
    }
  }
  return false;
};

/** A market buy never spends more than is there: the lots it can pay at this price, at most `lots`. */
export const affordable = (pair: Pair, order: OrderState, ticks: number, lots: number): number => {
  if (order.side === "sell" || !order.isMarket || order.desk.account.unlimited) return lots;
  const free = order.desk.quote.free + order.locked;
  return pair.notionalOf(ticks, lots) <= free ? lots : Number(free / (BigInt(ticks) * pair.unit));
};

const trade = (
  ledger: Ledger,
  pair: Pair,
  taker: OrderState,
  maker: OrderState,
  lots: number,
  at: number,
) => {
  const ticks = maker.limit;
  const notional = pair.notionalOf(ticks, lots);
  const quantity = pair.quantityOf(lots);
  pair.trades += 1;
  pair.version += 1;
  pair.lastTicks = ticks;
  pair.lastLots = lots;
  const tradeId = pair.trades;
  oppositeOf(pair, taker).fill(maker, lots);
  taker.remaining -= lots;
  const { symbol } = pair.listing;
  ledger.tell({ type: "print", symbol, tradeId, ticks, lots, takerSide: taker.side, at });
  fillSide(ledger, pair, taker, ticks, lots, notional, quantity, "taker", maker.id, tradeId, at);
  fillSide(ledger, pair, maker, ticks, lots, notional, quantity, "maker", taker.id, tradeId, at);
  partWithPartner(ledger, pair, maker, at);
};

const meetsItself = (ledger: Ledger, pair: Pair, taker: OrderState, maker: OrderState, at: number): void => {
  if (taker.selfTrade !== "expire-taker") end(ledger, pair, maker, "expired", at, "self-trade");
  if (taker.selfTrade !== "expire-maker") end(ledger, pair, taker, "expired", at, "self-trade");
};

const take = (ledger: Ledger, pair: Pair, order: OrderState, at: number): void => {
  const against = oppositeOf(pair, order);
  while (order.remaining > 0 && crosses(against, order.limit)) {
    const maker = against.best!.first!;
    if (order.selfTrade !== "none" && maker.desk.account === order.desk.account) {
      meetsItself(ledger, pair, order, maker, at);
      if (!order.isOpen) return;
      continue;
    }
    const wanted = order.remaining < maker.remaining ? order.remaining : maker.remaining;
    const lots = affordable(pair, order, maker.limit, wanted);
    if (lots > 0) trade(ledger, pair, order, maker, lots, at);
    if (lots < wanted) {
      end(ledger, pair, order, "expired", at, "insufficient-balance");
      return;
    }
  }
};

/** An accepted order whose lock is released meets the book. */
const enter = (ledger: Ledger, pair: Pair, order: OrderState, at: number): void => {
  const { timeInForce, isMarket } = order;
  if (timeInForce === "PO" && !isMarket && wouldTake(pair, order)) {
    end(ledger, pair, order, "rejected", at, "would-take");
    return;
  }
  if (timeInForce === "FOK" && !isMarket && !canFill(oppositeOf(pair, order), order)) {
    end(ledger, pair, order, "expired", at);
    return;
  }
  take(ledger, pair, order, at);
  if (!order.isOpen) return;
  if (isMarket || timeInForce === "IOC" || timeInForce === "FOK") {
    end(ledger, pair, order, "expired", at);
    return;
  }
  rest(ledger, pair, order);
};

const triggerStops = (ledger: Ledger, pair: Pair, at: number): void => {
  // Every round takes one stop off the list, so this ends.
  for (let stop = pair.stops.due(pair.lastTicks); stop !== undefined; stop = pair.stops.due(pair.lastTicks)) {
    trigger(ledger, pair, stop, at);
    ledger.release(stop);
    enter(ledger, pair, stop, at);
  }
};

/** The stop becomes a visible order; its OCO partner goes. */
export const trigger = (ledger: Ledger, pair: Pair, stop: OrderState, at: number): void => {
  pair.stops.remove(stop);
  stop.triggered = true;
  stop.updatedAt = at;
  if (!stop.desk.account.unlimited) ledger.tell({ type: "order", order: stop, why: "triggered", at });
  partWithPartner(ledger, pair, stop, at);
};

export const enterBook = (ledger: Ledger, pair: Pair, order: OrderState, at: number): void => {
  const { trades } = pair;
  enter(ledger, pair, order, at);
  if (pair.trades !== trades) triggerStops(ledger, pair, at);
};

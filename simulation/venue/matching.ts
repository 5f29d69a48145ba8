/**
 * Book market: an incoming order meets the other side by price, then time; what remains rests or expires.
 * Then the stops that the last price sets off enter, one after the other, until none is due.
 */
import type { Ladder } from "./ladder.ts";
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
  for (let i = 0; ; i += 1) {
    const level = against.level(i);
    if (level === undefined) return false;
    if (order.limit !== 0 && level.key < keyMin) return false;
    for (let maker = level.first; maker !== undefined; maker = maker.behind) {
      if (order.selfTrade === "none" || maker.desk.account !== order.desk.account) missing -= maker.remaining;
      else if (order.selfTrade !== "expire-maker") return false;
      if (missing <= 0) return true;
    }
  }
};

/**
 * Sets up the pair's next trade with as many of `lots` as the order can pay: a market buy never spends more
 * than is there. Returns the lots.
 */
export const affordable = (pair: Pair, order: OrderState, ticks: number, lots: number): number => {
  const { notional } = pair.match(ticks, lots);
  if (order.side === "sell" || !order.isMarket || order.desk.account.unfunded) return lots;
  const free = order.desk.quote.free + order.locked;
  if (notional <= free) return lots;
  const fewer = Number(free / (BigInt(ticks) * pair.unit));
  pair.match(ticks, fewer);
  return fewer;
};

/** Trades at the maker's price; returns false when the taker's money ends with it. */
const trade = (pair: Pair, taker: OrderState, maker: OrderState): boolean => {
  const { tradable } = taker;
  const offered = maker.tradable;
  const wanted = tradable < offered ? tradable : offered;
  const lots = affordable(pair, taker, maker.limit, wanted);
  if (lots === 0) return false;
  const { ticks, id } = pair.happen();
  pair.version += 1;
  pair.lastTicks = ticks;
  pair.lastLots = lots;
  oppositeOf(pair, taker).fill(maker, lots);
  taker.remaining -= lots;
  pair.tellPrint(id, ticks, lots, taker.side);
  fillSide(pair, taker, "taker", maker.id);
  fillSide(pair, maker, "maker", taker.id);
  partWithPartner(pair, maker);
  return lots === wanted;
};

const meetsItself = (pair: Pair, taker: OrderState, maker: OrderState): void => {
  if (taker.selfTrade !== "expire-taker") end(pair, maker, "expired", "self-trade");
  if (taker.selfTrade !== "expire-maker") end(pair, taker, "expired", "self-trade");
};

const take = (pair: Pair, order: OrderState): void => {
  const against = oppositeOf(pair, order);
  while (order.remaining > 0 && crosses(against, order.limit)) {
    const maker = against.best!.first!;
    if (order.selfTrade !== "none" && maker.desk.account === order.desk.account) {
      meetsItself(pair, order, maker);
      if (!order.isOpen) return;
      continue;
    }
    // Checked anew for each trade: the one before may have closed the position.
    if (order.tradable === 0 || maker.tradable === 0) {
      end(pair, order.tradable === 0 ? order : maker, "expired");
      if (!order.isOpen) return;
      continue;
    }
    if (!trade(pair, order, maker)) {
      end(pair, order, "expired", "insufficient-balance");
      return;
    }
  }
};

/** An accepted order whose lock is released meets the book. */
const enter = (pair: Pair, order: OrderState): void => {
  const { timeInForce, isMarket } = order;
  if (timeInForce === "PO" && !isMarket && wouldTake(pair, order)) {
    end(pair, order, "rejected", "would-take");
    return;
  }
  if (timeInForce === "FOK" && !isMarket && !canFill(oppositeOf(pair, order), order)) {
    end(pair, order, "expired");
    return;
  }
  take(pair, order);
  if (!order.isOpen) return;
  if (isMarket || timeInForce === "IOC" || timeInForce === "FOK") {
    end(pair, order, "expired");
    return;
  }
  rest(pair, order);
};

const triggerStops = (pair: Pair): void => {
  // Every round takes one stop off the list, so this ends.
  for (let stop = pair.stops.due(pair.lastTicks); stop !== undefined; stop = pair.stops.due(pair.lastTicks)) {
    trigger(pair, stop);
    pair.ledger.release(stop);
    enter(pair, stop);
  }
};

/** The stop becomes a visible order; its OCO partner goes. */
export const trigger = (pair: Pair, stop: OrderState): void => {
  pair.stops.remove(stop);
  stop.triggered = true;
  stop.updatedAt = pair.ledger.now;
  if (!stop.desk.account.unlimited)
    pair.ledger.tell({ type: "order", order: stop, why: "triggered", at: pair.ledger.now });
  partWithPartner(pair, stop);
};

export const enterBook = (pair: Pair, order: OrderState): void => {
  const { trades } = pair;
  enter(pair, order);
  if (pair.trades !== trades) triggerStops(pair);
};

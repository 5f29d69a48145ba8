/**
 * Tape market: recorded prints are the only counterpart. Each print offers its lots once to our buys and once
 * to our sells: first to orders that wait for the next print (market orders, and limits better than the last
 * print), oldest first, at the print's price; then to resting orders by price and time, at their own price,
 * when the print goes through it, or prints at it after `queueAhead` lots have. A waiting limit that meets a
 * worse print rests from then on. IOC and FOK are decided by the next print, stops act after the print that
 * triggers them, and our fills never print.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import type { Money, Side } from "../../domain/values/values.ts";
import { least } from "../../domain/values/values.ts";
import type { Ladder } from "./ladder.ts";
import type { Ledger } from "./ledger.ts";
import { affordable, trigger } from "./matching.ts";
import type { OrderState } from "./order-state.ts";
import type { Pair } from "./pair.ts";
import { costOf, end, fillSide, partWithPartner, rest } from "./settlement.ts";

const isBetter = (side: Side, limit: number, ticks: number): boolean =>
  side === "buy" ? limit > ticks : limit < ticks;

/** A limit better than the last print is taken for marketable. */
export const crossesLast = (pair: Pair, order: OrderState): boolean =>
  pair.lastTicks !== 0 && isBetter(order.side, order.limit, pair.lastTicks);

/** What a market buy sets aside: the last price plus a margin, but no more than there is. */
const setAside = (ledger: Ledger, pair: Pair, order: OrderState, marginBps: number): void => {
  if (order.desk.account.unlimited) return;
  let cost = costOf(pair, order, order.isMarket ? pair.lastTicks : order.limit, order.remaining);
  if (order.isMarket && order.side === "buy") {
    const withMargin = ((cost * BigInt(10_000 + marginBps)) / 10_000n) as Money;
    cost = least(withMargin, order.desk.quote.free);
  }
  ledger.lock(order, cost);
};

const restOnTape = (ledger: Ledger, pair: Pair, order: OrderState): void => {
  order.queueAhead = pair.listing.queueAheadLots ?? pair.printedAt.get(order.limit) ?? 0;
  rest(ledger, pair, order);
};

export const enterTape = (
  ledger: Ledger,
  pair: Pair,
  order: OrderState,
  marginBps: number,
  at: number,
): void => {
  const { isMarket, timeInForce } = order;
  const crosses = isMarket || crossesLast(pair, order);
  if (timeInForce === "PO" && !isMarket && crosses) {
    end(ledger, pair, order, "rejected", at, "would-take");
    return;
  }
  setAside(ledger, pair, order, marginBps);
  if (!crosses && timeInForce !== "IOC" && timeInForce !== "FOK") {
    restOnTape(ledger, pair, order);
    return;
  }
  order.place = "prints";
  pair.waiting.push(order);
};

const leaveWaiting = (pair: Pair, order: OrderState): void => {
  pair.waiting.splice(pair.waiting.indexOf(order), 1);
  order.place = "nowhere";
};

/** One print as it is shared out to one side of ours. */
class Share {
  readonly ledger: Ledger;
  readonly pair: Pair;
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
  readonly at: number;
  taken = 0;

  constructor(ledger: Ledger, pair: Pair, side: Side, ticks: number, lots: number, at: number) {
    this.ledger = ledger;
    this.pair = pair;
    this.side = side;
    this.ticks = ticks;
    this.lots = lots;
    this.at = at;
  }

  toWaiting(): void {
    const { ledger, pair, at } = this;
    for (const order of [...pair.waiting]) {
      // A fill may have ended its OCO partner, which waits here no longer.
      if (order.side !== this.side || order.place !== "prints") continue;
      const once = !order.isMarket && (order.timeInForce === "IOC" || order.timeInForce === "FOK");
      if (!order.isMarket && isBetter(order.side, this.ticks, order.limit)) {
        if (once) end(ledger, pair, order, "expired", at);
        else {
          leaveWaiting(pair, order);
          restOnTape(ledger, pair, order);
        }
        continue;
      }
      const offered = Math.min(order.remaining, this.lots - this.taken);
      const lots = affordable(pair, order, this.ticks, offered);
      const whole = lots === order.remaining;
      if (lots > 0 && (whole || order.isMarket || order.timeInForce !== "FOK")) {
        if (whole) leaveWaiting(pair, order);
        order.remaining -= lots;
        this.fill(order, this.ticks, lots, "taker");
      }
      if (lots < offered) end(ledger, pair, order, "expired", at, "insufficient-balance");
      else if (once && order.isOpen) end(ledger, pair, order, "expired", at);
    }
  }

  toResting(ladder: Ladder): void {
    const key = this.ticks * ladder.sign;
    for (const level of [...ladder]) {
      if (level.key < key) return;
      let next: OrderState | undefined;
      for (let order = level.first; order !== undefined; order = next) {
        next = order.behind;
        if (level.key > key) order.queueAhead = 0;
        const lots = Math.min(order.remaining, this.lots - this.taken - order.queueAhead);
        order.queueAhead = Math.max(0, order.queueAhead - this.lots);
        if (lots <= 0) continue;
        ladder.fill(order, lots);
        this.pair.version += 1;
        this.fill(order, order.limit, lots, "maker");
      }
    }
  }

  private fill(order: OrderState, ticks: number, lots: number, liquidity: "maker" | "taker"): void {
    const { ledger, pair, at } = this;
    this.taken += lots;
    pair.trades += 1;
    const notional = pair.notionalOf(ticks, lots);
    const quantity = pair.quantityOf(lots);
    fillSide(ledger, pair, order, ticks, lots, notional, quantity, liquidity, 0, pair.trades, at);
    partWithPartner(ledger, pair, order, at);
  }
}

const triggerStops = (ledger: Ledger, pair: Pair, marginBps: number, at: number): void => {
  // Every round takes one stop off the list, so this ends.
  for (let stop = pair.stops.due(pair.lastTicks); stop !== undefined; stop = pair.stops.due(pair.lastTicks)) {
    trigger(ledger, pair, stop, at);
    ledger.release(stop);
    enterTape(ledger, pair, stop, marginBps, at);
  }
};

/** One recorded print happens. Throws `Invalid` for prices or lots that are no positive safe integers. */
export const printOnTape = (
  ledger: Ledger,
  pair: Pair,
  tradeId: number,
  ticks: number,
  lots: number,
  takerSide: Side,
  marginBps: number,
  at: number,
): void => {
  const { symbol } = pair.listing;
  if (!Number.isSafeInteger(ticks) || ticks <= 0)
    throw new Invalid(`${symbol} print.ticks`, "a positive integer", ticks);
  if (!Number.isSafeInteger(lots) || lots <= 0 || !Number.isSafeInteger(ticks * lots))
    throw new Invalid(`${symbol} print.lots`, "a positive integer, ticks times lots below 2^53", lots);
  pair.lastTicks = ticks;
  pair.lastLots = lots;
  if (takerSide === "buy") pair.lastBought = ticks;
  else pair.lastSold = ticks;
  pair.version += 1;
  ledger.tell({ type: "print", symbol, tradeId, ticks, lots, takerSide, at });
  const buys = new Share(ledger, pair, "buy", ticks, lots, at);
  const sells = new Share(ledger, pair, "sell", ticks, lots, at);
  if (pair.waiting.length > 0) {
    buys.toWaiting();
    sells.toWaiting();
  }
  if (!pair.bids.isEmpty) buys.toResting(pair.bids);
  if (!pair.asks.isEmpty) sells.toResting(pair.asks);
  pair.printedAt.set(ticks, lots);
  triggerStops(ledger, pair, marginBps, at);
};

/** The one level a side that the last prints imply; where they contradict each other, the newer one holds. */
export const impliedDepth = (pair: Pair): { bids: [number, number][]; asks: [number, number][] } => {
  const { lastTicks, lastLots, lastSold, lastBought } = pair;
  if (lastTicks === 0) return { bids: [], asks: [] };
  const boughtLast = lastTicks === lastBought;
  const ask = lastBought !== 0 && (boughtLast || lastBought > lastSold) ? lastBought : lastTicks + 1;
  const bid = lastSold !== 0 && lastSold < ask ? lastSold : ask - 1;
  return { bids: bid > 0 ? [[bid, lastLots]] : [], asks: [[ask, lastLots]] };
};

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
import { affordable, trigger } from "./matching.ts";
import type { OrderState } from "./order-state.ts";
import type { Pair } from "./pair.ts";
import type { PrintColumns } from "./venue.ts";
import { costOf, end, fillSide, partWithPartner, rest } from "./settlement.ts";

const isBetter = (side: Side, limit: number, ticks: number): boolean =>
  side === "buy" ? limit > ticks : limit < ticks;

/** A limit better than the last print is taken for marketable. */
export const crossesLast = (pair: Pair, order: OrderState): boolean =>
  pair.lastTicks !== 0 && isBetter(order.side, order.limit, pair.lastTicks);

/** What a market buy sets aside: the last price plus a margin, but no more than there is. */
const setAside = (pair: Pair, order: OrderState): void => {
  if (order.desk.account.unfunded) return;
  let cost = costOf(pair, order, order.isMarket ? pair.lastTicks : order.limit, order.remaining);
  if (order.isMarket && order.side === "buy") {
    const withMargin = ((cost * BigInt(10_000 + pair.marginBps)) / 10_000n) as Money;
    cost = least(withMargin, order.desk.quote.free);
  }
  pair.ledger.lock(order, cost);
};

const restOnTape = (pair: Pair, order: OrderState): void => {
  order.queueAhead = pair.listing.queueAheadLots ?? pair.printedAt.get(order.limit) ?? 0;
  rest(pair, order);
};

export const enterTape = (pair: Pair, order: OrderState): void => {
  const { isMarket, timeInForce } = order;
  const crosses = isMarket || crossesLast(pair, order);
  if (timeInForce === "PO" && !isMarket && crosses) {
    end(pair, order, "rejected", "would-take");
    return;
  }
  setAside(pair, order);
  if (!crosses && timeInForce !== "IOC" && timeInForce !== "FOK") {
    restOnTape(pair, order);
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
  readonly pair: Pair;
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
  taken = 0;

  constructor(pair: Pair, side: Side, ticks: number, lots: number) {
    this.pair = pair;
    this.side = side;
    this.ticks = ticks;
    this.lots = lots;
  }

  toWaiting(): void {
    const { pair } = this;
    for (const order of [...pair.waiting]) {
      // A fill may have ended its OCO partner, which waits here no longer.
      if (order.side !== this.side || order.place !== "prints") continue;
      const once = !order.isMarket && (order.timeInForce === "IOC" || order.timeInForce === "FOK");
      if (!order.isMarket && isBetter(order.side, this.ticks, order.limit)) {
        if (once) end(pair, order, "expired");
        else {
          leaveWaiting(pair, order);
          restOnTape(pair, order);
        }
        continue;
      }
      const { tradable } = order;
      if (tradable === 0) {
        end(pair, order, "expired");
        continue;
      }
      const offered = Math.min(tradable, this.lots - this.taken);
      const lots = affordable(pair, order, this.ticks, offered);
      const whole = lots === order.remaining;
      if (lots > 0 && (whole || order.isMarket || order.timeInForce !== "FOK")) {
        if (whole) leaveWaiting(pair, order);
        order.remaining -= lots;
        this.fill(order, this.ticks, lots, "taker");
      }
      if (lots < offered) end(pair, order, "expired", "insufficient-balance");
      else if (once && order.isOpen) end(pair, order, "expired");
    }
  }

  toResting(ladder: Ladder): void {
    const key = this.ticks * ladder.sign;
    let i = 0;
    for (let level = ladder.level(i); level !== undefined && level.key >= key; level = ladder.level(i)) {
      let next: OrderState | undefined;
      for (let order = level.first; order !== undefined; order = next) {
        next = order.behind;
        if (level.key > key) order.queueAhead = 0;
        const { tradable } = order;
        const lots = Math.min(tradable, this.lots - this.taken - order.queueAhead);
        order.queueAhead = Math.max(0, order.queueAhead - this.lots);
        if (tradable === 0) end(this.pair, order, "expired");
        if (lots <= 0) continue;
        ladder.fill(order, lots);
        this.fill(order, order.limit, lots, "maker");
      }
      // A level that was filled wholly has left the ladder.
      if (level.first !== undefined) i += 1;
    }
  }

  private fill(order: OrderState, ticks: number, lots: number, liquidity: "maker" | "taker"): void {
    this.taken += lots;
    this.pair.match(ticks, lots);
    this.pair.happen();
    fillSide(this.pair, order, liquidity, 0);
    partWithPartner(this.pair, order);
  }
}

const share = (pair: Pair, ticks: number, lots: number): void => {
  const buys = new Share(pair, "buy", ticks, lots);
  const sells = new Share(pair, "sell", ticks, lots);
  if (pair.waiting.length > 0) {
    buys.toWaiting();
    sells.toWaiting();
  }
  if (!pair.bids.isEmpty) buys.toResting(pair.bids);
  if (!pair.asks.isEmpty) sells.toResting(pair.asks);
};

const triggerStops = (pair: Pair): void => {
  // Every round takes one stop off the list, so this ends.
  for (let stop = pair.stops.due(pair.lastTicks); stop !== undefined; stop = pair.stops.due(pair.lastTicks)) {
    trigger(pair, stop);
    pair.ledger.release(stop);
    enterTape(pair, stop);
  }
};

/** One recorded print happens. Throws `Invalid` for prices or lots that are no positive safe integers. */
export const printOnTape = (
  pair: Pair,
  tradeId: number,
  ticks: number,
  lots: number,
  takerSide: Side,
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
  pair.lastTaker = takerSide;
  if (!pair.ledger.quietTape) pair.tellPrint(tradeId, ticks, lots, takerSide);
  if (pair.waiting.length > 0 || pair.bids.reaches(ticks) || pair.asks.reaches(ticks))
    share(pair, ticks, lots);
  if (pair.listing.queueAheadLots === undefined) pair.printedAt.set(ticks, lots);
  triggerStops(pair);
};

/** Of prints in a row, where the first is that an order of ours may meet, or that is none. */
export const quietUntil = (pair: Pair, { ticks, lots }: PrintColumns, from: number, to: number): number => {
  const { bids, asks, stops, listing } = pair;
  if (pair.waiting.length > 0 || !pair.ledger.quietTape || listing.status !== "trading") return from;
  const low = Math.max(bids.bestTicks, stops.nearestSell);
  const high = Math.min(asks.isEmpty ? Infinity : asks.bestTicks, stops.nearestBuy);
  let k = from;
  for (; k < to; k += 1) {
    const price = ticks[k]!;
    const size = lots[k]!;
    if (!(price > low && price < high && size > 0 && arePrint(price, size))) break;
  }
  return k;
};

/** Prints that no order of ours meets, more than none. */
export const printQuietly = (
  pair: Pair,
  { ticks, lots, buys }: PrintColumns,
  from: number,
  to: number,
): void => {
  const last = buys[to - 1] === 1;
  let other = to - 1;
  while (other >= from && (buys[other] === 1) === last) other -= 1;
  const before = other >= from;
  if (last || before) pair.lastBought = ticks[last ? to - 1 : other]!;
  if (!last || before) pair.lastSold = ticks[last ? other : to - 1]!;
  if (pair.listing.queueAheadLots === undefined)
    for (let k = from; k < to; k += 1) pair.printedAt.set(ticks[k]!, lots[k]!);
  pair.lastTicks = ticks[to - 1]!;
  pair.lastLots = lots[to - 1]!;
  pair.lastTaker = buys[to - 1] === 1 ? "buy" : "sell";
  pair.version += to - from;
};

/** Of numbers above zero: whole ones below 2^53 are safe, and so are the factors of a safe product. */
const arePrint = (ticks: number, lots: number): boolean =>
  Math.floor(ticks) === ticks && Math.floor(lots) === lots && ticks * lots <= Number.MAX_SAFE_INTEGER;

/** The one level a side that the last prints imply; where they contradict each other, the newer one holds. */
export const impliedDepth = (pair: Pair): { bids: [number, number][]; asks: [number, number][] } => {
  const { lastTicks, lastLots, lastSold, lastBought, lastTaker } = pair;
  if (lastTicks === 0) return { bids: [], asks: [] };
  const ask = lastTaker === "buy" || lastBought > lastSold ? lastBought : lastSold + 1;
  const bid = lastTaker === "sell" || (lastSold !== 0 && lastSold < ask) ? lastSold : ask - 1;
  return { bids: bid > 0 ? [[bid, lastLots]] : [], asks: [[ask, lastLots]] };
};

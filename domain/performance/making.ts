/**
 * Figures of market making that profits do not tell: what the middle did after each fill, what was held meanwhile, how long and how
 * wide quotes stood. Prices in quote, quantities in base, times in ms. What is undefined is null.
 */
import { figure } from "./return-metrics.ts";

export interface MadeFill {
  readonly at: number;
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly quantity: number;
  readonly maker: boolean;
}

const BPS = 1e4;
const signOf = ({ side }: Pick<MadeFill, "side">): 1 | -1 => (side === "buy" ? 1 : -1);

/** Number, quantity, notional and average price of the fills of each side. */
export const sidesOf = (fills: readonly MadeFill[]) => ({
  buys: sumOf(fills, "buy"),
  sells: sumOf(fills, "sell"),
});

const sumOf = (fills: readonly MadeFill[], side: MadeFill["side"]) => {
  const some = fills.filter((fill) => fill.side === side);
  const quantity = some.reduce((sum, fill) => sum + fill.quantity, 0);
  const notional = some.reduce((sum, fill) => sum + fill.quantity * fill.price, 0);
  return { fills: some.length, quantity, notional, averagePrice: figure(notional / quantity) };
};

export interface Markout {
  readonly afterMs: number;
  /** Those whose time lies within the recording. */
  readonly fills: number;
  /** Gained at the middle then, of the notional, before fees: at 0 the half spread that was earned (or paid). */
  readonly bps: number | null;
  /** Of it, what the middle has moved against the fills since: adverse selection where above 0. */
  readonly adverseBps: number | null;
}

/**
 * Weighted by notional. `middles`: of each fill, at its own time and `afterMs` later; NaN where there is none. Bought at p, a middle of m
 * is a gain of m - p a unit; sold at p, one of p - m.
 */
export const markoutOf = (
  fills: readonly MadeFill[],
  afterMs: number,
  middles: (k: number) => readonly [own: number, later: number],
): Markout => {
  let [count, notional, gained, adverse] = [0, 0, 0, 0];
  for (const [k, fill] of fills.entries()) {
    const [own, later] = middles(k);
    if (Number.isNaN(own) || Number.isNaN(later)) continue;
    const quantity = signOf(fill) * fill.quantity;
    count += 1;
    notional += fill.quantity * fill.price;
    gained += quantity * (later - fill.price);
    adverse += quantity * (own - later);
  }
  const bps = (amount: number): number | null => figure((amount / notional) * BPS);
  return { afterMs, fills: count, bps: bps(gained), adverseBps: bps(adverse) };
};

/** Base held from `from` to `to`, `start` at first: mean and deviation by time. Fills in the order of time. */
export const inventoryOf = (fills: readonly MadeFill[], start: number, from: number, to: number) => {
  let [held, least, most, since] = [start, start, start, from];
  // Around the start, so that small swings of a large stock keep their digits.
  let [sum, squares] = [0, 0];
  const pass = (until: number): void => {
    const away = held - start;
    sum += away * (until - since);
    squares += away * away * (until - since);
    since = until;
  };
  for (const fill of fills) {
    pass(fill.at);
    held += signOf(fill) * fill.quantity;
    least = Math.min(least, held);
    most = Math.max(most, held);
  }
  pass(to);
  const mean = sum / (to - from);
  const deviation = Math.sqrt(Math.max(0, squares / (to - from) - mean * mean));
  return { start, end: held, least, most, mean: figure(start + mean), deviation: figure(deviation) };
};

/** An order while it rested. */
export interface Quoted {
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly from: number;
  readonly to: number;
}

/** Shares of the time from `from` to `to` with a bid, an ask, both; and how far apart the best two were while both stood, by time. */
export const quotedOf = (orders: readonly Quoted[], from: number, to: number) => {
  const turns = orders
    .filter((order) => order.to > order.from)
    .flatMap((order) => [
      { at: order.from, order, comes: true },
      { at: order.to, order, comes: false },
    ])
    .sort((a, b) => a.at - b.at);
  const standing = new Set<Quoted>();
  let [bidMs, askMs, bothMs, spread, since] = [0, 0, 0, 0, from];
  for (const { at, order, comes } of turns) {
    const passed = at - since;
    if (passed > 0 && standing.size > 0) {
      const [bid, ask] = bestOf(standing);
      if (bid > 0) bidMs += passed;
      if (ask < Infinity) askMs += passed;
      if (bid > 0 && ask < Infinity) {
        bothMs += passed;
        spread += ((ask - bid) / ((ask + bid) / 2)) * passed;
      }
    }
    since = at;
    if (comes) standing.add(order);
    else standing.delete(order);
  }
  const share = (ms: number): number | null => figure(ms / (to - from));
  return {
    bidShare: share(bidMs),
    askShare: share(askMs),
    bothShare: share(bothMs),
    spreadBps: figure((spread / bothMs) * BPS),
  };
};

const bestOf = (standing: ReadonlySet<Quoted>): readonly [bid: number, ask: number] => {
  let [bid, ask] = [0, Infinity];
  for (const { side, price } of standing)
    if (side === "buy") bid = Math.max(bid, price);
    else ask = Math.min(ask, price);
  return [bid, ask];
};

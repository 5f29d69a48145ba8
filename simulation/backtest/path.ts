/**
 * The inside of a candle as a path of three straight lines: open, low, high, close where it rose or stayed, open, high, low,
 * close where it fell. The nearer extreme comes first in most real candles, but which that was, a candle does not tell;
 * this is the convention of the field. Along the path every order is met where the price first comes to it, and what is sent
 * in answer arrives at that very price.
 */
import type { CandleVenue } from "./candle-venue.ts";
import type { VenueOrder } from "./venue-order.ts";

export interface PathCandle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly openAt: number;
  readonly closeAt: number;
}

/** `orders`: the venue's own list of this market, which changes on the way. Throws after `fillsMax` fills in one candle. */
export const walk = <O extends VenueOrder>(
  venue: Pick<CandleVenue<O>, "fill" | "reach" | "last">,
  orders: Iterable<O>,
  i: number,
  { open, high, low, close, openAt, closeAt }: PathCandle,
  fillsMax: number,
): void => {
  const points = close >= open ? [low, high, close] : [high, low, close];
  let price = open;
  let fills = 0;
  for (const end of points) {
    for (;;) {
      const next = firstBetween(orders, price, end, openAt);
      if (next === undefined) break;
      fills += 1;
      if (fills > fillsMax) throw new Error(`more than ${fillsMax} fills within one candle`);
      price = next.waits ? next.stopPrice : next.price;
      venue.last[i] = price;
      if (next.waits) venue.reach(next, price, closeAt);
      else venue.fill(next, price, true, closeAt);
    }
    price = end;
    venue.last[i] = price;
  }
};

/** The order that the price comes to first on its way; of those at one price the one that was sent first. */
const firstBetween = <O extends VenueOrder>(
  orders: Iterable<O>,
  from: number,
  to: number,
  openAt: number,
): O | undefined => {
  const falls = to < from;
  let first: O | undefined;
  let nearest = Infinity;
  for (const order of orders) {
    if (order.done || !order.arrived || order.availableAt > openAt) continue;
    // A fall reaches stops that sell and limits that buy.
    if (order.waits ? order.buys === falls : order.buys !== falls) continue;
    const met = order.waits ? order.reachedBy(to) : order.passedBy(to);
    if (!met) continue;
    const distance = Math.abs((order.waits ? order.stopPrice : order.price) - from);
    if (distance < nearest) [first, nearest] = [order, distance];
  }
  return first;
};

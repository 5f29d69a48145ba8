/** The inside of a candle as a range, of which nobody knows what came first: stops are reached before all else, limits last. */
import type { CandleVenue } from "./candle-venue.ts";
import type { VenueOrder } from "./venue-order.ts";

/** `standing`: the orders that stood at the open; `between`: what comes after the stops. A stop-limit that was reached here fills in no limit's way. */
export const range = <O extends VenueOrder>(
  venue: Pick<CandleVenue<O>, "fill" | "reach">,
  standing: readonly O[],
  { low, high, closeAt }: { readonly low: number; readonly high: number; readonly closeAt: number },
  between: () => void,
): void => {
  for (const order of standing)
    if (!order.done && order.waits && order.reachedBy(order.buys ? high : low))
      venue.reach(order, order.stopPrice, closeAt);
  between();
  for (const order of standing)
    if (
      !order.done &&
      !order.waits &&
      order.triggeredAt !== closeAt &&
      order.passedBy(order.buys ? low : high)
    )
      venue.fill(order, order.price, true, closeAt);
};

/** An order of ours in the simulated venue's words. */
import type { Order } from "../../domain/order/order.ts";
import type { Listing, NewOrder } from "../venue/venue.ts";

export const newOrderOf = (order: Order, listing: Listing, account: string): NewOrder => ({
  account,
  symbol: listing.symbol,
  clientId: order.id,
  side: order.side,
  type: order.type,
  timeInForce: order.timeInForce,
  lots: Number(order.quantity / listing.lot),
  ...(order.price === undefined ? {} : { ticks: Number(order.price / listing.tick) }),
  ...(order.stopPrice === undefined ? {} : { stopTicks: Number(order.stopPrice / listing.tick) }),
});

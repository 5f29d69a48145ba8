/** Looking up orders and trades by REST: the same questions on spot and futures, answered in each one's own form. */
import type { VenueOrder } from "../../simulation/venue/venue.ts";
import { missing, unknownOrder } from "../errors.ts";
import type { By } from "../floor.ts";
import type { Pair } from "../pair.ts";
import type { Params } from "../signing.ts";
import { limitOf, pairOf, requiredPair, whole, type Call } from "./route.ts";

/** By the venue's id, else by the client's. */
export const by = (params: Params, idName = "orderId", clientName = "origClientOrderId"): By => {
  const id = whole(params, idName);
  if (id !== undefined) return { id };
  const clientId = params.get(clientName);
  if (clientId === undefined || clientId === "") throw missing(clientName);
  return { clientId };
};

/** Oldest first from an id or a time, else the newest; up to `endTime`, as many as `limit`. */
const window = <T>(
  all: readonly T[],
  { params }: Call,
  idName: string,
  of: (one: T) => { readonly id: number; readonly at: number },
): readonly T[] => {
  const fromId = whole(params, idName);
  const start = whole(params, "startTime");
  const end = whole(params, "endTime") ?? Number.MAX_SAFE_INTEGER;
  const limit = limitOf(params, 500, 1_000);
  const within = all.filter((one) => {
    const { id, at } = of(one);
    return at <= end && (fromId === undefined ? at >= (start ?? 0) : id >= fromId);
  });
  return fromId === undefined && start === undefined ? within.slice(-limit) : within.slice(0, limit);
};

/** The handlers that answer with orders. */
export const orderLookUps = (orderJson: (order: VenueOrder, pair: Pair) => unknown) => ({
  status(call: Call): unknown {
    const pair = requiredPair(call);
    const order = call.floor.memory.order(call.account, pair.name, by(call.params));
    if (order === undefined) throw unknownOrder();
    return orderJson(order, pair);
  },

  openOrders({ floor, account, params }: Call): unknown {
    const symbol = params.get("symbol");
    if (symbol !== undefined) pairOf(floor, symbol);
    return floor.memory
      .openOrders(account, symbol)
      .map((order) => orderJson(order, floor.pairs.get(order.symbol)!));
  },

  allOrders(call: Call): unknown {
    const pair = requiredPair(call);
    const orders = call.floor.memory.orders(call.account, pair.name);
    return window(orders, call, "orderId", (order) => order).map((order) => orderJson(order, pair));
  },
});

/** Fills of one pair, of one order where `orderId` says so. */
export const fillsAsked = (call: Call, pair: Pair) => {
  const orderId = whole(call.params, "orderId");
  const fills = call.floor.memory
    .fills(call.account, pair.name)
    .filter((fill) => orderId === undefined || fill.orderId === orderId);
  return window(fills, call, "fromId", ({ tradeId, at }) => ({ id: tradeId, at }));
};

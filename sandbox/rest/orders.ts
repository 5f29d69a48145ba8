/** Orders by REST: place, test, cancel, replace, look up. */
import type { VenueOrder } from "../../simulation/venue/venue.ts";
import { illegal, missing, refused, unknownCancel, unknownOrder, WireError } from "../errors.ts";
import type { By } from "../floor.ts";
import { cancelledJson, fillJson, listIdOf, orderJson, placedJson } from "../order-wire.ts";
import type { Pair } from "../pair.ts";
import type { Params } from "../signing.ts";
import { clientIdOf, newOrder } from "./order-request.ts";
import { limitOf, pairOf, required, requiredPair, whole, type Call, type Route } from "./route.ts";

/** By the venue's id, else by the client's. */
export const by = (params: Params, idName = "orderId", clientName = "origClientOrderId"): By => {
  const id = whole(params, idName);
  if (id !== undefined) return { id };
  const clientId = params.get(clientName);
  if (clientId === undefined || clientId === "") throw missing(clientName);
  return { clientId };
};

const place = (call: Call): unknown => {
  const { floor, params } = call;
  const { pair, order } = newOrder(call);
  const respond = params.get("newOrderRespType") ?? (order.stopTicks === undefined ? "FULL" : "ACK");
  if (!["ACK", "RESULT", "FULL"].includes(respond)) throw illegal("newOrderRespType");
  if (floor.paused) throw refused("instrument-not-trading", "");
  const submitted = floor.submit(order);
  if (!submitted.ok) throw refused(submitted.refusal, submitted.detail);
  const placed = submitted.order;
  const fills = floor.venue.fills(order.account, order.symbol);
  const from = fills.findLastIndex((fill) => fill.orderId !== placed.id) + 1;
  return placedJson(placed, pair, fills.slice(from), respond, floor.now);
};

/** Checks the parameters; what only the market can refuse is not tried. */
const test = (call: Call): unknown => {
  newOrder(call);
  return {};
};

const cancelled = (call: Call, pair: Pair, target: By): unknown => {
  const { floor, account } = call;
  const cancelId = clientIdOf(call, "newClientOrderId");
  const order = floor.cancel(account, pair.name, target, cancelId);
  if (order === undefined) throw unknownCancel();
  return cancelledJson(order, pair, cancelId, floor.now);
};

const cancel = (call: Call): unknown => cancelled(call, requiredPair(call), by(call.params));

const cancelAll = (call: Call): unknown => {
  const { floor, account } = call;
  const pair = requiredPair(call);
  const open = [...floor.venue.openOrders(account, pair.name)];
  if (open.length === 0) throw unknownCancel();
  const answers: unknown[] = [];
  for (const { id } of open) {
    const cancelId = floor.nextId("cancel-");
    const order = floor.cancel(account, pair.name, { id }, cancelId);
    // The other half of an OCO pair has gone with the first.
    const gone = order ?? floor.venue.order(account, pair.name, { id })!;
    answers.push(cancelledJson(gone, pair, cancelId, floor.now));
  }
  return answers;
};

const cancelReplace = (call: Call): unknown => {
  const mode = required(call.params, "cancelReplaceMode");
  if (mode !== "STOP_ON_FAILURE" && mode !== "ALLOW_FAILURE") throw illegal("cancelReplaceMode");
  const pair = requiredPair(call);
  newOrder(call);
  const answer = {
    cancelResult: "NOT_ATTEMPTED",
    newOrderResult: "NOT_ATTEMPTED",
    cancelResponse: null as unknown,
    newOrderResponse: null as unknown,
  };
  const attempt = (field: "cancel" | "newOrder", act: () => unknown): boolean => {
    try {
      answer[`${field}Response`] = act();
      answer[`${field}Result`] = "SUCCESS";
      return true;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      answer[`${field}Response`] = { code: error.code, msg: error.message };
      answer[`${field}Result`] = "FAILURE";
      return false;
    }
  };
  const withoutId = new Map([...call.params].filter(([name]) => name !== "newClientOrderId"));
  const target = by(call.params, "cancelOrderId", "cancelOrigClientOrderId");
  const gone = attempt("cancel", () => cancelled({ ...call, params: withoutId }, pair, target));
  const placed = (gone || mode === "ALLOW_FAILURE") && attempt("newOrder", () => place(call));
  if (gone && placed) return answer;
  const both = !gone && !placed;
  const text = both ? "Order cancel-replace failed." : "Order cancel-replace partially failed.";
  throw new ReplaceError(both ? 400 : 409, both ? -2022 : -2021, text, answer);
};

/** Its answer carries both halves. */
export class ReplaceError extends WireError {
  readonly data: unknown;

  constructor(status: number, code: number, text: string, data: unknown) {
    super(status, code, text);
    this.data = data;
  }
}

const status = (call: Call): unknown => {
  const pair = requiredPair(call);
  const order = call.floor.memory.order(call.account, pair.name, by(call.params));
  if (order === undefined) throw unknownOrder();
  return orderJson(order, pair);
};

const openOrders = (call: Call): unknown => {
  const { floor, account, params } = call;
  const symbol = params.get("symbol");
  if (symbol !== undefined) pairOf(floor, symbol);
  return floor.memory
    .openOrders(account, symbol)
    .map((order) => orderJson(order, floor.pairs.get(order.symbol)!));
};

/** Oldest first from an id or a time, else the newest. */
const window = <T>(
  all: readonly T[],
  call: Call,
  from: ((one: T) => boolean) | undefined,
  most: number,
): T[] => {
  const limit = limitOf(call.params, 500, most);
  return from === undefined ? all.slice(-limit) : all.filter(from).slice(0, limit);
};

const allOrders = (call: Call): unknown => {
  const { floor, account, params } = call;
  const pair = requiredPair(call);
  const fromId = whole(params, "orderId");
  const start = whole(params, "startTime");
  const end = whole(params, "endTime") ?? Number.MAX_SAFE_INTEGER;
  const orders = floor.memory.orders(account, pair.name).filter((order) => order.at <= end);
  const from = (order: VenueOrder): boolean =>
    fromId === undefined ? order.at >= start! : order.id >= fromId;
  const any = fromId !== undefined || start !== undefined;
  return window(orders, call, any ? from : undefined, 1_000).map((order) => orderJson(order, pair));
};

const myTrades = (call: Call): unknown => {
  const { floor, account, params } = call;
  const pair = requiredPair(call);
  const fromId = whole(params, "fromId");
  const start = whole(params, "startTime");
  const end = whole(params, "endTime") ?? Number.MAX_SAFE_INTEGER;
  const orderId = whole(params, "orderId");
  const fills = floor.memory
    .fills(account, pair.name)
    .filter((fill) => fill.at <= end && (orderId === undefined || fill.orderId === orderId));
  const any = fromId !== undefined || start !== undefined;
  const wanted = window(
    fills,
    call,
    any ? (fill) => (fromId === undefined ? fill.at >= start! : fill.tradeId >= fromId) : undefined,
    1_000,
  );
  return wanted.map((fill) => {
    const order = floor.venue.order(account, pair.name, { id: fill.orderId });
    return fillJson(fill, pair, order === undefined ? -1 : listIdOf(order));
  });
};

const signed = (weight: number, handle: Route["handle"], orders = 0): Route => ({
  weight,
  signed: true,
  orders,
  handle,
});

export const orderRoutes: Readonly<Record<string, Route>> = {
  "POST /api/v3/order": signed(1, place, 1),
  "POST /api/v3/order/test": signed(1, test),
  "DELETE /api/v3/order": signed(1, cancel),
  "GET /api/v3/order": signed(4, status),
  "POST /api/v3/order/cancelReplace": signed(1, cancelReplace, 1),
  "GET /api/v3/openOrders": signed(6, openOrders),
  "DELETE /api/v3/openOrders": signed(1, cancelAll),
  "GET /api/v3/allOrders": signed(20, allOrders),
  "GET /api/v3/myTrades": signed(20, myTrades),
};

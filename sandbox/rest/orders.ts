/** Orders by REST: place, test, cancel, replace, look up. */
import { illegal, refused, unknownCancel, WireError } from "../errors.ts";
import type { By } from "../floor.ts";
import { cancelledJson, fillJson, listIdOf, orderJson, placedJson } from "../order-wire.ts";
import type { Pair } from "../pair.ts";
import { by, fillsAsked, orderLookUps } from "./order-look-ups.ts";
import { clientIdOf, newOrder } from "./order-request.ts";
import { required, requiredPair, type Call, type Route } from "./route.ts";

const { status, openOrders, allOrders } = orderLookUps(orderJson);

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

const myTrades = (call: Call): unknown => {
  const { floor, account } = call;
  const pair = requiredPair(call);
  return fillsAsked(call, pair).map((fill) => {
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

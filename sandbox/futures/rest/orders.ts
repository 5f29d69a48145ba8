/** Orders of futures by REST: place, cancel, look up. What an order may do to its account's positions is checked here, before it enters. */
import type { OrderType, TimeInForce } from "../../../domain/order/order.ts";
import type { NewOrder, VenueOrder } from "../../../simulation/venue/venue.ts";
import { missing, notRequired, unknownCancel, unsupportedType, WireError } from "../../errors.ts";
import { clientIdOf, lotsOf, refuseLacking, sideOf, ticksOf } from "../../rest/order-request.ts";
import { by, fillsAsked, orderLookUps } from "../../rest/order-look-ups.ts";
import { required, requiredPair, type Call, type Route } from "../../rest/route.ts";
import type { Pair } from "../../pair.ts";
import { placementError } from "../admission.ts";
import { fillJson, orderJson } from "../order-wire.ts";
import { houseOf, marginOf } from "./house-of.ts";

const bad = (code: number, text: string): WireError => new WireError(400, code, text);

/** The venue's closed reasons as futures tell them. */
const codes: Readonly<Record<string, readonly [number, string]>> = {
  "filter-price": [-4014, "Price not increased by tick size."],
  "filter-quantity": [-4003, "Quantity less than or equal to zero."],
  "filter-notional": [
    -4164,
    "Order's notional must be no smaller than the minimum (unless you choose reduce only).",
  ],
  "would-take": [
    -5022,
    "Due to the order could not be executed as maker, the Post Only order will be rejected.",
  ],
  "duplicate-id": [-4116, "ClientOrderId is duplicated."],
  "instrument-not-trading": [-4108, "This contract is being settled or not trading."],
  "too-many-orders": [-4164, "Reach max open order limit."],
};

export const forceOf = (call: Call, type: OrderType): TimeInForce => {
  if (type === "market") return "GTC";
  const force = required(call.params, "timeInForce");
  if (force === "GTX") return "PO";
  if (force !== "GTC" && force !== "IOC" && force !== "FOK") throw bad(-1115, "Invalid timeInForce.");
  return force;
};

/** Which position it is for: in one-way mode BOTH (or nothing said), in hedge mode LONG or SHORT. */
export const legOf = (call: Call): NewOrder["leg"] => {
  const side = call.params.get("positionSide") ?? "BOTH";
  const { hedge } = marginOf(call);
  if (!["BOTH", "LONG", "SHORT"].includes(side)) throw bad(-4060, "Invalid position side.");
  if (hedge === (side === "BOTH")) throw bad(-4061, "Order's position side does not match user's setting.");
  if (side !== "BOTH" && call.params.has("reduceOnly")) throw notRequired("reduceonly");
  return side === "BOTH" ? undefined : side === "LONG" ? "long" : "short";
};

export const newFuturesOrder = (call: Call): { readonly pair: Pair; readonly order: NewOrder } => {
  const { params, account } = call;
  const pair = requiredPair(call);
  const name = required(params, "type");
  if (
    name === "STOP" ||
    name === "STOP_MARKET" ||
    name.startsWith("TAKE_PROFIT") ||
    name.startsWith("TRAILING")
  )
    throw bad(
      -4120,
      "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
    );
  if (name !== "LIMIT" && name !== "MARKET") throw unsupportedType();
  const type: OrderType = name === "LIMIT" ? "limit" : "market";
  refuseLacking(call, type, forceOf(call, type));
  if (params.has("reduceOnly") && call.floor.lacks.has("reduce-only")) throw notRequired("reduceOnly");
  const order: NewOrder = {
    account,
    symbol: pair.name,
    clientId: clientIdOf(call, "newClientOrderId"),
    side: sideOf(params),
    type,
    timeInForce: forceOf(call, type),
    lots: lotsOf(pair, params, "quantity"),
    ticks: type === "limit" ? ticksOf(pair, params, "price") : undefined,
    reduceOnly: params.get("reduceOnly") === "true",
    leg: legOf(call),
  };
  return { pair, order };
};

const { status, openOrders, allOrders } = orderLookUps(orderJson);

const place = (call: Call): unknown => {
  const { floor } = call;
  const { pair, order } = newFuturesOrder(call);
  if (floor.paused) throw bad(...codes["instrument-not-trading"]!);
  const error = placementError(houseOf(call), order);
  if (error !== undefined) throw error;
  const submitted = floor.submit(order);
  if (!submitted.ok) throw bad(...(codes[submitted.refusal] ?? ([-2010, submitted.detail] as const)));
  return orderJson(submitted.order, pair);
};

const cancelled = (call: Call, pair: Pair, order: VenueOrder | undefined): unknown => {
  if (order === undefined) throw unknownCancel();
  return orderJson(order, pair);
};

const cancel = (call: Call): unknown => {
  const pair = requiredPair(call);
  return cancelled(call, pair, call.floor.cancel(call.account, pair.name, by(call.params), ""));
};

const cancelAll = (call: Call): unknown => {
  const { floor, account } = call;
  const pair = requiredPair(call);
  for (const { id } of [...floor.venue.openOrders(account, pair.name)])
    floor.cancel(account, pair.name, { id }, "");
  return { code: 200, msg: "The operation of cancel all open order is done." };
};

const userTrades = (call: Call): unknown => {
  const { floor, account } = call;
  const house = houseOf(call);
  const pair = requiredPair(call);
  return fillsAsked(call, pair).map((fill) =>
    fillJson(fill, pair, floor.venue.order(account, pair.name, { id: fill.orderId }), house),
  );
};

/** Both an id of the venue's and one of the client's name an order. */
const oneOpen = (call: Call): unknown => {
  if (!call.params.has("orderId") && !call.params.has("origClientOrderId")) throw missing("orderId");
  return status(call);
};

const signed = (weight: number, handle: Route["handle"], orders = 0): Route => ({
  weight,
  signed: true,
  orders,
  handle,
});

export const futuresOrderRoutes: Readonly<Record<string, Route>> = {
  "POST /fapi/v1/order": signed(1, place, 1),
  "DELETE /fapi/v1/order": signed(1, cancel),
  "GET /fapi/v1/order": signed(1, status),
  "GET /fapi/v1/openOrder": signed(1, oneOpen),
  "GET /fapi/v1/openOrders": signed(1, openOrders),
  "DELETE /fapi/v1/allOpenOrders": signed(1, cancelAll),
  "GET /fapi/v1/allOrders": signed(5, allOrders),
  "GET /fapi/v1/userTrades": signed(5, userTrades),
};

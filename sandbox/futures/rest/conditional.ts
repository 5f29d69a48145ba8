/** Stops and take-profits of futures by REST: the algo orders of type CONDITIONAL, which ccxt sends for every stop. */
import { illegal, missing, unknownCancel, unknownOrder, WireError } from "../../errors.ts";
import { clientIdOf, lotsOf, sideOf, ticksOf } from "../../rest/order-request.ts";
import { limitOf, pairOf, required, requiredPair, whole, type Call, type Route } from "../../rest/route.ts";
import type { Conditional, ConditionalType, NewConditional } from "../conditionals.ts";
import { conditionalJson } from "../conditional-wire.ts";
import { futuresOf } from "./house-of.ts";
import { forceOf, legOf } from "./orders.ts";

const types: readonly string[] = ["STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET"];
const workingTypes: readonly string[] = ["CONTRACT_PRICE", "MARK_PRICE"];

const bad = (code: number, text: string): WireError => new WireError(400, code, text);

const flag = (call: Call, name: string): boolean => {
  const text = call.params.get(name) ?? "false";
  if (text !== "true" && text !== "false") throw illegal(name);
  return text === "true";
};

const newConditional = (call: Call): NewConditional => {
  const { params, account } = call;
  if (required(params, "algoType") !== "CONDITIONAL") throw illegal("algoType");
  const pair = requiredPair(call);
  const type = required(params, "type");
  if (!types.includes(type)) throw bad(-1116, "Invalid orderType.");
  const limited = type === "STOP" || type === "TAKE_PROFIT";
  const workingType = params.get("workingType") ?? "CONTRACT_PRICE";
  if (!workingTypes.includes(workingType)) throw illegal("workingType");
  const closePosition = flag(call, "closePosition");
  const reduceOnly = flag(call, "reduceOnly");
  if (closePosition && limited)
    throw bad(-4136, `Target strategy invalid for orderType '${type}',closePosition 'true'.`);
  if (closePosition && params.has("quantity"))
    throw bad(-4138, "Quantity cannot be sent with closePosition equals true.");
  if (closePosition && params.has("reduceOnly"))
    throw bad(-4139, "ReduceOnly cannot be sent with closePosition equals true.");
  const one: NewConditional = {
    type: type as ConditionalType,
    stopTicks: ticksOf(pair, params, "triggerPrice"),
    closePosition,
    workingType,
    order: {
      account,
      symbol: pair.name,
      clientId: clientIdOf(call, "clientAlgoId"),
      side: sideOf(params),
      type: limited ? "limit" : "market",
      timeInForce: !limited ? "GTC" : params.has("timeInForce") ? forceOf(call, "limit") : "GTC",
      lots: closePosition ? 0 : lotsOf(pair, params, "quantity"),
      ticks: limited ? ticksOf(pair, params, "price") : undefined,
      reduceOnly: reduceOnly || closePosition,
      leg: legOf(call),
    },
  };
  return one;
};

const place = (call: Call): unknown => {
  const { conditionals } = futuresOf(call);
  const one = newConditional(call);
  if (conditionals.reached(one, call.floor.venue.last(one.order.symbol)))
    throw bad(-2021, "Order would immediately trigger.");
  const open = conditionals.open(call.account);
  if (open.some(({ order }) => order.clientId === one.order.clientId))
    throw bad(-4116, "ClientOrderId is duplicated.");
  return shown(call, conditionals.place(one));
};

const shown = ({ floor }: Call, one: Conditional): unknown =>
  conditionalJson(one, floor.pairs.get(one.order.symbol)!);

const find = (call: Call): Conditional | undefined => {
  const id = whole(call.params, "algoId");
  const clientId = call.params.get("clientAlgoId");
  if (id === undefined && clientId === undefined) throw missing("algoId");
  return futuresOf(call).conditionals.find(call.account, id === undefined ? { clientId: clientId! } : { id });
};

const status = (call: Call): unknown => {
  const one = find(call);
  if (one === undefined) throw unknownOrder();
  return shown(call, one);
};

const cancel = (call: Call): unknown => {
  const one = find(call);
  if (one === undefined || !futuresOf(call).conditionals.cancel(one)) throw unknownCancel();
  return { algoId: one.id, clientAlgoId: one.order.clientId, code: "200", msg: "success" };
};

const symbolOf = ({ floor, params }: Call): string | undefined => {
  const symbol = params.get("symbol");
  return symbol === undefined ? undefined : pairOf(floor, symbol).name;
};

const open = (call: Call): unknown =>
  futuresOf(call)
    .conditionals.open(call.account, symbolOf(call))
    .map((one) => shown(call, one));

const all = (call: Call): unknown => {
  const { name } = requiredPair(call);
  const fromId = whole(call.params, "algoId") ?? 0;
  const start = whole(call.params, "startTime") ?? 0;
  const end = whole(call.params, "endTime") ?? Number.MAX_SAFE_INTEGER;
  return futuresOf(call)
    .conditionals.all(call.account, name)
    .filter(({ id, at }) => id >= fromId && at >= start && at <= end)
    .slice(0, limitOf(call.params, 500, 1_000))
    .map((one) => shown(call, one));
};

const cancelAll = (call: Call): unknown => {
  const { conditionals } = futuresOf(call);
  for (const one of conditionals.open(call.account, requiredPair(call).name)) conditionals.cancel(one);
  return { code: 200, msg: "The operation of cancel all open order is done." };
};

const signed = (weight: number, handle: Route["handle"], orders = 0): Route => ({
  weight,
  signed: true,
  orders,
  handle,
});

export const futuresConditionalRoutes: Readonly<Record<string, Route>> = {
  "POST /fapi/v1/algoOrder": signed(1, place, 1),
  "GET /fapi/v1/algoOrder": signed(1, status),
  "DELETE /fapi/v1/algoOrder": signed(1, cancel),
  "GET /fapi/v1/openAlgoOrders": signed(1, open),
  "GET /fapi/v1/allAlgoOrders": signed(5, all),
  "DELETE /fapi/v1/algoOpenOrders": signed(1, cancelAll),
};

/** The account, its fees, and pairs of orders of which one cancels the other (OCO). */
import { missing, refused, unsupportedCombination } from "../errors.ts";
import { wireDecimal } from "../grid.ts";
import { listIdOf, placedJson } from "../order-wire.ts";
import type { Params } from "../signing.ts";
import { newOrder } from "./order-request.ts";
import { requiredPair, type Call, type Route } from "./route.ts";

const rate = (bps: number): string => (bps / 10_000).toFixed(8);

const account = ({ floor, params, account: name, venueNow }: Call): unknown => {
  const [pair] = floor.pairs.values();
  const maker = pair?.listing.makerBps ?? 0;
  const taker = pair?.listing.takerBps ?? 0;
  const omitZero = params.get("omitZeroBalances") === "true";
  const balances = [...floor.venue.balances(name)]
    .filter(([, { free, locked }]) => !omitZero || free !== 0n || locked !== 0n)
    .map(([asset, { free, locked }]) => ({ asset, free: wireDecimal(free), locked: wireDecimal(locked) }));
  return {
    makerCommission: maker,
    takerCommission: taker,
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: rate(maker), taker: rate(taker), buyer: rate(0), seller: rate(0) },
    canTrade: true,
    canWithdraw: true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: venueNow,
    accountType: "SPOT",
    balances,
    permissions: ["SPOT"],
    uid: 1,
  };
};

const tradeFee = ({ floor, params }: Call): unknown =>
  [...floor.pairs.values()]
    .filter((pair) => !params.has("symbol") || params.get("symbol") === pair.name)
    .map(({ name, listing }) => ({
      symbol: name,
      makerCommission: rate(listing.makerBps),
      takerCommission: rate(listing.takerBps),
    }));

/** Parameters of one half, under the names of a single order. */
const half = (params: Params, prefix: "above" | "below"): Params => {
  const own = new Map<string, string>();
  for (const name of ["symbol", "side", "quantity", "selfTradePreventionMode"]) copy(params, name, own, name);
  copy(params, `${prefix}Type`, own, "type");
  copy(params, `${prefix}Price`, own, "price");
  copy(params, `${prefix}StopPrice`, own, "stopPrice");
  copy(params, `${prefix}TimeInForce`, own, "timeInForce");
  copy(params, `${prefix}ClientOrderId`, own, "newClientOrderId");
  return own;
};

/** The older order/oco: a limit, and a stop with or without a limit price. */
const halvesOfOld = (params: Params): readonly [Params, Params] => {
  const limit = new Map<string, string>([["type", "LIMIT_MAKER"]]);
  const stop = new Map<string, string>([
    ["type", params.has("stopLimitPrice") ? "STOP_LOSS_LIMIT" : "STOP_LOSS"],
  ]);
  for (const name of ["symbol", "side", "quantity", "selfTradePreventionMode"])
    for (const own of [limit, stop]) copy(params, name, own, name);
  copy(params, "price", limit, "price");
  copy(params, "limitClientOrderId", limit, "newClientOrderId");
  copy(params, "stopPrice", stop, "stopPrice");
  copy(params, "stopLimitPrice", stop, "price");
  copy(params, "stopLimitTimeInForce", stop, "timeInForce");
  copy(params, "stopClientOrderId", stop, "newClientOrderId");
  return [limit, stop];
};

const copy = (from: Params, name: string, into: Map<string, string>, as: string): void => {
  const value = from.get(name);
  if (value !== undefined) into.set(as, value);
};

const placeOco = (call: Call, halves: readonly [Params, Params]): unknown => {
  const { floor, params } = call;
  const pair = requiredPair(call);
  const orders = halves.map((own) => newOrder({ ...call, params: own }).order);
  const limit = orders.find((order) => order.type === "limit");
  const stop = orders.find((order) => order.stopTicks !== undefined);
  if (limit === undefined || stop === undefined) throw unsupportedCombination();
  const submitted = floor.submitOco({ ...limit, timeInForce: "PO" }, stop);
  if (!submitted.ok) throw refused(submitted.refusal, submitted.detail);
  const first = submitted.order;
  const second = floor.venue.order(call.account, pair.name, { id: first.ocoWith })!;
  const respond = params.get("newOrderRespType") ?? "RESULT";
  return {
    orderListId: listIdOf(first),
    contingencyType: "OCO",
    listStatusType: "EXEC_STARTED",
    listOrderStatus: "EXECUTING",
    listClientOrderId: params.get("listClientOrderId") ?? `list-${listIdOf(first)}`,
    transactionTime: floor.now,
    symbol: pair.name,
    orders: [first, second].map(({ symbol, id, clientId }) => ({
      symbol,
      orderId: id,
      clientOrderId: clientId,
    })),
    orderReports: [first, second].map((order) => placedJson(order, pair, [], respond, floor.now)),
  };
};

const oco = (call: Call): unknown => {
  for (const name of ["aboveType", "belowType"]) if (!call.params.has(name)) throw missing(name);
  return placeOco(call, [half(call.params, "above"), half(call.params, "below")]);
};

const signed = (weight: number, handle: Route["handle"], orders = 0): Route => ({
  weight,
  signed: true,
  orders,
  handle,
});

export const accountRoutes: Readonly<Record<string, Route>> = {
  "GET /api/v3/account": signed(20, account),
  "GET /sapi/v1/asset/tradeFee": signed(1, tradeFee),
  "POST /api/v3/orderList/oco": signed(1, oco, 2),
  "POST /api/v3/order/oco": signed(1, (call) => placeOco(call, halvesOfOld(call.params)), 2),
};

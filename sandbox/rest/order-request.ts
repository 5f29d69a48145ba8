/** Reads a new order's parameters onto the venue's grid, or refuses them with Binance's codes. */
import type { OrderType, TimeInForce } from "../../domain/order/order.ts";
import { decimal, ONE, type Side } from "../../domain/values/values.ts";
import type { NewOrder, SelfTrade } from "../../simulation/venue/venue.ts";
import { filterFailure, illegal, missing, notRequired, unsupportedType, WireError } from "../errors.ts";
import type { Pair } from "../pair.ts";
import type { Params } from "../signing.ts";
import { required, requiredPair, type Call } from "./route.ts";

const types: ReadonlyMap<string, OrderType> = new Map([
  ["LIMIT", "limit"],
  ["LIMIT_MAKER", "limit"],
  ["MARKET", "market"],
  ["STOP_LOSS", "stop-market"],
  ["STOP_LOSS_LIMIT", "stop-limit"],
]);
const selfTrades: ReadonlyMap<string | undefined, SelfTrade> = new Map([
  ["NONE", "none"],
  ["EXPIRE_TAKER", "expire-taker"],
  ["EXPIRE_MAKER", "expire-maker"],
  ["EXPIRE_BOTH", "expire-both"],
]);
const clientIdPattern = /^[.A-Za-z0-9:/_-]{1,36}$/;

export const sideOf = (params: Params): Side => {
  const side = required(params, "side");
  if (side !== "BUY" && side !== "SELL") throw new WireError(400, -1117, "Invalid side.");
  return side === "BUY" ? "buy" : "sell";
};

/** A client order id under `name`, or a new one. */
export const clientIdOf = ({ floor, params }: Call, name: string): string => {
  const id = params.get(name);
  if (id === undefined || id === "") return floor.nextId("sandbox-");
  if (!clientIdPattern.test(id)) throw illegal(name);
  return id;
};

export const ticksOf = (pair: Pair, params: Params, name: string): number => {
  const ticks = pair.price.count(numberText(params, name));
  if (ticks === undefined || ticks <= 0) throw filterFailure("PRICE_FILTER");
  return ticks;
};

export const lotsOf = (pair: Pair, params: Params, name: string): number => {
  const lots = pair.lot.count(numberText(params, name));
  if (lots === undefined || lots <= 0) throw filterFailure("LOT_SIZE");
  return lots;
};

const numberText = (params: Params, name: string): string => {
  const text = required(params, name);
  if (!/^\d+(\.\d+)?$/.test(text)) throw illegal(name);
  return text;
};

/** The lots that an amount of the quote asset pays for at the present book. */
const lotsForQuote = (call: Call, pair: Pair, side: Side): number => {
  const quote = decimal(numberText(call.params, "quoteOrderQty"));
  const depth = call.floor.venue.depth(pair.name, 1_000);
  const levels = side === "buy" ? depth.asks : depth.bids;
  let left = quote;
  let lots = 0;
  let ticks = 0;
  for (const [levelTicks, levelLots] of levels) {
    ticks = levelTicks;
    const each = (BigInt(ticks) * pair.listing.tick * pair.listing.lot) / ONE;
    const taken = Math.min(levelLots, Number(left / each));
    lots += taken;
    left -= each * BigInt(taken);
    if (taken < levelLots) return lots;
  }
  // Past the visible book, or on a tape, which shows the last print alone.
  if (ticks === 0) throw new WireError(400, -2010, "Order rejected: no market price yet.");
  return lots + Number(left / ((BigInt(ticks) * pair.listing.tick * pair.listing.lot) / ONE));
};

const forceOf = (params: Params, type: string): TimeInForce => {
  const sent = params.get("timeInForce");
  if (type === "LIMIT_MAKER" || type === "MARKET" || type === "STOP_LOSS") {
    if (sent !== undefined) throw notRequired("timeInForce");
    return type === "LIMIT_MAKER" ? "PO" : "GTC";
  }
  const force = required(params, "timeInForce");
  if (force !== "GTC" && force !== "IOC" && force !== "FOK")
    throw new WireError(400, -1115, "Invalid timeInForce.");
  return force;
};

/** A venue that has no such orders says what Binance says of orders that it does not know. */
export const refuseLacking = (
  { floor: { lacks } }: Call,
  type: OrderType,
  timeInForce: TimeInForce,
): void => {
  if (lacks.size === 0) return;
  if (lacks.has(type) || (lacks.has("stops") && type.startsWith("stop"))) throw unsupportedType();
  if (timeInForce === "PO" && lacks.has("post-only")) throw unsupportedType();
  if ((timeInForce === "IOC" && lacks.has("ioc")) || (timeInForce === "FOK" && lacks.has("fok")))
    throw new WireError(400, -1115, "Invalid timeInForce.");
};

const quantityOf = (call: Call, pair: Pair, type: string, side: Side): number => {
  const { params } = call;
  if (!params.has("quoteOrderQty")) return lotsOf(pair, params, "quantity");
  if (type !== "MARKET" || params.has("quantity")) throw notRequired("quoteOrderQty");
  const lots = lotsForQuote(call, pair, side);
  if (lots <= 0) throw filterFailure("LOT_SIZE");
  return lots;
};

/** Throws a WireError for the first thing that is wrong with it. */
export const newOrder = (call: Call): { readonly pair: Pair; readonly order: NewOrder } => {
  const { params, account } = call;
  const pair = requiredPair(call);
  const name = required(params, "type");
  const type = types.get(name);
  if (type === undefined || params.has("icebergQty") || params.has("trailingDelta")) throw unsupportedType();
  const side = sideOf(params);
  const timeInForce = forceOf(params, name);
  refuseLacking(call, type, timeInForce);
  const limited = type === "limit" || type === "stop-limit";
  const stopped = type === "stop-market" || type === "stop-limit";
  if (!limited && params.has("price")) throw notRequired("price");
  if (!stopped && params.has("stopPrice")) throw notRequired("stopPrice");
  const lots = quantityOf(call, pair, name, side);
  const mode = params.get("selfTradePreventionMode");
  if (mode !== undefined && !selfTrades.has(mode)) throw missing("selfTradePreventionMode");
  return {
    pair,
    order: {
      account,
      symbol: pair.name,
      clientId: clientIdOf(call, "newClientOrderId"),
      side,
      type,
      timeInForce,
      lots,
      ticks: limited ? ticksOf(pair, params, "price") : undefined,
      stopTicks: stopped ? ticksOf(pair, params, "stopPrice") : undefined,
      selfTrade: selfTrades.get(mode),
    },
  };
};

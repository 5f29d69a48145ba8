/** Orders and fills in the words of Binance's futures: REST answers. */
import { ONE, type Money } from "../../domain/values/values.ts";
import type { VenueFill, VenueOrder, VenueOrderStatus } from "../../simulation/venue/venue.ts";
import { wireDecimal } from "../grid.ts";
import type { Pair } from "../pair.ts";
import { LIQUIDATION_ID, type House } from "./house.ts";
import { sideOf } from "./margin-account.ts";

type Json = Readonly<Record<string, unknown>>;

const statuses: Readonly<Record<VenueOrderStatus, string>> = {
  new: "NEW",
  partial: "PARTIALLY_FILLED",
  filled: "FILLED",
  cancelled: "CANCELED",
  expired: "EXPIRED",
  rejected: "EXPIRED",
};

const types: Readonly<Record<VenueOrder["type"], string>> = {
  market: "MARKET",
  limit: "LIMIT",
  "stop-market": "STOP_MARKET",
  "stop-limit": "STOP",
};

export const wireKind = (order: VenueOrder): string =>
  order.clientId.startsWith(LIQUIDATION_ID) ? "LIQUIDATION" : types[order.type];

export const wireForce = ({ timeInForce }: VenueOrder): string =>
  timeInForce === "PO" ? "GTX" : timeInForce;

export const averageText = (notional: Money, lots: number, pair: Pair): string =>
  lots === 0 ? "0.00000" : wireDecimal((notional * ONE) / (BigInt(lots) * pair.lot.step)).slice(0, 24);

/** Of POST, GET and DELETE order, openOrders, allOrders alike. */
export const orderJson = (order: VenueOrder, pair: Pair): Json => ({
  orderId: order.id,
  symbol: order.symbol,
  status: statuses[order.status],
  clientOrderId: order.clientId,
  price: order.ticks === undefined ? "0.00" : pair.price.text(order.ticks),
  avgPrice: averageText(order.filledNotional, order.filledLots, pair),
  origQty: pair.lot.text(order.lots),
  executedQty: pair.lot.text(order.filledLots),
  cumQty: pair.lot.text(order.filledLots),
  cumQuote: wireDecimal(order.filledNotional),
  timeInForce: wireForce(order),
  type: wireKind(order),
  origType: wireKind(order),
  reduceOnly: order.reduceOnly === true,
  closePosition: false,
  side: order.side.toUpperCase(),
  positionSide: sideOf(order.leg),
  stopPrice: order.stopTicks === undefined ? "0.00" : pair.price.text(order.stopTicks),
  workingType: "CONTRACT_PRICE",
  priceMatch: "NONE",
  selfTradePreventionMode: "EXPIRE_MAKER",
  goodTillDate: 0,
  priceProtect: false,
  time: order.at,
  updateTime: order.updatedAt,
});

export const fillJson = (fill: VenueFill, pair: Pair, order: VenueOrder | undefined, house: House): Json => ({
  symbol: fill.symbol,
  id: fill.tradeId,
  orderId: fill.orderId,
  side: fill.side.toUpperCase(),
  price: pair.price.text(fill.ticks),
  qty: pair.lot.text(fill.lots),
  realizedPnl: wireDecimal(house.profits.get(fill) ?? 0n),
  quoteQty: wireDecimal(fill.notional),
  commission: wireDecimal(fill.fee),
  commissionAsset: fill.feeAsset,
  time: fill.at,
  positionSide: sideOf(order?.leg),
  buyer: fill.side === "buy",
  maker: fill.liquidity === "maker",
});

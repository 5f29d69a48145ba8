/**
 * Orders and fills in Binance's words: REST answers and executionReports.
 */
import type { TimeInForce } from "../domain/order/order.ts";
import { ONE, type Money } from "../domain/values/values.ts";
import type { VenueFill, VenueOrder, VenueOrderStatus } from "../simulation/venue/venue.ts";
import { wireDecimal } from "./grid.ts";
import type { Pair } from "./pair.ts";

type Json = Readonly<Record<string, unknown>>;

const statuses: Readonly<Record<VenueOrderStatus, string>> = {
  new: "NEW",
  partial: "PARTIALLY_FILLED",
  filled: "FILLED",
  cancelled: "CANCELED",
  expired: "EXPIRED",
  rejected: "REJECTED",
};

const ZEROS = "0.00000000";

export const wireType = (order: VenueOrder): string => {
  switch (order.type) {
    case "market":
      return "MARKET";
    case "stop-market":
      return "STOP_LOSS";
    case "stop-limit":
      return "STOP_LOSS_LIMIT";
    case "limit":
      return order.timeInForce === "PO" ? "LIMIT_MAKER" : "LIMIT";
  }
};

const wireForce = (force: TimeInForce): string => (force === "PO" ? "GTC" : force);
export const wireSide = (order: { readonly side: string }): string => order.side.toUpperCase();

/** Stable over the life of an OCO pair; -1 for a single order. */
export const listIdOf = (order: VenueOrder): number =>
  order.ocoWith === 0 ? -1 : Math.min(order.id, order.ocoWith);

const priceText = (ticks: number | undefined, pair: Pair): string =>
  ticks === undefined ? ZEROS : pair.price.text(ticks);

const averageText = (notional: Money, lots: number, pair: Pair): string =>
  lots === 0 ? ZEROS : wireDecimal((notional * ONE) / (BigInt(lots) * pair.lot.step)).slice(0, 24);

const common = (order: VenueOrder, pair: Pair): Json => ({
  symbol: order.symbol,
  orderId: order.id,
  orderListId: listIdOf(order),
  clientOrderId: order.clientId,
  price: priceText(order.ticks, pair),
  origQty: pair.lot.text(order.lots),
  executedQty: pair.lot.text(order.filledLots),
  origQuoteOrderQty: ZEROS,
  cummulativeQuoteQty: wireDecimal(order.filledNotional),
  status: statuses[order.status],
  timeInForce: wireForce(order.timeInForce),
  type: wireType(order),
  side: wireSide(order),
  ...(order.stopTicks === undefined ? {} : { stopPrice: pair.price.text(order.stopTicks) }),
  selfTradePreventionMode: (order.selfTrade ?? "none").toUpperCase().replace("-", "_"),
});

/** GET order, openOrders, allOrders. */
export const orderJson = (order: VenueOrder, pair: Pair): Json => ({
  ...common(order, pair),
  stopPrice: priceText(order.stopTicks, pair),
  icebergQty: ZEROS,
  time: order.at,
  updateTime: order.updatedAt,
  isWorking: order.stopTicks === undefined || order.triggered,
  workingTime: order.stopTicks === undefined || order.triggered ? order.at : -1,
  avgPrice: averageText(order.filledNotional, order.filledLots, pair),
});

/** The answer to a new order: ACK, RESULT or FULL. */
export const placedJson = (
  order: VenueOrder,
  pair: Pair,
  fills: readonly VenueFill[],
  respond: string,
  at: number,
): Json => {
  if (respond === "ACK")
    return {
      symbol: order.symbol,
      orderId: order.id,
      orderListId: listIdOf(order),
      clientOrderId: order.clientId,
      transactTime: at,
    };
  const result = { ...common(order, pair), transactTime: at, workingTime: at };
  if (respond === "RESULT") return result;
  return {
    ...result,
    fills: fills.map((fill) => ({
      price: pair.price.text(fill.ticks),
      qty: pair.lot.text(fill.lots),
      commission: wireDecimal(fill.fee),
      commissionAsset: fill.feeAsset,
      tradeId: fill.tradeId,
    })),
  };
};

export const cancelledJson = (order: VenueOrder, pair: Pair, cancelId: string, at: number): Json => ({
  ...common(order, pair),
  origClientOrderId: order.clientId,
  clientOrderId: cancelId,
  transactTime: at,
});

/** GET myTrades. */
export const fillJson = (fill: VenueFill, pair: Pair, listId: number): Json => ({
  symbol: fill.symbol,
  id: fill.tradeId,
  orderId: fill.orderId,
  orderListId: listId,
  price: pair.price.text(fill.ticks),
  qty: pair.lot.text(fill.lots),
  quoteQty: wireDecimal(fill.notional),
  commission: wireDecimal(fill.fee),
  commissionAsset: fill.feeAsset,
  time: fill.at,
  isBuyer: fill.side === "buy",
  isMaker: fill.liquidity === "maker",
  isBestMatch: true,
});

export interface Report {
  /** NEW, TRADE, CANCELED, EXPIRED, REJECTED. */
  readonly what: string;
  readonly at: number;
  readonly executionId: number;
  readonly fill?: VenueFill;
  /** Client id of the cancel request; the order's own is then told as C. */
  readonly cancelId?: string;
}

const statusOf = (order: VenueOrder, report: Report): string => {
  if (report.what === "NEW") return "NEW";
  if (report.fill !== undefined)
    return report.fill.cumulativeLots === order.lots ? "FILLED" : "PARTIALLY_FILLED";
  return report.what;
};

/** One executionReport as of the moment it tells, though the order may have moved on since. */
export const reportJson = (order: VenueOrder, pair: Pair, report: Report): string => {
  const { fill, at } = report;
  const isNew = report.what === "NEW";
  const status = statusOf(order, report);
  return JSON.stringify({
    e: "executionReport",
    E: at,
    s: order.symbol,
    c: report.cancelId ?? order.clientId,
    S: wireSide(order),
    o: wireType(order),
    f: wireForce(order.timeInForce),
    q: pair.lot.text(order.lots),
    p: priceText(order.ticks, pair),
    P: priceText(order.stopTicks, pair),
    F: ZEROS,
    g: listIdOf(order),
    C: report.cancelId === undefined ? "" : order.clientId,
    x: report.what,
    X: status,
    r: "NONE",
    i: order.id,
    l: fill === undefined ? ZEROS : pair.lot.text(fill.lots),
    z: isNew ? ZEROS : pair.lot.text(fill?.cumulativeLots ?? order.filledLots),
    L: fill === undefined ? ZEROS : pair.price.text(fill.ticks),
    n: fill === undefined ? "0" : wireDecimal(fill.fee),
    N: fill?.feeAsset ?? null,
    T: at,
    t: fill?.tradeId ?? -1,
    I: report.executionId,
    w: (status === "NEW" || status === "PARTIALLY_FILLED") && order.stopTicks === undefined,
    m: fill?.liquidity === "maker",
    M: fill !== undefined,
    O: order.at,
    Z: isNew ? ZEROS : wireDecimal(fill?.cumulativeNotional ?? order.filledNotional),
    Y: fill === undefined ? ZEROS : wireDecimal(fill.notional),
    Q: ZEROS,
    W: order.at,
    V: (order.selfTrade ?? "none").toUpperCase().replace("-", "_"),
  });
};

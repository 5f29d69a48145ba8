/**
 * An order in ccxt's words. ccxt would silently cut price and amount to its grid, and the venue would hold another order
 * than the journal: what is not on the grid is refused here. Our id always goes along, or ccxt sets a broker's.
 */
import { isContract, type Lackable, legIn } from "../../domain/market/instrument.ts";
import type { Order, TimeInForce, VenueRefusal } from "../../domain/order/order.ts";
import { format, timestamp, type Timestamp } from "../../domain/values/values.ts";
import type { UnifiedMarket, UnifiedOrder } from "./ccxt-words.ts";
import { sentAs } from "./lacking.ts";
import { legParams } from "./legs.ts";
import { gridOf } from "./mapping.ts";

export interface OrderRequest {
  readonly type: "market" | "limit";
  readonly amount: string;
  /** Never for market orders: ccxt would make it an amount of quote money. */
  readonly price: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

const forces: Readonly<Record<TimeInForce, Readonly<Record<string, unknown>>>> = {
  GTC: { timeInForce: "GTC" },
  IOC: { timeInForce: "IOC" },
  FOK: { timeInForce: "FOK" },
  PO: { postOnly: true },
};

/** `lacks`: what the venue does not take. */
export const requestOf = (order: Order, lacks: readonly Lackable[] = []): OrderRequest => {
  const limit = order.type === "limit" || order.type === "stop-limit";
  const { instrument, reduceOnly } = order;
  const only =
    reduceOnly === true &&
    isContract(instrument) &&
    legIn(instrument) === undefined &&
    !lacks.includes("reduce-only");
  return {
    type: limit ? "limit" : "market",
    amount: format(order.quantity),
    price: limit && order.price !== undefined ? format(order.price) : undefined,
    params: {
      clientOrderId: order.id,
      ...(limit ? forces[sentAs(order.timeInForce, lacks)] : {}),
      ...(only ? { reduceOnly: true } : {}),
      ...legParams(instrument),
      ...(order.stopPrice === undefined ? {} : { triggerPrice: format(order.stopPrice) }),
    },
  };
};

/** Why the order cannot be sent as it is; undefined when it can. */
export const offGrid = (
  market: UnifiedMarket | undefined,
  mode: number,
  order: Order,
): { readonly reason: VenueRefusal; readonly detail: string } | undefined => {
  if (market === undefined)
    return { reason: "unknown-instrument", detail: `the venue does not list ${order.instrument}` };
  const { tickSize, lotSize } = gridOf(market, mode);
  if (order.quantity % lotSize !== 0n)
    return {
      reason: "filter-quantity",
      detail: `quantity ${format(order.quantity)} is not a multiple of ${format(lotSize)}`,
    };
  for (const price of [order.price, order.stopPrice])
    if (price !== undefined && price % tickSize !== 0n)
      return {
        reason: "filter-price",
        detail: `price ${format(price)} is not a multiple of ${format(tickSize)}`,
      };
  return undefined;
};

/** When the venue accepted it; `now` where it does not say. */
export const acceptedAt = (order: UnifiedOrder, now: Timestamp): Timestamp => {
  const transactTime = Number(order.info?.["transactTime"]);
  const at = Number.isFinite(transactTime) ? transactTime : (order.lastUpdateTimestamp ?? order.timestamp);
  return at === undefined ? now : timestamp(at);
};

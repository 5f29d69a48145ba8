/** Stops and take-profits of futures in the words of Binance's algo orders: REST answers, and ALGO_UPDATE. */
import type { Pair } from "../pair.ts";
import type { Conditional } from "./conditionals.ts";
import { sideOf } from "./margin-account.ts";

type Json = Readonly<Record<string, unknown>>;

const priceOf = ({ order }: Conditional, pair: Pair): string =>
  order.ticks === undefined ? "0" : pair.price.text(order.ticks);

const forceOf = ({ order: { timeInForce } }: Conditional): string =>
  timeInForce === "PO" ? "GTX" : timeInForce;

export const conditionalJson = (one: Conditional, pair: Pair): Json => ({
  algoId: one.id,
  clientAlgoId: one.order.clientId,
  algoType: "CONDITIONAL",
  orderType: one.type,
  symbol: one.order.symbol,
  side: one.order.side.toUpperCase(),
  positionSide: sideOf(one.order.leg),
  timeInForce: forceOf(one),
  quantity: pair.lot.text(one.order.lots),
  algoStatus: one.status,
  actualOrderId: one.orderId === 0 ? "" : String(one.orderId),
  triggerPrice: pair.price.text(one.stopTicks),
  price: priceOf(one, pair),
  selfTradePreventionMode: "EXPIRE_MAKER",
  workingType: one.workingType,
  priceMatch: "NONE",
  closePosition: one.closePosition,
  priceProtect: false,
  reduceOnly: one.order.reduceOnly === true,
  createTime: one.at,
  updateTime: one.updatedAt,
  triggerTime: one.triggeredAt,
  goodTillDate: 0,
});

export const conditionalEvent = (one: Conditional, pair: Pair, at: number): string =>
  JSON.stringify({
    e: "ALGO_UPDATE",
    T: at,
    E: at,
    o: {
      caid: one.order.clientId,
      aid: one.id,
      at: "CONDITIONAL",
      o: one.type,
      s: one.order.symbol,
      S: one.order.side.toUpperCase(),
      ps: sideOf(one.order.leg),
      f: forceOf(one),
      q: pair.lot.text(one.order.lots),
      X: one.status,
      ai: one.orderId === 0 ? "" : String(one.orderId),
      tp: pair.price.text(one.stopTicks),
      p: priceOf(one, pair),
      V: "EXPIRE_MAKER",
      wt: one.workingType,
      pm: "NONE",
      cp: one.closePosition,
      pP: false,
      R: one.order.reduceOnly === true,
      tt: one.triggeredAt,
      gtd: 0,
      rm: one.reason,
    },
  });

/**
 * What a fill, a rest and an end do to an order and its account. The order of events of a trade: the
 * public print, the taker's fill, the maker's fill; balances are told at the end of the call.
 */
import type { VenueRefusal } from "../../domain/order/order.ts";
import type { Money } from "../../domain/values/values.ts";
import { ONE, ZERO, least, roundUp } from "../../domain/values/values.ts";
import type { Holding, Ledger } from "./ledger.ts";
import type { OrderState } from "./order-state.ts";
import type { Pair } from "./pair.ts";

const ladderOf = (pair: Pair, order: OrderState) => (order.side === "buy" ? pair.bids : pair.asks);

/** What a buy or sell at `ticks` gives away for `lots`. */
export const costOf = (pair: Pair, order: OrderState, ticks: number, lots: number): Money =>
  order.side === "buy" ? pair.notionalOf(ticks, lots) : pair.quantityOf(lots);

const pay = (ledger: Ledger, pair: Pair, order: OrderState, lots: number, cost: Money): void => {
  const { desk, locked } = order;
  const holding = order.side === "buy" ? desk.quote : desk.base;
  if (locked === ZERO) holding.free = (holding.free - cost) as Money;
  else {
    // A limit's lock shrinks by what it had set aside for these lots; what the better price saved is free again.
    let part = cost;
    if (order.remaining === 0) part = locked;
    else if (order.side === "buy")
      part = order.limit === 0 ? least(cost, locked) : costOf(pair, order, order.limit, lots);
    order.locked = (locked - part) as Money;
    holding.locked = (holding.locked - part) as Money;
    if (part !== cost) holding.free = (holding.free + part - cost) as Money;
  }
  ledger.touch(holding);
};

/** The fee in the account's fee asset, or undefined when it pays in none, or holds too little of it. */
const feeElsewhere = (order: OrderState, received: Holding, fee: Money, step: bigint): Money | undefined => {
  const { feeHolding, feeRates } = order.desk.account;
  if (feeHolding === undefined || feeHolding === received) return undefined;
  // Never from what this order itself gives: that part is promised to its remaining lots.
  if (feeHolding === (order.side === "buy" ? order.desk.quote : order.desk.base)) return undefined;
  const rate = feeRates.get(received.asset);
  if (rate === undefined) return undefined;
  const amount = roundUp(((fee * rate + ONE - 1n) / ONE) as Money, step);
  return feeHolding.free < amount ? undefined : amount;
};

/** One side of one trade. `order.remaining` has already shrunk by `lots`. */
export const fillSide = (
  ledger: Ledger,
  pair: Pair,
  order: OrderState,
  ticks: number,
  lots: number,
  notional: Money,
  quantity: Money,
  liquidity: "maker" | "taker",
  counterOrderId: number,
  tradeId: number,
  at: number,
): void => {
  const { desk, side } = order;
  order.updatedAt = at;
  order.status = order.remaining === 0 ? "filled" : "partial";
  if (desk.account.unlimited) {
    if (order.remaining === 0) desk.open.delete(order.id);
    return;
  }
  order.filledNotional = (order.filledNotional + notional) as Money;
  const { listing } = pair;
  const bps = liquidity === "maker" ? listing.makerBps : listing.takerBps;
  const buys = side === "buy";
  pay(ledger, pair, order, lots, buys ? notional : quantity);
  const received = buys ? desk.base : desk.quote;
  let fee =
    bps === 0 ? ZERO : buys ? pair.baseFee(lots, quantity, bps) : pair.quoteFee(ticks, lots, notional, bps);
  let payer = received;
  received.free = (received.free + (buys ? quantity : notional)) as Money;
  ledger.touch(received);
  if (fee !== ZERO) {
    const elsewhere = feeElsewhere(order, received, fee, listing.feeStep);
    if (elsewhere !== undefined) {
      fee = elsewhere;
      payer = desk.account.feeHolding!;
      ledger.touch(payer);
    }
    payer.free = (payer.free - fee) as Money;
    ledger.earn(payer.asset, fee);
  }
  const fill = {
    tradeId,
    symbol: desk.symbol,
    ticks,
    lots,
    notional,
    orderId: order.id,
    account: desk.account.name,
    clientId: order.clientId,
    side,
    liquidity,
    fee,
    feeAsset: payer.asset,
    counterOrderId,
    cumulativeLots: order.lots - order.remaining,
    cumulativeNotional: order.filledNotional,
    at,
  };
  desk.fills.push(fill);
  ledger.tell({ type: "fill", fill, order });
  if (order.remaining === 0) desk.open.delete(order.id);
};

/** An OCO pair lives until one of the two fills or triggers. */
export const partWithPartner = (ledger: Ledger, pair: Pair, order: OrderState, at: number): void => {
  const { partner } = order;
  if (partner === undefined) return;
  order.partner = undefined;
  partner.partner = undefined;
  if (partner.isOpen) end(ledger, pair, partner, "cancelled", at);
};

/** Ends an open order without a fill: takes it from where it waits and frees what it held back. */
export const end = (
  ledger: Ledger,
  pair: Pair,
  order: OrderState,
  status: "cancelled" | "expired" | "rejected",
  at: number,
  refusal?: VenueRefusal,
): void => {
  if (order.place === "ladder") {
    ladderOf(pair, order).remove(order);
    pair.version += 1;
  } else if (order.place === "stops") pair.stops.remove(order);
  else if (order.place === "prints") {
    pair.waiting.splice(pair.waiting.indexOf(order), 1);
    order.place = "nowhere";
  }
  ledger.release(order);
  order.status = status;
  order.updatedAt = at;
  order.desk.open.delete(order.id);
  if (!order.desk.account.unlimited) {
    if (refusal === undefined) ledger.tell({ type: "order", order, why: status, at });
    else ledger.tell({ type: "order", order, why: status, refusal, at });
  }
  partWithPartner(ledger, pair, order, at);
};

/** Puts the rest of a limit order on the book, its funds locked. */
export const rest = (ledger: Ledger, pair: Pair, order: OrderState): void => {
  if (order.locked === ZERO && !order.desk.account.unlimited)
    ledger.lock(order, costOf(pair, order, order.limit, order.remaining));
  ladderOf(pair, order).add(order);
  pair.version += 1;
};

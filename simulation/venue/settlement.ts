/**
 * What a fill, a rest and an end do to an order and its account. The order of events of a trade: the
 * public print, the taker's fill, the maker's fill; balances are told at the end of the call.
 */
import type { VenueRefusal } from "../../domain/order/order.ts";
import type { Money } from "../../domain/values/values.ts";
import { ONE, ZERO, least, plus, roundUp } from "../../domain/values/values.ts";
import type { Holding } from "./ledger.ts";
import type { OrderState } from "./order-state.ts";
import type { Pair } from "./pair.ts";
import type { Clearing, VenueFill } from "./venue.ts";

const ladderOf = (pair: Pair, order: OrderState) => (order.side === "buy" ? pair.bids : pair.asks);

/** What a buy or sell at `ticks` gives away for `lots`. */
export const costOf = (pair: Pair, order: OrderState, ticks: number, lots: number): Money =>
  order.side === "buy" ? pair.notionalOf(ticks, lots) : pair.quantityOf(lots);

const pay = (pair: Pair, order: OrderState, cost: Money): void => {
  const { desk, locked } = order;
  const holding = order.side === "buy" ? desk.quote : desk.base;
  if (locked === ZERO) holding.free = (holding.free - cost) as Money;
  else {
    // A limit's lock shrinks by what it had set aside for these lots; what the better price saved is free again.
    let part = cost;
    if (order.remaining === 0) part = locked;
    else if (order.side === "buy" && order.limit !== pair.trade.ticks)
      part = order.limit === 0 ? least(cost, locked) : costOf(pair, order, order.limit, pair.trade.lots);
    order.locked = (locked - part) as Money;
    holding.locked = (holding.locked - part) as Money;
    if (part !== cost) holding.free = (holding.free + part - cost) as Money;
  }
  pair.ledger.touch(holding);
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

const close = (pair: Pair, order: OrderState): void => {
  pair.ledger.index.remove(order.id);
  order.desk.detach(order);
};

/** One side of the trade at hand; `order.remaining` has already shrunk by its lots. */
export const fillSide = (
  pair: Pair,
  order: OrderState,
  liquidity: "maker" | "taker",
  counterOrderId: number,
): void => {
  const { ledger, listing, trade } = pair;
  const { desk, side } = order;
  const done = order.remaining === 0;
  order.updatedAt = ledger.now;
  order.status = done ? "filled" : "partial";
  if (done) close(pair, order);
  if (desk.account.unlimited) return;
  if (desk.account.clearing !== undefined) {
    clear(pair, order, liquidity, counterOrderId, desk.account.clearing);
    return;
  }
  const isFirst = order.filledLots === trade.lots;
  order.filledNotional = isFirst ? trade.notional : plus(order.filledNotional, trade.notional);
  const buys = side === "buy";
  const received = buys ? desk.base : desk.quote;
  pay(pair, order, buys ? trade.notional : trade.quantity);
  received.free = (received.free + (buys ? trade.quantity : trade.notional)) as Money;
  ledger.touch(received);
  const bps = liquidity === "maker" ? listing.makerBps : listing.takerBps;
  let fee = buys ? pair.baseFee(bps) : pair.quoteFee(bps);
  let payer = received;
  let earner = buys ? pair.earnedBase : pair.earnedQuote;
  if (fee !== ZERO) {
    const elsewhere = feeElsewhere(order, received, fee, listing.feeStep);
    if (elsewhere !== undefined) {
      fee = elsewhere;
      payer = desk.account.feeHolding!;
      earner = ledger.earned.holding(payer.asset);
      ledger.touch(payer);
    }
    payer.free = (payer.free - fee) as Money;
    earner.free = (earner.free + fee) as Money;
  }
  tellFill(pair, order, liquidity, counterOrderId, fee, payer.asset);
};

/** A margin account pays its fee in quote on both sides; what becomes of its position is the clearing's business. */
const clear = (
  pair: Pair,
  order: OrderState,
  liquidity: "maker" | "taker",
  counterOrderId: number,
  clearing: Clearing,
): void => {
  const { listing, trade, earnedQuote } = pair;
  order.filledNotional = plus(order.filledNotional, trade.notional);
  const fee = pair.quoteFee(liquidity === "maker" ? listing.makerBps : listing.takerBps);
  earnedQuote.free = (earnedQuote.free + fee) as Money;
  clearing.filled(tellFill(pair, order, liquidity, counterOrderId, fee, listing.quote), order);
};

const tellFill = (
  pair: Pair,
  order: OrderState,
  liquidity: "maker" | "taker",
  counterOrderId: number,
  fee: Money,
  feeAsset: string,
): VenueFill => {
  const { ledger, trade } = pair;
  const { desk } = order;
  const fill: VenueFill = {
    tradeId: trade.id,
    symbol: desk.symbol,
    ticks: trade.ticks,
    lots: trade.lots,
    notional: trade.notional,
    orderId: order.id,
    account: desk.account.name,
    clientId: order.clientId,
    side: order.side,
    liquidity,
    fee,
    feeAsset,
    counterOrderId,
    cumulativeLots: order.lots - order.remaining,
    cumulativeNotional: order.filledNotional,
    at: ledger.now,
  };
  desk.keep(fill);
  ledger.tell({ type: "fill", fill, order });
  return fill;
};

/** An OCO pair lives until one of the two fills or triggers. */
export const partWithPartner = (pair: Pair, order: OrderState): void => {
  const { partner } = order;
  if (partner === undefined) return;
  order.partner = undefined;
  partner.partner = undefined;
  if (partner.isOpen) end(pair, partner, "cancelled");
};

/** Ends an open order without a fill: takes it from where it waits and frees what it held back. */
export const end = (
  pair: Pair,
  order: OrderState,
  status: "cancelled" | "expired" | "rejected",
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
  pair.ledger.release(order);
  order.status = status;
  order.updatedAt = pair.ledger.now;
  close(pair, order);
  if (!order.desk.account.unlimited) {
    if (refusal === undefined) pair.ledger.tell({ type: "order", order, why: status, at: pair.ledger.now });
    else pair.ledger.tell({ type: "order", order, why: status, refusal, at: pair.ledger.now });
  }
  partWithPartner(pair, order);
};

/** Puts the rest of a limit order on the book, its funds locked. */
export const rest = (pair: Pair, order: OrderState): void => {
  if (order.locked === ZERO && !order.desk.account.unfunded)
    pair.ledger.lock(
      order,
      order.remaining === order.lots ? order.need : costOf(pair, order, order.limit, order.remaining),
    );
  ladderOf(pair, order).add(order);
  pair.version += 1;
};

/** Orders and fills between the portfolio's decimals and the venue's doubles. */
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Fill, Order, OrderReport } from "../../domain/order/order.ts";
import { notionalOf } from "../../domain/positions/contract.ts";
import {
  basisPoints,
  roundDown,
  toFloat,
  type AccountId,
  type PortfolioId,
  type StrategyId,
  type Decimal,
  type Price,
  type Quantity,
  type Side,
  type Timestamp,
} from "../../domain/values/values.ts";
import { LoggedOrder } from "./order-log.ts";
import { VenueOrder, type Unfilled } from "./venue-order.ts";

/** A backtest has one of each. */
export const ACCOUNT = "backtest" as AccountId;
export const PORTFOLIO = "backtest" as PortfolioId;
export const STRATEGY = "backtest" as StrategyId;

/** An order as the portfolio says it, at the venue. */
export class ExactOrder extends VenueOrder {
  /** Undefined as long as the portfolio has not been asked: aim-books.ts. */
  exact: Order | undefined;
  constructor(i: number, logged: LoggedOrder, exact?: Order) {
    super(i, logged);
    this.exact = exact;
  }
}

/** A whole fill. Prices off the grid, as slippage makes them, go to it against us; fees are in quote, rounded up to 1e-18. */
export const fillOf = (
  { id, instrument, side, quantity }: Order,
  of: Instrument,
  told: { readonly tradeId: string; readonly price: Decimal; readonly maker: boolean; readonly at: number },
): Fill => {
  const { tickSize, makerBps, takerBps, quote } = of;
  const { tradeId, maker } = told;
  const price = onGrid(told.price, tickSize, side);
  const amount = notionalOf(of, price, quantity);
  return {
    tradeId,
    account: ACCOUNT,
    instrument,
    order: id,
    side,
    price,
    quantity,
    notional: amount,
    fee: basisPoints(amount, maker ? makerBps : takerBps, 1n),
    feeAsset: quote,
    liquidity: maker ? "maker" : "taker",
    at: told.at as Timestamp,
  };
};

/** What the venue says of an order that has not been filled. */
export const reportOf = (
  { id, instrument }: Order,
  status: "open" | Unfilled,
  reason: string | undefined,
  at: number,
): OrderReport => ({
  account: ACCOUNT,
  instrument,
  order: id,
  status,
  filled: 0n as Quantity,
  ...(reason === undefined ? {} : { reason }),
  at: at as Timestamp,
});

/** A millionth of a step beside the grid counts as on it: doubles are. */
export const onGrid = (price: Decimal, tickSize: Decimal, side: Side): Price => {
  const down = roundDown(price, tickSize);
  if (down === price) return price as Price;
  const up = down + tickSize;
  const away = side === "buy" ? up : down;
  const near = side === "buy" ? down : up;
  const distance = side === "buy" ? price - down : up - price;
  return (distance * 1_000_000n <= tickSize ? near : away) as Price;
};

/** As it is logged, in doubles. */
export const loggedOf = ({ side, type, timeInForce, quantity, price, stopPrice, tag, reason }: Order) =>
  new LoggedOrder(
    side,
    type,
    toFloat(quantity),
    tag,
    reason,
    price === undefined ? NaN : toFloat(price),
    stopPrice === undefined ? NaN : toFloat(stopPrice),
    timeInForce,
  );

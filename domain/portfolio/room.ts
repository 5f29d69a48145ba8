/**
 * How much room an order has: what of its book it may use, and what each unit of it reserves. An order that adds reserves quote (all
 * of it for spot, the margin of a contract), one that lessens reserves what is held: base, or contracts of the position.
 */
import { isContract } from "../market/instrument.ts";
import { adds, type Order } from "../order/order.ts";
import { contractOf, notionalOf } from "../positions/contract.ts";
import { unrealised } from "../positions/leg.ts";
import type { Limits } from "../risk/limits.ts";
import { collarPrice } from "../risk/risk.ts";
import {
  ONE,
  type Asset,
  type InstrumentId,
  type Money,
  type Price,
  type Quantity,
} from "../values/values.ts";
import type { Book } from "./book.ts";
import type { Mark } from "./commands.ts";
import type { Listed, PortfolioState } from "./state.ts";

/** Of a decision: the state, and what has been taken of it so far. */
interface Taking {
  readonly state: PortfolioState;
  free(book: Book, asset: Asset): Money;
  mark(listed: Listed): Mark | undefined;
  readonly approved: ReadonlyMap<unknown, { readonly order: Order }>;
}

/** Under cross margin what open positions have lost by now is not there to spend. */
export const spendable = (taking: Taking, book: Book, { instrument }: Listed): Money => {
  const free = taking.free(book, instrument.quote);
  return instrument.marginMode === "cross"
    ? ((free - losses(taking, book, instrument.quote)) as Money)
    : free;
};

const losses = (taking: Taking, book: Book, quote: Asset): bigint => {
  let sum = 0n;
  for (const position of book.positions.values()) {
    const listed = taking.state.instruments.get(position.instrument);
    if (!position.contract || position.quote !== quote || listed === undefined) continue;
    const last = taking.mark(listed)?.last;
    const { quantity, cost } = position;
    const gain =
      last === undefined
        ? 0n
        : unrealised(contractOf(listed.instrument), { quantity, cost: cost as Money }, last);
    if (gain < 0n) sum -= gain;
  }
  return sum;
};

/** What orders that are no reductions may yet take off the position: where the venue ends no order that would turn it over, they take room. */
const against = (taking: Taking, book: Book, id: InstrumentId): bigint => {
  const side = (book.positions.get(id)?.quantity ?? 0n) > 0n ? "sell" : "buy";
  let sum = 0n;
  for (const { order, remaining } of book.orders)
    if (order.instrument === id && order.side === side && adds(order)) sum += remaining;
  for (const { order } of taking.approved.values())
    if (order.strategy === book.strategy && order.instrument === id && order.side === side && adds(order))
      sum += order.quantity;
  return sum;
};

export const closable = (taking: Taking, book: Book, { instrument }: Listed): Money => {
  if (!isContract(instrument.id)) return taking.free(book, instrument.base);
  const held = instrument.symbol as Asset;
  const total = book.total(held);
  const free = taking.free(book, held) + (total < 0n ? -2n * total : 0n);
  return (
    instrument.lacks?.includes("reduce-only") === true ? free - against(taking, book, instrument.id) : free
  ) as Money;
};

/** Per unit that adds: the worst price it may pay, or its margin there, with the higher fee. Per unit that lessens: the unit itself. */
export const reservePerUnit = (
  limits: Limits,
  { instrument }: Listed,
  mark: Mark,
  wish: Pick<Order, "side" | "instrument" | "reduceOnly" | "price" | "stopPrice">,
): Price => {
  if (!adds(wish)) return ONE as Price;
  const { makerBps, takerBps, leverage = 1 } = instrument;
  // Of a contract sold as of one bought: the margin is of the price at which it is worth the most.
  const worst = wish.price ?? worstPrice(limits, instrument, mark, wish.stopPrice);
  const fee = BigInt(Math.round(Math.max(makerBps, takerBps, 0) * 1_000));
  const own = leverage === 1 ? FULL : BigInt(Math.ceil(Number(FULL) / leverage));
  const unit = notionalOf(instrument, worst, ONE as Quantity);
  return ((unit * (own + fee) + FULL - 1n) / FULL) as Price;
};

const worstPrice = (
  limits: Limits,
  { contractSize }: Listed["instrument"],
  mark: Mark,
  stopPrice: Price | undefined,
): Price =>
  contractSize === undefined
    ? collarPrice(limits, stopPrice ?? mark.ask, "buy")
    : collarPrice(limits, stopPrice ?? mark.bid, "sell");

const FULL = 10_000_000n;

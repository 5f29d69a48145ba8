/**
 * What leaves the portfolio: orders and cancels for execution, updates and figures for strategies. All of it is
 * told from journaled events, or from the state after recovery, so nothing leaves that is not written down.
 */
import { isContract, venueOf } from "../market/instrument.ts";
import type { Order } from "../order/order.ts";
import { notionalOf } from "../positions/contract.ts";
import type { Approved } from "../risk/risk.ts";
import type { OpenOrder, OrderUpdate } from "../strategy/strategy.ts";
import {
  toFloat,
  type AccountId,
  type Asset,
  type ClientOrderId,
  type InstrumentId,
  type Quantity,
  type StrategyId,
  type Timestamp,
} from "../values/values.ts";
import { equityOf } from "./equity.ts";
import type { OrderName, PortfolioEvent } from "./events.ts";
import { assetsOf, type Book } from "./book.ts";
import { leavingAs } from "./kept-orders.ts";
import { LIQUIDATION_TAG } from "./contract-events.ts";
import { PROTECT_TAG } from "./protection.ts";
import { TARGET_TAG } from "./targets.ts";
import { mayBeAtVenue, type LiveOrder, type PortfolioState } from "./state.ts";

export type Effect =
  | { readonly type: "place"; readonly account: AccountId; readonly order: Approved<Order> }
  | {
      readonly type: "cancel";
      readonly account: AccountId;
      readonly order: ClientOrderId;
      readonly instrument: InstrumentId;
    };

/** What must go out because of this event, once it is journaled. */
export const effectOf = (event: PortfolioEvent): Effect | undefined => {
  if (event.type === "OrderPlaced")
    return { type: "place", account: event.account, order: leaving(event.sent) };
  if (event.type === "CancelRequested")
    return { type: "cancel", account: event.account, order: event.order, instrument: event.instrument };
  return undefined;
};

/**
 * After recovery, oldest first: orders nobody has reported on (each may have been sent: ask before sending) and
 * cancels not yet confirmed.
 */
export const undelivered = (state: PortfolioState): readonly Effect[] => {
  const effects: Effect[] = [];
  for (const live of state.orders.values()) {
    const { account, id, instrument } = live.order;
    if (live.phase === "placed") effects.push({ type: "place", account, order: asSent(live) });
    if (live.cancelling && (live.phase === "placed" || live.phase === "open"))
      effects.push({ type: "cancel", account, order: id, instrument });
  }
  return effects;
};

/** As it went to the venue: less what had crossed inside. */
const asSent = (live: LiveOrder): Approved<Order> => {
  const order = leavingAs(live);
  const { crossed } = live;
  return leaving(
    crossed === 0n ? order : ({ ...order, quantity: order.quantity - crossed } as Approved<Order>),
  );
};

/** Spot: every sell lessens a position, and no breaker may hold it back. Orders of contracts say it of themselves. */
const leaving = (order: Approved<Order>): Approved<Order> =>
  order.side === "sell" && !isContract(order.instrument) ? { ...order, reduceOnly: true } : order;

/** Orders of an account that are or may be at the venue; `accepted` when the venue has told of them. */
export const liveOrders = (
  state: PortfolioState,
  account: AccountId,
): readonly { readonly order: Approved<Order>; readonly accepted: boolean }[] => {
  const orders: { readonly order: Approved<Order>; readonly accepted: boolean }[] = [];
  for (const live of state.orders.values())
    if (live.order.account === account && mayBeAtVenue(live))
      orders.push({ order: asSent(live), accepted: live.phase !== "placed" });
  return orders;
};

export interface StrategyNews {
  readonly strategy: StrategyId;
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly update: Omit<OrderUpdate, "i">;
}

/** Venue time of the account's last booked fill, of its opening before the first one; 0 where it is not known. */
export const bookedUntil = (state: PortfolioState, id: AccountId): Timestamp => {
  const account = state.accounts.get(id);
  return (account === undefined ? 0 : Math.max(account.lastFillAt, account.openedAt)) as Timestamp;
};

/** What strategies hear of this event. `filled` counts from the order's beginning; a price is 0 where there is none. */
export const updatesFor = (event: PortfolioEvent): readonly StrategyNews[] => {
  switch (event.type) {
    case "OrderApproved": {
      const { order } = event;
      return [newsOf(order, "approved", 0n, order.price ?? 0n)];
    }
    case "OrderKept":
      return [newsOf(event, "open", 0n, 0n)];
    case "OrderAccepted":
      return [newsOf(event, "open", 0n, event.price ?? 0n)];
    case "OrderFilled":
      return [newsOf(event, "partial", event.filled, event.fill.price)];
    case "Crossed": {
      const { account, instrument, price } = event;
      return (["buy", "sell"] as const).map((side) =>
        newsOf({ ...event[side], account, instrument, side }, "partial", event[side].filled, price),
      );
    }
    case "Liquidated": {
      const { instrument, account, side, price } = event.fill;
      return event.shares.map(({ strategy, quantity }) =>
        newsOf(
          { strategy, account, instrument, tag: LIQUIDATION_TAG, side },
          "filled",
          quantity,
          price,
          "liquidation",
        ),
      );
    }
    case "OrderClosed":
      return [newsOf(event, event.status, event.filled, 0n, event.reason)];
    case "OrderRefused":
      return [newsOf(event, "blocked", 0n, 0n, event.rule)];
    case "StopFailed":
      if (event.againAt !== undefined) return [];
      return [newsOf({ ...event, tag: PROTECT_TAG, side: "sell" }, "blocked", 0n, 0n, "protection-lost")];
    case "TargetFailed":
      if (event.againAt !== undefined) return [];
      return [newsOf({ ...event, tag: TARGET_TAG, side: "sell" }, "blocked", 0n, 0n, "target-lost")];
    default:
      return [];
  }
};

const newsOf = (
  { strategy, account, instrument, tag, side }: Omit<OrderName, "order">,
  status: OrderUpdate["status"],
  filled: bigint,
  price: bigint,
  reason?: string,
): StrategyNews => ({
  strategy,
  account,
  instrument,
  update: {
    tag,
    status,
    ...(reason === undefined ? {} : { reason }),
    side,
    filled: toFloat(filled),
    price: toFloat(price),
  },
});

export interface DeskFigures {
  /** Highest proposal taken up. */
  readonly sequence: number;
  /** In the quote asset of the first instrument. */
  readonly cash: number;
  readonly equity: number;
  /** By index of the instruments asked for. */
  readonly positions: readonly number[];
  readonly exposures: readonly number[];
  /** Of each instrument's quote asset and base, at its venue. */
  readonly cashes: readonly number[];
  readonly holdings: readonly number[];
  readonly orders: readonly OpenOrder[];
}

/** A strategy's own sub-ledger as its desk shows it: doubles, at the last marks. Instruments may be of several venues. */
export const deskFigures = (
  state: PortfolioState,
  strategy: StrategyId,
  instruments: readonly InstrumentId[],
): DeskFigures => {
  const books: Book[] = [];
  for (const account of state.accounts.values()) {
    const book = account.books.get(strategy);
    if (book !== undefined) books.push(book);
  }
  const first = instruments[0];
  const quote = first === undefined ? undefined : assetsOf(first).quote;
  let cash = 0n;
  let equity = 0n;
  if (quote !== undefined)
    for (const book of books) {
      cash += book.total(quote);
      equity += equityOf(state, book, quote);
    }
  const positions = instruments.map((id) => heldOf(books, id));
  const exposures = positions.map((held, i) => {
    const listed = state.instruments.get(instruments[i]!);
    const last = listed?.mark?.last;
    if (held === 0n || last === undefined || equity <= 0n) return 0;
    const { contractSize } = listed!.instrument;
    const worth =
      contractSize === undefined
        ? toFloat(held) * toFloat(last)
        : toFloat(notionalOf({ contractSize }, last, held as Quantity));
    return worth / toFloat(equity);
  });
  return {
    sequence: state.sequences.get(strategy) ?? 0,
    cash: toFloat(cash),
    equity: toFloat(equity),
    positions: positions.map(toFloat),
    cashes: instruments.map((id) => toFloat(totalAt(books, id, assetsOf(id).quote))),
    holdings: instruments.map((id) => toFloat(totalAt(books, id, assetsOf(id).base))),
    exposures,
    orders: books.flatMap((book) => openOrders(book, instruments)),
  };
};

const heldOf = (books: readonly Book[], id: InstrumentId): bigint => {
  const venue = venueOf(id);
  let held = 0n;
  for (const book of books) if (book.account.venue === venue) held += book.positions.get(id)?.quantity ?? 0n;
  return held;
};

const totalAt = (books: readonly Book[], id: InstrumentId, asset: Asset): bigint => {
  const venue = venueOf(id);
  let sum = 0n;
  for (const book of books) if (book.account.venue === venue) sum += book.total(asset);
  return sum;
};

const openOrders = (book: Book, instruments: readonly InstrumentId[]): readonly OpenOrder[] => {
  const orders: OpenOrder[] = [];
  for (const { order, remaining } of book.orders) {
    const i = instruments.indexOf(order.instrument);
    if (i < 0) continue;
    const price = toFloat(order.price ?? order.stopPrice ?? 0n);
    orders.push({ i, tag: order.tag, side: order.side, price, remaining: toFloat(remaining) });
  }
  return orders;
};

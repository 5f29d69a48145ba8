/** The life of one live order in state: what it reserves while it may still fill, and what remains when it closes. */
import { adds, type Order } from "../order/order.ts";
import { ONE, type Asset } from "../values/values.ts";
import { revalue } from "./ledger.ts";
import { assetsOf } from "./book.ts";
import { CLOSED_ORDERS_KEPT, type LiveOrder, type PortfolioState } from "./state.ts";

/** Stands in the venue's book, where another order of ours could meet it. Stops do so only once triggered: the venue's own prevention has those. */
export const rests = (order: Order): boolean =>
  order.type === "limit" && (order.timeInForce === "GTC" || order.timeInForce === "PO");

/** What decides over its reservation. */
type Reserving = Parameters<typeof adds>[0];

/** Quote at the reserved price for what adds, rounded up; the quantity itself for what lessens. */
export const reserveOf = (order: Reserving, perUnit: bigint, remaining: bigint): bigint =>
  adds(order) ? (perUnit * remaining + ONE - 1n) / ONE : remaining;

export const reservedAsset = (order: Reserving): Asset => {
  const { base, quote } = assetsOf(order.instrument);
  return adds(order) ? quote : base;
};

export const setRemaining = (state: PortfolioState, live: LiveOrder, remaining: bigint): void => {
  const { order, book } = live;
  const reserved = reserveOf(order, live.reservePerUnit, remaining);
  book.holding(reservedAsset(order)).reserved += reserved - live.reserved;
  live.reserved = reserved;
  const change = remaining - live.remaining;
  live.remaining = remaining;
  const listed = state.instruments.get(order.instrument);
  if (listed === undefined || !adds(order)) return;
  listed.buying += change;
  revalue(state, listed);
};

/** Releases what it reserved, lets out who waited behind it, and remembers its trades for a while. */
export const closeOrder = (state: PortfolioState, live: LiveOrder): void => {
  const { order, book } = live;
  setRemaining(state, live, 0n);
  state.orders.delete(order.id);
  state.fresh.delete(live);
  book.orders.delete(live);
  book.account.resting.get(order.instrument)?.delete(live);
  book.account.noticed = undefined;
  for (const waiter of live.waiters) {
    waiter.behind -= 1;
    if (waiter.behind > 0 || waiter.phase !== "held" || !state.orders.has(waiter.order.id)) continue;
    waiter.phase = "fresh";
    state.fresh.add(waiter);
  }
  state.closed.set(order.id, {
    name: live.name,
    filled: live.filled + live.crossed,
    trades: live.trades,
  });
  if (state.closed.size <= CLOSED_ORDERS_KEPT) return;
  for (const oldest of state.closed.keys()) {
    state.closed.delete(oldest);
    break;
  }
};

/** An event names only what decide found: anything else is a broken journal, and the actor must stop. */
export const expect = <T>(found: T | undefined, name: string): T => {
  if (found === undefined) throw new Error(`the portfolio's journal names ${name}, which it does not hold`);
  return found;
};

/** The life of one live order in state: what it reserves while it may still fill, and what remains when it closes. */
import { adds, type Order } from "../order/order.ts";
import { ONE, type Asset, type InstrumentId } from "../values/values.ts";
import { revalue } from "./ledger.ts";
import { assetsOf, type Account, type Book } from "./book.ts";
import type { LiveOrder, PortfolioState } from "./state.ts";

/** Stands in the venue's book, where another order of ours could meet it. Stops do so only once triggered: the venue's own prevention has those. */
export const rests = (order: Order): boolean =>
  order.type === "limit" && (order.timeInForce === "GTC" || order.timeInForce === "PO");

export const restingOf = (account: Account, instrument: InstrumentId): Set<LiveOrder> => {
  let resting = account.resting.get(instrument);
  if (resting === undefined) account.resting.set(instrument, (resting = new Set()));
  return resting;
};

/** What decides over its reservation. */
type Reserving = Parameters<typeof adds>[0];

/** Quote at the reserved price for what adds, rounded up; the quantity itself for what lessens. */
export const reserveOf = (order: Reserving, perUnit: bigint, remaining: bigint): bigint =>
  adds(order) ? (perUnit * remaining + ONE - 1n) / ONE : remaining;

export const reservedAsset = (order: Reserving, book: Book): Asset => {
  // A position has cut its id into the two before.
  const { base, quote } = book.positions.get(order.instrument) ?? assetsOf(order.instrument);
  return adds(order) ? quote : base;
};

export const setRemaining = (state: PortfolioState, live: LiveOrder, remaining: bigint): void => {
  const { order, book } = live;
  const reserved = reserveOf(order, live.reservePerUnit, remaining);
  if (reserved !== live.reserved) {
    book.holding(reservedAsset(order, book)).reserved += reserved - live.reserved;
    live.reserved = reserved;
  }
  const change = remaining - live.remaining;
  if (change === 0n) return;
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
  state.kept.delete(live);
  book.orders.delete(live);
  book.account.resting.get(order.instrument)?.delete(live);
  book.account.noticed = undefined;
  for (const waiter of live.waiters) {
    waiter.behind -= 1;
    if (waiter.behind > 0 || waiter.phase !== "held" || !state.orders.has(waiter.order.id)) continue;
    waiter.phase = "fresh";
    state.fresh.add(waiter);
  }
  state.remember({ name: live.name, filled: live.filled + live.crossed, trades: live.trades });
};

/** An event names only what decide found: anything else is a broken journal, and the actor must stop. */
export const expect = <T>(found: T | undefined, name: string): T => {
  if (found === undefined) throw new Error(`the portfolio's journal names ${name}, which it does not hold`);
  return found;
};

/**
 * Stops of venues that take none of their kind: the portfolio keeps them itself. One is approved, reserved and journaled like any order,
 * waits here, and leaves as a market or a limit order when a price that was seen has reached it. So it survives a restart, and
 * is never at the venue twice; but nobody watches while the engine is down, and a price that only then was reached is not seen.
 */
import { adds, type Order } from "../order/order.ts";
import type { Approved } from "../risk/risk.ts";
import type { InstrumentId, Price, Timestamp } from "../values/values.ts";
import type { PortfolioEvent, PortfolioEventOf } from "./events.ts";
import { revalue } from "./ledger.ts";
import { barredBy } from "./levels.ts";
import { expect } from "./orders.ts";
import type { LiveOrder, PortfolioState } from "./state.ts";

const reached = ({ side, stopPrice }: Order, last: Price): boolean =>
  side === "sell" ? last <= stopPrice! : last >= stopPrice!;

/** A halt holds back what a strategy keeps; what protects a position goes, as it would at a venue. */
const mayGo = (state: PortfolioState, { order, book, protects }: LiveOrder): boolean =>
  protects || barredBy(state, book.account.level, adds(order)) === undefined;

export const triggerKept = (
  state: PortfolioState,
  instrument: InstrumentId,
  last: Price,
  at: Timestamp,
): readonly PortfolioEvent[] => {
  const events: PortfolioEvent[] = [];
  for (const live of state.kept)
    if (live.order.instrument === instrument && reached(live.order, last) && mayGo(state, live))
      events.push({ type: "OrderTriggered", ...live.name, last, at });
  return events;
};

/** The price that was seen is the mark from here on. */
export const seePrice = (
  state: PortfolioState,
  { instrument, last }: { readonly instrument: InstrumentId; readonly last: Price },
): void => {
  const listed = expect(state.instruments.get(instrument), instrument);
  listed.mark = { bid: last, ask: last, last };
  revalue(state, listed);
};

export const keptHandlers = {
  OrderKept: (state: PortfolioState, { order }: PortfolioEventOf<"OrderKept">): void => {
    const live = expect(state.orders.get(order), order);
    live.phase = "kept";
    state.fresh.delete(live);
    state.kept.add(live);
  },
  OrderTriggered: (state: PortfolioState, event: PortfolioEventOf<"OrderTriggered">): void => {
    const live = expect(state.orders.get(event.order), event.order);
    live.phase = "fresh";
    live.triggered = true;
    state.kept.delete(live);
    state.fresh.add(live);
    seePrice(state, event);
  },
};

/** As what it leaves: the venue hears of no stop. */
export const leavingAs = ({ order, triggered }: LiveOrder): Approved<Order> => {
  if (!triggered) return order;
  const type = order.type === "stop-market" ? "market" : "limit";
  const left: { -readonly [K in keyof Approved<Order>]: Approved<Order>[K] } = { ...order, type };
  delete left.stopPrice;
  return left;
};

/** Who waits for its price. */
export const keeperOf = ({ phase, triggered }: LiveOrder): "venue" | "engine" =>
  phase === "kept" || triggered ? "engine" : "venue";

/**
 * Stops of venues that take none of their kind: the portfolio keeps them itself. One is approved, reserved and journaled like any order,
 * waits here, and leaves as a market or a limit order when a price that was seen has reached it. So it survives a restart, and
 * is never at the venue twice; but nobody watches while the engine is down, and a price that only then was reached is not seen.
 */
import { adds, type Order } from "../order/order.ts";
import type { Approved } from "../risk/risk.ts";
import { toFloat, type InstrumentId, type Price, type Timestamp } from "../values/values.ts";
import type { Marks } from "./commands.ts";
import type { PortfolioEvent, PortfolioEventOf } from "./events.ts";
import { revalue } from "./ledger.ts";
import { barredBy } from "./levels.ts";
import { expect } from "./orders.ts";
import type { LiveOrder, PortfolioState } from "./state.ts";

export interface SeePrice {
  readonly type: "SeePrice";
  readonly instrument: InstrumentId;
  /** Of a trade. */
  readonly last: Price;
  readonly at: Timestamp;
}

const reached = ({ side, stopPrice }: Order, last: Price): boolean =>
  side === "sell" ? last <= stopPrice! : last >= stopPrice!;

/** A halt holds back what a strategy keeps; what protects a position goes, as it would at a venue. */
const mayGo = (state: PortfolioState, { order, book, protects }: LiveOrder): boolean =>
  protects || barredBy(state, book.account.level, adds(order)) === undefined;

/** Nothing where no kept order is reached: prices are told for these alone. */
export const decideSeen = (
  state: PortfolioState,
  { instrument, last, at }: Omit<SeePrice, "type">,
): readonly PortfolioEvent[] => {
  const events: PortfolioEvent[] = [];
  for (const live of state.kept)
    if (live.order.instrument === instrument && reached(live.order, last) && mayGo(state, live))
      events.push({ type: "OrderTriggered", ...live.name, last, at });
  return events;
};

export const keptHandlers = {
  OrderKept: (state: PortfolioState, { order }: PortfolioEventOf<"OrderKept">): void => {
    const live = expect(state.orders.get(order), order);
    live.phase = "kept";
    state.fresh.delete(live);
    state.kept.add(live);
  },
  /** The price that it saw is the mark from here on. */
  OrderTriggered: (state: PortfolioState, event: PortfolioEventOf<"OrderTriggered">): void => {
    const live = expect(state.orders.get(event.order), event.order);
    live.phase = "fresh";
    live.triggered = true;
    state.kept.delete(live);
    state.fresh.add(live);
    const { last } = event;
    const listed = expect(state.instruments.get(event.instrument), event.instrument);
    listed.mark = { bid: last, ask: last, last };
    revalue(state, listed);
  },
};

/** Prices that a proposal brings are seen too. */
export const decideMarks = (state: PortfolioState, marks: Marks, at: Timestamp): readonly PortfolioEvent[] =>
  state.kept.size === 0
    ? []
    : Object.entries(marks).flatMap(([id, { last }]) =>
        decideSeen(state, { instrument: id as InstrumentId, last, at }),
      );

/** As what it leaves: the venue hears of no stop. */
export const leavingAs = ({ order, triggered }: LiveOrder): Approved<Order> => {
  if (!triggered) return order;
  const type = order.type === "stop-market" ? "market" : "limit";
  const left: { -readonly [K in keyof Approved<Order>]: Approved<Order>[K] } = { ...order, type };
  delete left.stopPrice;
  return left;
};

/** Between which prices nothing kept is reached: the highest stop of a sale, the lowest of a buy. */
export interface Reach {
  readonly below: number;
  readonly above: number;
}

const nothing: ReadonlyMap<InstrumentId, Reach> = new Map();

export const reachesOf = ({ kept }: PortfolioState): ReadonlyMap<InstrumentId, Reach> => {
  // Asked after every turn.
  if (kept.size === 0) return nothing;
  const reaches = new Map<InstrumentId, Reach>();
  for (const { order } of kept) {
    const { below, above } = reaches.get(order.instrument) ?? { below: -Infinity, above: Infinity };
    const stop = toFloat(order.stopPrice!);
    reaches.set(
      order.instrument,
      order.side === "sell"
        ? { below: Math.max(below, stop), above }
        : { below, above: Math.min(above, stop) },
    );
  }
  return reaches;
};

/** Who waits for its price. */
export const keeperOf = ({ phase, triggered }: LiveOrder): "venue" | "engine" =>
  phase === "kept" || triggered ? "engine" : "venue";

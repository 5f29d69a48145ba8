/**
 * The end of a turn, when all its commands are known: opposite orders of different strategies cross inside at the
 * last mid, and what remains goes to the venue; an order that would meet one of our own there waits until that
 * one has been cancelled. First come, first served.
 */
import { adds, type Order } from "../order/order.ts";
import { notionalOf } from "../positions/contract.ts";
import type { Limits } from "../risk/limits.ts";
import { belowMinimum, takesStop, type Approved } from "../risk/risk.ts";
import { absolute, least, type ClientOrderId, type Price, type Quantity } from "../values/values.ts";
import { decideAim } from "./aim.ts";
import { Draft } from "./draft.ts";
import { midOf } from "./equity.ts";
import type { CrossedLeg, PortfolioEvent } from "./events.ts";
import { keepStops } from "./keep-stops.ts";
import { keepTargets } from "./keep-targets.ts";
import { leavingAs } from "./kept-orders.ts";
import { barredBy } from "./levels.ts";
import { rests } from "./orders.ts";
import { settleRisk } from "./settle-risk.ts";
import { type Account } from "./book.ts";
import { nameOf, type Listed, type PortfolioState } from "./state.ts";

/** An order on its way out: approved in this turn, or let out from behind a cancel. */
interface Leaving {
  readonly order: Approved<Order>;
  left: bigint;
  /** Crossed before and now. */
  crossed: bigint;
}

/** Orders of one account and instrument: only these can meet. */
interface Lane {
  readonly account: Account;
  readonly listed: Listed | undefined;
  readonly leaving: Leaving[];
  readonly placed: Leaving[];
}

export const decideSettle = (state: PortfolioState, limits: Limits): readonly PortfolioEvent[] => {
  const told = state.risk === undefined ? none : settleRisk(state, state.risk);
  const { fresh, resize, protections, shrunk } = state;
  if (fresh.size === 0 && resize.size === 0 && protections.size === 0 && shrunk.size === 0) return told;
  const draft = new Draft(state, limits, state.at);
  draft.events.push(...told);
  cutReductions(draft);
  resizeAims(draft);
  // First, so that the stop then covers what a sale leaves.
  keepTargets(draft);
  keepStops(draft);
  for (const lane of lanesOf(draft).values()) {
    cross(draft, lane);
    for (const leaving of lane.leaving) send(draft, lane, leaving);
  }
  return draft.events;
};

const none: readonly PortfolioEvent[] = [];

/** Reduce-only orders for more than their position has become: the newest are cancelled first. */
const cutReductions = (draft: Draft): void => {
  for (const [position, book] of draft.state.shrunk) {
    let left = absolute(position.quantity);
    for (const live of book.orders) {
      if (live.order.instrument !== position.instrument || adds(live.order)) continue;
      if (live.remaining > left || live.order.side === (position.quantity > 0n ? "buy" : "sell"))
        draft.cancel(live, "position-gone");
      else left -= live.remaining;
    }
  }
};

const resizeAims = (draft: Draft): void => {
  for (const { book, position } of draft.state.resize.values()) {
    const listed = draft.state.instruments.get(position.instrument);
    if (listed !== undefined && position.aim !== undefined) decideAim(draft, book, listed, position.aim);
  }
};

const lanesOf = (draft: Draft): Map<string, Lane> => {
  const lanes = new Map<string, Lane>();
  for (const live of draft.state.fresh) {
    if (draft.ends(live)) continue;
    // A stop whose price was seen goes as it would at a venue.
    const stops = live.triggered && live.protects;
    const barred = stops ? undefined : barredBy(draft.state, live.book.account.level, adds(live.order));
    if (barred !== undefined) draft.withdraw(live.name, live.crossed, barred);
    else join(draft, lanes, { order: leavingAs(live), left: live.remaining, crossed: live.crossed });
  }
  for (const { order } of draft.approved.values())
    join(draft, lanes, { order, left: order.quantity, crossed: 0n });
  return lanes;
};

const join = (draft: Draft, lanes: Map<string, Lane>, leaving: Leaving): void => {
  const { account, instrument } = leaving.order;
  const key = `${account}|${instrument}`;
  let lane = lanes.get(key);
  if (lane === undefined) {
    lane = {
      account: draft.state.accounts.get(account)!,
      listed: draft.state.instruments.get(instrument),
      leaving: [],
      placed: [],
    };
    lanes.set(key, lane);
  }
  lane.leaving.push(leaving);
};

const cross = (draft: Draft, { listed, leaving }: Lane): void => {
  const mark = listed === undefined ? undefined : draft.mark(listed);
  if (mark === undefined) return;
  const mid = midOf(mark);
  const buys = leaving.filter(({ order }) => order.side === "buy" && takes(order, mid));
  const sells = leaving.filter(({ order }) => order.side === "sell" && takes(order, mid));
  let first = 0;
  for (const buy of buys) {
    while (first < sells.length && sells[first]!.left === 0n) first += 1;
    for (let k = first; k < sells.length && buy.left > 0n; k += 1) {
      const sell = sells[k]!;
      if (sell.left > 0n && sell.order.strategy !== buy.order.strategy) meet(draft, buy, sell, mid);
    }
  }
};

/** Would trade at this price, and may do so in part. */
const takes = (order: Order, mid: Price): boolean => {
  if (order.timeInForce === "FOK") return false;
  if (order.type === "market") return true;
  return order.type === "limit" && (order.side === "buy" ? order.price! >= mid : order.price! <= mid);
};

const meet = (draft: Draft, buy: Leaving, sell: Leaving, mid: Price): void => {
  const quantity = least(buy.left, sell.left) as Quantity;
  for (const side of [buy, sell]) {
    side.left -= quantity;
    side.crossed += quantity;
  }
  draft.events.push({
    type: "Crossed",
    account: buy.order.account,
    instrument: buy.order.instrument,
    price: mid,
    quantity,
    notional: notionalOf(draft.state.instruments.get(buy.order.instrument)?.instrument ?? {}, mid, quantity),
    buy: legOf(buy),
    sell: legOf(sell),
    at: draft.at,
  });
};

const legOf = ({ order, crossed }: Leaving): CrossedLeg => ({
  order: order.id,
  strategy: order.strategy,
  tag: order.tag,
  filled: crossed as Quantity,
});

const send = (draft: Draft, lane: Lane, leaving: Leaving): void => {
  const { order, left, crossed } = leaving;
  const name = nameOf(order);
  if (left === 0n) {
    draft.withdraw(name, crossed, "", "filled");
    return;
  }
  const last = lane.listed === undefined ? undefined : draft.mark(lane.listed)?.last;
  const at = order.price ?? order.stopPrice ?? last;
  if (crossed > 0n && lane.listed !== undefined && at !== undefined) {
    // Dust that crossing left over cannot go to the venue.
    if (belowMinimum(lane.listed.instrument, left as Quantity, at) !== undefined) {
      draft.withdraw(name, crossed, "below-minimum");
      return;
    }
  }
  if (lane.listed !== undefined && !takesStop(lane.listed.instrument, order)) {
    draft.events.push({ type: "OrderKept", ...name, at: draft.at });
    return;
  }
  const behind = ownInTheWay(draft, lane, order);
  if (behind.length > 0) {
    draft.events.push({ type: "OrderHeld", ...name, behind, at: draft.at });
    return;
  }
  const sent = (left === order.quantity ? order : { ...order, quantity: left }) as Approved<Order>;
  draft.events.push({ type: "OrderPlaced", ...name, sent });
  if (rests(order)) lane.placed.push(leaving);
};

/** Our own resting orders that this one would trade with; each is asked to be cancelled once. */
const ownInTheWay = (draft: Draft, lane: Lane, order: Order): readonly ClientOrderId[] => {
  const reach = order.timeInForce === "PO" ? undefined : draft.reach(lane.listed, order);
  if (reach === undefined) return [];
  const behind: ClientOrderId[] = [];
  for (const live of lane.account.resting.get(order.instrument) ?? []) {
    if (!meets(order, reach, live.order)) continue;
    draft.cancel(live, "own-order");
    behind.push(live.order.id);
  }
  for (const placed of lane.placed) {
    if (!meets(order, reach, placed.order)) continue;
    draft.requestCancel(nameOf(placed.order), "own-order");
    behind.push(placed.order.id);
  }
  return behind;
};

const meets = (order: Order, reach: Price, resting: Order): boolean =>
  resting.side !== order.side && (order.side === "buy" ? resting.price! <= reach : resting.price! >= reach);

/** What the risk plan is to know of the portfolio around one entry. Counted anew for each entry, over all instruments and books. */
import { isContract } from "../market/instrument.ts";
import { adds, type Order } from "../order/order.ts";
import { FLAT, tradedFor, type Leg } from "../positions/leg.ts";
import { notionalOf } from "../positions/contract.ts";
import type { Held, PlanStanding } from "../risk/plan-review.ts";
import type { RiskMemory } from "../risk/memory.ts";
import type { MarkedLeg } from "../risk/liquidation.ts";
import type { Grant } from "../risk/shared/granting.ts";
import type { GrantStanding } from "../risk/shared/usage.ts";
import { plain, sizeFactor } from "../risk/sizing/factor.ts";
import { absolute, type Asset, type Money, type Price, type Quantity } from "../values/values.ts";
import type { Ask } from "./commands.ts";
import { UNALLOCATED, type Book } from "./book.ts";
import type { Draft } from "./draft.ts";
import { equityOf } from "./equity.ts";
import { equityOfAll } from "./remember.ts";
import type { Listed, PortfolioState } from "./state.ts";

/** Undefined without a plan; counted only when it is called. */
export const planOf = (draft: Draft, book: Book, quote: Asset): (() => PlanStanding) | undefined => {
  const { risk } = draft.state;
  return risk && (() => planStanding(draft, risk, book, quote));
};

/** Undefined where nothing is shared; counted only when it is called. */
export const grantsOf = (draft: Draft): (() => GrantStanding) | undefined => {
  const shared = draft.state.rules?.shared;
  return (
    shared &&
    (() => ({ shared, grant: standingGrant(draft.state, draft.at), held: heldIn(draft, shared.quote) }))
  );
};

const standingGrant = ({ grant, at: latest }: PortfolioState, at: number): Grant | undefined =>
  grant === undefined || grant.ended || Math.max(at, latest) >= grant.until ? undefined : grant;

/** Held and being entered of each instrument of this quote asset. */
export const heldIn = (draft: Draft, quote: Asset): readonly Held[] => {
  const held: Held[] = [];
  for (const listed of draft.state.instruments.values()) {
    if (listed.instrument.quote !== quote) continue;
    const size = draft.valueOf(listed);
    if (size !== 0n) held.push({ instrument: listed.instrument, size, ...signedValues(draft, listed, size) });
  }
  return held;
};

const planStanding = (draft: Draft, memory: RiskMemory, book: Book, quote: Asset): PlanStanding => {
  let entered = 0;
  for (const { order } of draft.approved.values())
    if (order.strategy === book.strategy && adds(order)) entered += 1;
  return {
    memory,
    equity: equityOfAll(draft.state, quote, draft.marks) as Money,
    strategyEquity: equityOf(draft.state, book, quote, draft.marks),
    held: heldIn(draft, quote),
    strategyValue: strategyValue(draft, book, quote),
    entered,
    legWith: (order, adds) => legWith(draft, order, adds),
  };
};

/** The venue has one position for all strategies of an account. What is open on the entry's side counts at its own price. */
const legWith = (draft: Draft, entry: Order, worth: Money): MarkedLeg => {
  const { instrument: id, account, side } = entry;
  const listed = draft.state.instruments.get(id)!;
  let leg: Leg = FLAT;
  for (const { positions } of draft.state.accounts.get(account)!.books.values()) {
    const { quantity = 0n, cost = 0n } = positions.get(id) ?? {};
    if (quantity !== 0n) leg = tradedFor(leg, quantity, absolute(cost)).leg;
  }
  const enter = (order: Order, quantity: bigint, amount: Money): void => {
    leg = tradedFor(leg, order.side === "buy" ? quantity : 0n - quantity, amount).leg;
  };
  const last = draft.mark(listed)?.last ?? (0n as Price);
  const open = (order: Order, quantity: bigint): void => {
    if (order.instrument !== id || order.account !== account || order.side !== side) return;
    if (!adds(order)) return;
    enter(order, quantity, notionalOf(listed.instrument, order.price ?? last, quantity as Quantity));
  };
  for (const live of draft.state.orders.values()) if (!draft.ends(live)) open(live.order, live.remaining);
  for (const { order } of draft.approved.values()) open(order, order.quantity);
  enter(entry, entry.quantity, worth);
  return { ...leg, last };
};

/** Held and being bought by this book, at the last prices. */
const strategyValue = (draft: Draft, book: Book, quote: Asset): Money => {
  let sum = 0n;
  const add = (id: Listed["instrument"]["id"], quantity: bigint): void => {
    const listed = draft.state.instruments.get(id);
    if (listed?.instrument.quote !== quote) return;
    const last = draft.mark(listed)?.last ?? (0n as Price);
    sum += notionalOf(listed.instrument, last, absolute(quantity) as Quantity);
  };
  for (const { instrument, quantity } of book.positions.values())
    if (quantity !== 0n) add(instrument, quantity);
  for (const live of book.orders)
    if (adds(live.order) && !draft.ends(live)) add(live.order.instrument, live.remaining);
  for (const { order } of draft.approved.values())
    if (adds(order) && order.strategy === book.strategy && order.account === book.account.id)
      add(order.instrument, order.quantity);
  return sum as Money;
};

/** Spot is never short. Contracts of strategies on opposite sides balance, but an entry does not count on another one being filled. */
const signedValues = (draft: Draft, listed: Listed, size: bigint): Pick<Held, "long" | "short"> => {
  const { instrument } = listed;
  const { id } = instrument;
  if (!isContract(id)) return { long: size, short: size };
  const last = draft.mark(listed)?.last ?? (0n as Price);
  let [long, short] = [0n, 0n];
  for (const account of draft.state.accounts.values())
    for (const { strategy, positions } of account.books.values())
      if (strategy !== UNALLOCATED) long += positions.get(id)?.quantity ?? 0n;
  short = long;
  const enter = (order: Order, quantity: bigint): void => {
    if (order.instrument !== id || !adds(order)) return;
    if (order.side === "buy") long += quantity;
    else short -= quantity;
  };
  for (const live of draft.state.orders.values()) if (!draft.ends(live)) enter(live.order, live.remaining);
  for (const { order } of draft.approved.values()) enter(order, order.quantity);
  return {
    long: notionalOf(instrument, last, long as Quantity),
    short: notionalOf(instrument, last, short as Quantity),
  };
};

type Aim = Extract<Ask, { type: "aim" }>;

/** The aim as the plan sizes it. The factor is taken when the position opens and stays with it. */
export const sized = (draft: Draft, book: Book, listed: Listed, aim: Aim): Aim => {
  const memory = draft.state.risk;
  if (memory?.plan.sizing === undefined || aim.exposure === 0) return aim;
  const id = listed.instrument.id;
  const position = book.positions.get(id);
  const standing = position !== undefined && (position.quantity !== 0n || position.aimOrder !== undefined);
  let factor = position?.factor ?? 1;
  if (!standing || position.factor === undefined) {
    factor = sizeFactor(memory, id, book.strategy);
    if (factor !== position?.factor)
      draft.events.push({
        type: "AimSized",
        strategy: book.strategy,
        account: book.account.id,
        instrument: id,
        method: memory.plan.sizing.method,
        asked: aim.exposure,
        factor,
        at: draft.at,
      });
  }
  return { ...aim, exposure: plain(aim.exposure * factor) };
};

/** Facts into state, in place. Nothing here can refuse: what is told has happened. */
import { isContract } from "../market/instrument.ts";
import type { Asset, InstrumentId, Timestamp } from "../values/values.ts";
import { adjustContract, cutBy, liquidate, payCarry } from "./contracts.ts";
import type { PortfolioEvent, PortfolioEventOf } from "./events.ts";
import { bookCross, bookFill, bookFor, credit, move, trim } from "./ledger.ts";
import { keptHandlers } from "./kept-orders.ts";
import { closeOrder, expect, restingOf, rests, setRemaining } from "./orders.ts";
import { endStop, failStop, protectionFor, setProtection, tradedUnder } from "./protection.ts";
import { beginSale, endSale, targetHandlers, tradedAtTarget } from "./evolve-targets.ts";
import { bookForeign } from "./foreign.ts";
import { grantHandlers } from "./evolve-grants.ts";
import { raiseHandlers } from "./evolve-raises.ts";
import { list, takeMarks } from "./evolve-market.ts";
import { lockEntries, setRules, takeFactor } from "./evolve-risk.ts";
import { remember } from "./remember.ts";
import { setLevel } from "./levels.ts";
import { Account, UNALLOCATED, type Book } from "./book.ts";
import { LiveOrder, type PortfolioState } from "./state.ts";

export const evolve = (state: PortfolioState, event: PortfolioEvent): void => {
  const handle = handlers[event.type] as (state: PortfolioState, event: PortfolioEvent) => void;
  handle(state, event);
  const { at } = event as { readonly at?: Timestamp };
  if (at !== undefined && at > state.at) state.at = at;
  if (state.risk !== undefined) remember(state, state.risk, event);
};

type Handlers = {
  readonly [T in PortfolioEvent["type"]]: (state: PortfolioState, event: PortfolioEventOf<T>) => void;
};

const unallocated = (account: Account): Book => bookFor(account, UNALLOCATED);
const accountOf = (state: PortfolioState, id: Account["id"]): Account => expect(state.accounts.get(id), id);

const approve = (state: PortfolioState, event: PortfolioEventOf<"OrderApproved">): void => {
  const { order } = event;
  const book = bookFor(accountOf(state, order.account), order.strategy);
  const live = new LiveOrder(order, book, event.reservePerUnit, event);
  state.orders.set(order.id, live);
  book.orders.add(live);
  state.fresh.add(live);
  state.issued += 1;
  state.rate.add(order.at);
  state.counters.orders += 1;
  live.remaining = 0n;
  setRemaining(state, live, order.quantity);
  if (order.at > state.at) state.at = order.at;
  if (live.protects) {
    const protection = protectionFor(state, book, order.instrument);
    protection.stop = live;
    protection.refused = undefined;
    protection.againAt = 0;
    protection.passed = false;
  }
  if (live.takes) beginSale(protectionFor(state, book, order.instrument), live);
  if (!event.aim) return;
  const position = book.position(order.instrument);
  position.aimOrder = live;
  position.refused = undefined;
  position.waiting = false;
  if (state.resize.size > 0) state.resize.delete(resizeKey(book, order.instrument));
};

const resizeKey = (book: Book, instrument: InstrumentId): string =>
  `${book.account.id}|${book.strategy}|${instrument}`;

const fill = (state: PortfolioState, event: PortfolioEventOf<"OrderFilled">): void => {
  const { fill: trade } = event;
  const account = accountOf(state, trade.account);
  const book = bookFor(account, event.strategy);
  bookFill(state, book, trade);
  const { protection } = book.position(trade.instrument);
  tradedUnder(protection, trade.side === "buy");
  tradedAtTarget(protection, event.tag, trade.quantity);
  account.lastFillAt = Math.max(account.lastFillAt, trade.at);
  account.noticed = undefined;
  state.counters.fills += 1;
  const live = state.orders.get(trade.order);
  if (live === undefined) {
    const closed = expect(state.closed.get(trade.order), trade.order);
    closed.filled += trade.quantity;
    closed.trades.add(trade.tradeId);
    return;
  }
  live.trades.add(trade.tradeId);
  live.filled += trade.quantity;
  live.unknown = false;
  if (live.phase === "placed") live.phase = "open";
  setRemaining(state, live, live.remaining > trade.quantity ? live.remaining - trade.quantity : 0n);
  cutBy(state, book, trade.instrument);
};

const cross = (state: PortfolioState, event: PortfolioEventOf<"Crossed">): void => {
  const buy = expect(state.orders.get(event.buy.order), event.buy.order);
  const sell = expect(state.orders.get(event.sell.order), event.sell.order);
  bookCross(state, buy.book, sell.book, event);
  for (const live of [buy, sell]) {
    live.crossed += event.quantity;
    setRemaining(state, live, live.remaining - event.quantity);
    cutBy(state, live.book, event.instrument);
    const { protection } = live.book.position(event.instrument);
    tradedUnder(protection, live === buy);
    tradedAtTarget(protection, live.order.tag, event.quantity);
  }
  state.counters.crosses += 1;
};

const release = (state: PortfolioState, event: PortfolioEventOf<"Released">): void => {
  const account = accountOf(state, event.account);
  const book = bookFor(account, event.strategy);
  for (const name of Object.keys(event.amounts)) {
    const asset = name as Asset;
    const amount = event.amounts[name]!;
    move(book, unallocated(account), asset, amount);
    const left = (book.allotted.get(asset) ?? 0n) - amount;
    book.allotted.set(asset, left > 0n ? left : 0n);
  }
  if (event.flat) book.allotted.clear();
};

const live = (state: PortfolioState, id: LiveOrder["order"]["id"]): LiveOrder =>
  expect(state.orders.get(id), id);

const handlers: Handlers = {
  AccountOpened: (state, event) => {
    const account = new Account(event.account, event.venue, event.prefix, event.at);
    state.accounts.set(event.account, account);
    for (const asset of Object.keys(event.balances))
      credit(unallocated(account), asset as Asset, event.balances[asset]!);
  },
  InstrumentChanged: list,
  RulesChanged: setRules,
  DegradationChanged: (state, event) => setLevel(state, accountOf(state, event.account), event),
  Allotted: (state, event) => {
    const account = accountOf(state, event.account);
    const book = bookFor(account, event.strategy);
    move(unallocated(account), book, event.asset, event.amount);
    book.allotted.set(event.asset, (book.allotted.get(event.asset) ?? 0n) + event.amount);
    trim(state, unallocated(account), event.asset);
  },
  AllotmentRefused: () => undefined,
  Released: release,
  Proposed: takeMarks,
  AimSet: (state, event) => {
    const book = bookFor(accountOf(state, event.account), event.strategy);
    const position = book.position(event.instrument);
    position.aim = { exposure: event.exposure, reason: event.reason, numbers: event.numbers };
    position.waiting = event.waiting;
    if (state.resize.size > 0) state.resize.delete(resizeKey(book, event.instrument));
  },
  ...grantHandlers,
  ...raiseHandlers,
  ...keptHandlers,
  ...targetHandlers,
  EntriesLocked: lockEntries,
  AimSized: (state, event) => takeFactor(bookFor(accountOf(state, event.account), event.strategy), event),
  OrderRefused: (state, event) => {
    const { refusals } = state.counters;
    refusals.set(event.rule, (refusals.get(event.rule) ?? 0) + 1);
    const book = bookFor(accountOf(state, event.account), event.strategy);
    const position = book.position(event.instrument);
    if (event.aim) position.refused = event.rule;
    const { protection } = position;
    if (event.protects === true && protection !== undefined) protection.refused = event.rule;
    if (event.takes === true && protection !== undefined) protection.targets.refused = event.rule;
  },
  OrderApproved: approve,
  OrderHeld: (state, event) => {
    const held = live(state, event.order);
    held.phase = "held";
    held.behind = event.behind.length;
    for (const id of event.behind) live(state, id).waiters.push(held);
    state.fresh.delete(held);
  },
  OrderPlaced: (state, event) => {
    const placed = live(state, event.order);
    placed.phase = "placed";
    state.fresh.delete(placed);
    if (rests(event.sent)) restingOf(placed.book.account, event.instrument).add(placed);
  },
  OrderAccepted: (state, event) => {
    const accepted = live(state, event.order);
    if (accepted.phase === "placed") accepted.phase = "open";
    accepted.unknown = false;
  },
  OrderUnknown: (state, event) => void (live(state, event.order).unknown = true),
  OrderFilled: fill,
  ForeignFilled: (state, event) => bookForeign(state, accountOf(state, event.fill.account), event.fill),
  Crossed: cross,
  CarryPaid: (state, event) => payCarry(state, accountOf(state, event.account), event),
  Liquidated: (state, event) => liquidate(state, accountOf(state, event.fill.account), event),
  OrderEnding: (state, event) => {
    const ending = live(state, event.order);
    ending.phase = "ending";
    ending.unknown = false;
    ending.ending = {
      status: event.status,
      filled: event.filled,
      ...(event.reason === undefined ? {} : { reason: event.reason }),
    };
    ending.book.account.resting.get(event.instrument)?.delete(ending);
  },
  OrderClosed: (state, event) => {
    const closed = live(state, event.order);
    endStop(state, closed, event);
    endSale(state, closed, event);
    closeOrder(state, closed);
    cutBy(state, closed.book, event.instrument);
    const position = closed.book.positions.get(event.instrument);
    if (position === undefined || (!closed.aim && !closed.protects && !position.waiting)) return;
    if (closed.aim) position.aimOrder = undefined;
    if (closed.aim && event.status === "filled" && turnsOver(closed, position.aim?.exposure))
      position.waiting = true;
    // One that waits for both is sized when its own order has closed too.
    if (position.waiting && position.aimOrder === undefined)
      state.resize.set(resizeKey(closed.book, event.instrument), { book: closed.book, position });
  },
  CancelRequested: (state, event) => void (live(state, event.order).cancelling = true),
  ProtectionSet: (state, event) =>
    setProtection(state, bookFor(accountOf(state, event.account), event.strategy), event),
  StopFailed: (state, event) =>
    failStop(
      protectionFor(state, bookFor(accountOf(state, event.account), event.strategy), event.instrument),
      event,
    ),
  DifferenceNoticed: (state, event) => {
    const some = Object.keys(event.differences).length > 0;
    accountOf(state, event.account).noticed = some
      ? { differences: event.differences, at: event.at }
      : undefined;
  },
  Adjusted: (state, event) => {
    const account = accountOf(state, event.account);
    credit(unallocated(account), event.asset, event.amount);
    trim(state, unallocated(account), event.asset);
    adjustContract(state, unallocated(account), event.asset, event.amount);
    account.noticed = undefined;
  },
  Halted: (state, event) =>
    void (state.halt = { level: event.level, by: event.by, reason: event.reason, at: event.at }),
  Resumed: (state) => void (state.halt = undefined),
};

/** It brought a contract's position to flat on the way to the other side. */
const turnsOver = ({ order }: LiveOrder, exposure = 0): boolean =>
  order.reduceOnly === true &&
  isContract(order.instrument) &&
  (order.side === "buy" ? exposure > 0 : exposure < 0);

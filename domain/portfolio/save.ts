/**
 * Snapshots: the state between turns as plain data (arrays for maps, in their order), and back. What can be told
 * from the rest (reserved sums, values, the gross) is built up again on the way in.
 */
import type { Instrument } from "../market/instrument.ts";
import { absolute, type Asset, type ClientOrderId, type StrategyId } from "../values/values.ts";
import type { Mark } from "./commands.ts";
import { RiskMemory } from "../risk/memory.ts";
import { loadRaises, saveRaises } from "../risk/raises.ts";
import { hold, lock, revalue } from "./ledger.ts";
import { setRemaining } from "./orders.ts";
import { Account, Book, Position, SeenTrades } from "./book.ts";
import { protectionFor } from "./protection.ts";
import { loadProtection, saveProtection, type SavedProtection } from "./save-protection.ts";
import { Listed, LiveOrder, PortfolioState, type ClosedOrder } from "./state.ts";

type Pairs<K, V> = readonly (readonly [K, V])[];
const pairs = <K, V>(map: ReadonlyMap<K, V>): Pairs<K, V> => [...map];
const fill = <K, V>(map: Map<K, V>, from: Pairs<K, V>): void => {
  for (const [key, value] of from) map.set(key, value);
};

const savePosition = (position: Position) => ({
  instrument: position.instrument,
  quantity: position.quantity,
  cost: position.cost,
  realised: position.realised,
  aim: position.aim ?? null,
  waiting: position.waiting,
  refused: position.refused ?? null,
  ...(position.factor === undefined ? {} : { factor: position.factor }),
});

const saveBook = (book: Book) => ({
  strategy: book.strategy,
  totals: [...book.holdings].map(([asset, { total }]) => [asset, total] as const),
  positions: [...book.positions.values()].map(savePosition),
  fees: pairs(book.fees),
  allotted: pairs(book.allotted),
});

const saveAccount = (account: Account) => ({
  id: account.id,
  venue: account.venue,
  prefix: account.prefix,
  openedAt: account.openedAt,
  balances: pairs(account.balances),
  books: [...account.books.values()].map(saveBook),
  foreign: [...account.foreign].map(([id, seen]) => ({ id, passed: seen.passed, ids: [...seen.ids] })),
  resting: [...account.resting].map(([id, set]) => ({ id, orders: [...set].map((live) => live.order.id) })),
  carried: pairs(account.carried),
  lastFillAt: account.lastFillAt,
  noticed: account.noticed ?? null,
  level: account.level,
  degraded: account.degraded ?? null,
});

const saveOrder = (live: LiveOrder) => ({
  order: live.order,
  reservePerUnit: live.reservePerUnit,
  aim: live.aim,
  protects: live.protects,
  ...(live.takes ? { takes: true } : {}),
  phase: live.phase,
  remaining: live.remaining,
  crossed: live.crossed,
  filled: live.filled,
  unknown: live.unknown,
  cancelling: live.cancelling,
  ...(live.triggered ? { triggered: true } : {}),
  behind: live.behind,
  waiters: live.waiters.map((waiter) => waiter.order.id).filter((id, k, all) => all.indexOf(id) === k),
  ending: live.ending ?? null,
  trades: [...live.trades],
});

export const save = (state: PortfolioState) => ({
  instruments: [...state.instruments.values()].map((listed) => ({
    instrument: listed.instrument,
    mark: listed.mark ?? null,
  })),
  accounts: [...state.accounts.values()].map(saveAccount),
  protections: [...state.protections.values()].map(saveProtection),
  orders: [...state.orders.values()].map(saveOrder),
  closed: [...state.closed.values()].map(({ name, filled, trades }) => ({
    name,
    filled,
    trades: [...trades],
  })),
  sequences: pairs(state.sequences),
  halt: state.halt ?? null,
  rules: state.rules ?? null,
  issued: state.issued,
  rate: state.rate.moments.map(({ at, count }) => [at, count] as const),
  at: state.at,
  counters: {
    ...state.counters,
    refusals: pairs(state.counters.refusals),
    levels: pairs(state.counters.levels),
    locks: pairs(state.counters.locks),
  },
  ...(state.risk === undefined ? {} : { risk: state.risk.save() }),
  ...(state.configured === undefined ? {} : { configured: state.configured }),
  ...(state.configuredRisk === undefined ? {} : { configuredRisk: state.configuredRisk }),
  ...(state.raises.asked === 0 ? {} : { raises: saveRaises(state.raises) }),
  ...(state.grant === undefined ? {} : { grant: state.grant }),
});

type Saved = ReturnType<typeof save>;
type SavedAccount = Omit<Saved["accounts"][number], Later> & Partial<Pick<Saved["accounts"][number], Later>>;
type LaterCounters = "levels" | "locks" | "liquidations";
type Later = "level" | "degraded" | "carried";
type SavedOrder = Omit<Saved["orders"][number], "protects"> & { readonly protects?: boolean };
/** Snapshots from before there were protection, levels and contracts lack them. */
export type SavedPortfolio = Omit<Saved, "protections" | "orders" | "accounts" | "counters"> & {
  readonly accounts: readonly SavedAccount[];
  readonly counters: Omit<Saved["counters"], LaterCounters> & Partial<Pick<Saved["counters"], LaterCounters>>;
  readonly orders: readonly SavedOrder[];
  readonly protections?: readonly SavedProtection[];
};

export const load = (saved: SavedPortfolio): PortfolioState => {
  const state = new PortfolioState();
  for (const { instrument, mark } of saved.instruments)
    state.instruments.set(instrument.id, listedOf(instrument, mark));
  for (const account of saved.accounts) state.accounts.set(account.id, loadAccount(state, account));
  for (const protection of saved.protections ?? []) loadProtection(state, protection);
  for (const order of saved.orders) loadOrder(state, order);
  for (const { waiters, order } of saved.orders)
    for (const id of waiters) {
      const waiter = state.orders.get(id);
      if (waiter !== undefined) state.orders.get(order.id)!.waiters.push(waiter);
    }
  for (const account of saved.accounts) loadResting(state, account);
  for (const { name, filled, trades } of saved.closed)
    state.closed.set(name.order, { name, filled, trades: new Set(trades) } satisfies ClosedOrder);
  fill<StrategyId, number>(state.sequences, saved.sequences);
  state.halt = saved.halt ?? undefined;
  state.rules = saved.rules ?? undefined;
  state.grant = saved.grant;
  state.configured = saved.configured;
  state.configuredRisk = saved.configuredRisk;
  if (saved.raises !== undefined) state.raises = loadRaises(saved.raises);
  state.issued = saved.issued;
  for (const [at, count] of saved.rate) {
    state.rate.moments.push({ at, count });
    state.rate.sum += count;
  }
  state.at = saved.at;
  const { refusals, levels, locks, ...counts } = saved.counters;
  Object.assign(state.counters, counts);
  fill(state.counters.refusals, refusals);
  fill(state.counters.levels, levels ?? []);
  fill(state.counters.locks, locks ?? []);
  const plan = state.rules?.risk;
  if (plan !== undefined) {
    state.risk = new RiskMemory(plan);
    if (saved.risk !== undefined) state.risk.load(saved.risk);
  }
  for (const listed of state.instruments.values()) revalue(state, listed);
  return state;
};

const listedOf = (instrument: Instrument, mark: Mark | null): Listed => {
  const listed = new Listed(instrument);
  listed.mark = mark ?? undefined;
  return listed;
};

const loadAccount = (state: PortfolioState, saved: SavedAccount): Account => {
  const account = new Account(saved.id, saved.venue, saved.prefix, saved.openedAt);
  fill<Asset, bigint>(account.balances, saved.balances);
  for (const from of saved.books) {
    const book = new Book(from.strategy, account);
    account.books.set(from.strategy, book);
    for (const [asset, total] of from.totals) book.holding(asset).total = total;
    for (const position of from.positions) loadPosition(state, book, position);
    fill<Asset, bigint>(book.fees, from.fees);
    fill<Asset, bigint>(book.allotted, from.allotted);
  }
  for (const { id, passed, ids } of saved.foreign) {
    const seen = new SeenTrades();
    seen.passed = passed;
    for (const trade of ids) seen.ids.add(trade);
    account.foreign.set(id, seen);
  }
  fill(account.carried, saved.carried ?? []);
  account.lastFillAt = saved.lastFillAt;
  account.noticed = saved.noticed ?? undefined;
  account.level = saved.level ?? "full";
  account.degraded = saved.degraded ?? undefined;
  return account;
};

const loadPosition = (
  state: PortfolioState,
  book: Book,
  saved: SavedAccount["books"][number]["positions"][number],
): void => {
  const position = book.position(saved.instrument);
  position.quantity = saved.quantity;
  position.cost = saved.cost;
  position.realised = saved.realised;
  position.aim = saved.aim ?? undefined;
  position.waiting = saved.waiting;
  position.refused = saved.refused ?? undefined;
  position.factor = saved.factor;
  hold(state, saved.instrument, position.contract ? absolute(saved.quantity) : saved.quantity);
  if (position.contract) lock(state, book, position);
};

const loadOrder = (state: PortfolioState, saved: SavedOrder): void => {
  const book = state.accounts.get(saved.order.account)!.books.get(saved.order.strategy)!;
  const live = new LiveOrder(saved.order, book, saved.reservePerUnit, saved);
  live.phase = saved.phase;
  live.remaining = 0n;
  setRemaining(state, live, saved.remaining);
  live.crossed = saved.crossed;
  live.filled = saved.filled;
  live.unknown = saved.unknown;
  live.cancelling = saved.cancelling;
  live.triggered = saved.triggered === true;
  live.behind = saved.behind;
  live.ending = saved.ending ?? undefined;
  for (const trade of saved.trades) live.trades.add(trade);
  state.orders.set(live.order.id, live);
  book.orders.add(live);
  if (live.phase === "fresh") state.fresh.add(live);
  if (live.phase === "kept") state.kept.add(live);
  if (live.aim) book.position(live.order.instrument).aimOrder = live;
  if (live.protects) protectionFor(state, book, live.order.instrument).stop = live;
  if (live.takes) protectionFor(state, book, live.order.instrument).targets.sale = live;
};

const loadResting = (state: PortfolioState, saved: SavedAccount): void => {
  const account = state.accounts.get(saved.id)!;
  for (const { id, orders } of saved.resting) {
    const resting = new Set<LiveOrder>();
    for (const order of orders as readonly ClientOrderId[]) resting.add(state.orders.get(order)!);
    account.resting.set(id, resting);
  }
};

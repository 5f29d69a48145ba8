/**
 * The portfolio for people and programs: plain data, exact amounts, at the last marks. Worth is told per quote
 * asset: an asset counts in the quote of the first listed instrument that prices it, else as itself.
 */
import { isContract, type Instrument } from "../market/instrument.ts";
import type { OrderType } from "../order/order.ts";
import { bookedWorth, contractOf, notionalOf } from "../positions/contract.ts";
import { averageEntry } from "../positions/leg.ts";
import type { Money, Price, Quantity, Side, Timestamp } from "../values/values.ts";
import type { HaltLevel } from "./commands.ts";
import type { Account, Book, Position } from "./book.ts";
import { contractViews, type ContractView } from "./contract-view.ts";
import { grantView, type GrantView } from "./grants.ts";
import { keeperOf } from "./kept-orders.ts";
import { levelView, type LevelView } from "./levels.ts";
import { protectionView, type ProtectionView } from "./protection-view.ts";
import type { LiveOrder, Phase, PortfolioState } from "./state.ts";

export type Sums = Readonly<Record<string, bigint>>;

export interface PositionView {
  readonly instrument: string;
  readonly quantity: bigint;
  /** Quote per unit, of spot fees included; 0 when flat. */
  readonly averagePrice: bigint;
  /** 0 while unknown. */
  readonly mark: bigint;
  readonly value: bigint;
  readonly realised: bigint;
  readonly unrealised: bigint;
  readonly exposure: number | null;
  readonly protection: ProtectionView | null;
}

export interface BookView {
  readonly strategy: string;
  readonly account: string;
  readonly equity: Sums;
  readonly cash: Sums;
  readonly reserved: Sums;
  readonly allotted: Sums;
  readonly positions: readonly PositionView[];
  readonly realised: Sums;
  readonly unrealised: Sums;
  readonly fees: Sums;
  readonly openOrders: number;
}

export interface OrderView {
  readonly order: string;
  readonly account: string;
  readonly strategy: string;
  readonly instrument: string;
  readonly tag: string;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly price: bigint;
  readonly quantity: bigint;
  readonly filled: bigint;
  readonly phase: Phase;
  /** Who waits for a stop's price: the venue, or the engine where the venue takes no such stop. */
  readonly keptBy: ReturnType<typeof keeperOf>;
  readonly unknown: boolean;
  readonly cancelling: boolean;
  readonly at: Timestamp;
}

export interface PortfolioView {
  readonly at: Timestamp;
  readonly halted: {
    readonly level: HaltLevel;
    readonly by: string;
    readonly reason: string;
    readonly at: Timestamp;
  } | null;
  /** Of limits shared with other portfolios; absent without them. */
  readonly grant?: GrantView;
  readonly accounts: readonly (LevelView & {
    readonly account: string;
    readonly venue: string;
    /** Venue time: what was traded before is none of the ledger's. */
    readonly openedAt: Timestamp;
    readonly balances: Sums;
    /** Balances less the sum of the sub-ledgers: empty, or the ledger is broken. */
    readonly unaccounted: Sums;
    /** Absent where it holds none. */
    readonly contracts?: readonly ContractView[];
  })[];
  readonly strategies: readonly BookView[];
  /** Over all sub-ledgers, `unallocated` included. */
  readonly equity: Sums;
  readonly realised: Sums;
  readonly unrealised: Sums;
  readonly fees: Sums;
  readonly orders: readonly OrderView[];
  readonly counters: {
    readonly orders: number;
    readonly fills: number;
    readonly foreignFills: number;
    readonly crosses: number;
    readonly liquidations: number;
    readonly refusals: Readonly<Record<string, number>>;
    readonly levels: Readonly<Record<string, number>>;
    /** Locks of entries that the risk plan made, by rule. */
    readonly locks: Readonly<Record<string, number>>;
  };
}

export const portfolioView = (state: PortfolioState): PortfolioView => {
  const strategies: BookView[] = [];
  for (const account of state.accounts.values())
    for (const book of account.books.values()) strategies.push(bookView(state, book));
  return {
    at: state.at,
    halted: state.halt ?? null,
    ...grantView(state),
    accounts: [...state.accounts.values()].map((account) => ({
      account: account.id,
      venue: account.venue,
      openedAt: account.openedAt,
      balances: Object.fromEntries(account.balances),
      unaccounted: unaccounted(account),
      ...contractsIn(state, account),
      ...levelView(account),
    })),
    strategies,
    equity: total(strategies.map((book) => book.equity)),
    realised: total(strategies.map((book) => book.realised)),
    unrealised: total(strategies.map((book) => book.unrealised)),
    fees: total(strategies.map((book) => book.fees)),
    orders: [...state.orders.values()].map(orderView),
    counters: {
      ...state.counters,
      refusals: Object.fromEntries(state.counters.refusals),
      levels: Object.fromEntries(state.counters.levels),
      locks: Object.fromEntries(state.counters.locks),
    },
  };
};

const contractsIn = (state: PortfolioState, account: Account) => {
  const contracts = contractViews(state, account);
  return contracts.length === 0 ? {} : { contracts };
};

/** What the invariant forbids, by asset: an empty object while the books sum to the account. */
export const unaccounted = (account: Account): Sums => {
  const gaps = new Map<string, bigint>(account.balances);
  for (const book of account.books.values())
    for (const [asset, { total: held }] of book.holdings) gaps.set(asset, (gaps.get(asset) ?? 0n) - held);
  return Object.fromEntries([...gaps].filter(([, gap]) => gap !== 0n));
};

const add = (sums: Record<string, bigint>, asset: string, amount: bigint): void => {
  if (amount !== 0n) sums[asset] = (sums[asset] ?? 0n) + amount;
};

const total = (all: readonly Sums[]): Sums => {
  const sums: Record<string, bigint> = {};
  for (const one of all) for (const asset of Object.keys(one)) add(sums, asset, one[asset]!);
  return sums;
};

const bookView = (state: PortfolioState, book: Book): BookView => {
  const equity: Record<string, bigint> = {};
  const cash: Record<string, bigint> = {};
  const reserved: Record<string, bigint> = {};
  for (const [asset, holding] of book.holdings) {
    add(cash, asset, holding.total);
    add(reserved, asset, holding.reserved);
    const { quote, worth } = worthOf(state, book.account, asset, holding.total);
    add(equity, quote, worth);
  }
  const realised: Record<string, bigint> = {};
  const unrealised: Record<string, bigint> = {};
  const positions = [...book.positions.values()].map((position) => positionView(state, position, equity));
  positions.forEach((view, k) => {
    const { quote } = [...book.positions.values()][k]!;
    add(realised, quote, view.realised);
    add(unrealised, quote, view.unrealised);
  });
  return {
    strategy: book.strategy,
    account: book.account.id,
    equity,
    cash,
    reserved,
    allotted: Object.fromEntries(book.allotted),
    positions: positions.filter((view) => view.quantity !== 0n || view.realised !== 0n),
    realised,
    unrealised,
    fees: Object.fromEntries(book.fees),
    openOrders: book.orders.size,
  };
};

const worthOf = (
  state: PortfolioState,
  account: Account,
  asset: string,
  amount: bigint,
): { readonly quote: string; readonly worth: bigint } => {
  for (const { instrument, mark } of state.instruments.values())
    if (heldAs(instrument) === asset && instrument.venue === account.venue && mark !== undefined)
      return { quote: instrument.quote, worth: bookedWorth(instrument, mark.last, amount as Quantity) };
  return { quote: asset, worth: amount };
};

const heldAs = ({ id, symbol, base }: Instrument): string => (isContract(id) ? symbol : base);

const positionView = (state: PortfolioState, position: Position, equity: Sums): PositionView => {
  const { quantity, cost, realised } = position;
  const listed = state.instruments.get(position.instrument);
  const mark = listed?.mark?.last ?? (0n as Price);
  const value = notionalOf(listed?.instrument ?? {}, mark, quantity as Quantity);
  const worth = equity[position.quote] ?? 0n;
  return {
    instrument: position.instrument,
    quantity,
    averagePrice: averageEntry(contractOf(listed?.instrument), { quantity, cost: cost as Money }),
    mark,
    value,
    realised,
    unrealised: mark === 0n ? 0n : position.sign * (value - cost),
    exposure: worth > 0n && mark > 0n ? Number((value * 1_000_000n) / worth) / 1_000_000 : null,
    protection: protectionView(position.protection),
  };
};

const orderView = (live: LiveOrder): OrderView => ({
  order: live.order.id,
  account: live.order.account,
  strategy: live.order.strategy,
  instrument: live.order.instrument,
  tag: live.order.tag,
  side: live.order.side,
  orderType: live.order.type,
  price: live.order.price ?? live.order.stopPrice ?? 0n,
  quantity: live.order.quantity,
  filled: live.filled + live.crossed,
  phase: live.phase,
  keptBy: keeperOf(live),
  unknown: live.unknown,
  cancelling: live.cancelling,
  at: live.order.at,
});

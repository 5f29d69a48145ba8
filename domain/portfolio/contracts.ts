/** Contracts in the portfolio: what is decided when the venue tells of carry or liquidation, and how it is booked. */
import { isContract, legIn, legNames, legSymbol } from "../market/instrument.ts";
import { adds } from "../order/order.ts";
import { owed } from "../positions/borrowing.ts";
import { fundingPayment } from "../positions/funding.ts";
import { initialMargin } from "../positions/tiers.ts";
import { contractOf, notionalOf } from "../positions/contract.ts";
import type { Limits } from "../risk/limits.ts";
import { Invalid } from "../values/invalid.ts";
import {
  absolute,
  times,
  type Asset,
  type InstrumentId,
  type Money,
  type Price,
  type Quantity,
} from "../values/values.ts";
import { UNALLOCATED, type Account, type Book, type Position } from "./book.ts";
import type { ContractCommand, ContractEvent } from "./contract-events.ts";
import { Draft } from "./draft.ts";
import type { PortfolioEvent } from "./events.ts";
import { rememberForeign, seenForeign } from "./foreign.ts";
import { bookFill, bookFor, changeContract, credit, lock } from "./ledger.ts";
import type { PortfolioState } from "./state.ts";

type Told<T extends ContractCommand["type"]> = Extract<ContractCommand, { readonly type: T }>;
type Happened<T extends ContractEvent["type"]> = Extract<ContractEvent, { readonly type: T }>;

const holders = (account: Account, instrument: InstrumentId): readonly (readonly [Book, Position])[] => {
  const found: (readonly [Book, Position])[] = [];
  for (const book of account.books.values()) {
    const position = book.positions.get(instrument);
    if (position !== undefined && position.quantity !== 0n) found.push([book, position]);
  }
  return found;
};

const accountFor = (state: PortfolioState, id: Account["id"], instrument: InstrumentId): Account => {
  const account = state.accounts.get(id);
  if (account === undefined) throw new Invalid("account", "an account of this portfolio", id);
  if (!isContract(instrument)) throw new Invalid("instrument", "a contract", instrument);
  return account;
};

/** Of a contract in hedge mode it is shared over the legs that are held: one event a leg. What nobody here is due is the last one's. */
export const decideCarry = (
  state: PortfolioState,
  command: Told<"RecordCarry">,
): readonly PortfolioEvent[] => {
  const { amount: told, ...facts } = command;
  const { instrument, carry, mark, at } = facts;
  const account = accountFor(state, command.account, instrument);
  if (mark <= 0n) throw new Invalid("mark", "a price above 0", mark);
  const legs =
    legIn(instrument) === undefined ? legNames.map((leg) => legSymbol(instrument, leg) as InstrumentId) : [];
  if ([instrument, ...legs].some((id) => at <= (account.carried.get(carryKey(id, carry)) ?? 0))) return [];
  const held = legs.filter((leg) => holders(account, leg).length > 0);
  const shares = (held.length === 0 ? [instrument] : held).map((id) => ({
    instrument: id,
    payments: paymentsOf(state, account, { ...facts, instrument: id }),
  }));
  let rest: bigint = told ?? 0n;
  if (told !== undefined)
    for (const { payments } of shares) for (const { amount } of payments) rest -= amount;
  if (rest !== 0n) shares.at(-1)!.payments.push({ strategy: UNALLOCATED, amount: rest as Money });
  return shares.flatMap(({ instrument: id, payments }) =>
    payments.length === 0 ? [] : [{ ...facts, instrument: id, type: "CarryPaid", payments }],
  );
};

/** What each book is due for what it holds. */
const paymentsOf = (
  state: PortfolioState,
  account: Account,
  { instrument, carry, mark, rate }: Pick<Told<"RecordCarry">, "instrument" | "carry" | "mark" | "rate">,
) => {
  const listed = state.instruments.get(instrument)?.instrument;
  const leverage = listed?.leverage ?? 1;
  return holders(account, instrument).map(([{ strategy }, { quantity, cost }]) => {
    const leg = { quantity, cost: cost as Money };
    const amount =
      carry === "funding"
        ? fundingPayment(contractOf(listed), quantity, mark, rate)
        : ((0n - times(owed(leg, initialMargin(absolute(cost), leverage), mark), rate)) as Money);
    return { strategy, amount };
  });
};

const carryKey = (instrument: InstrumentId, carry: string): string => `${carry} ${instrument}`;

/** Orders of those who are liquidated are cancelled: the venue does the same. */
export const decideLiquidation = (
  state: PortfolioState,
  limits: Limits,
  { fill }: Told<"RecordLiquidation">,
): readonly PortfolioEvent[] => {
  const account = accountFor(state, fill.account, fill.instrument);
  if (fill.quantity <= 0n) throw new Invalid("fill.quantity", "an amount above 0", fill.quantity);
  if (seenForeign(account, fill)) return [];
  const hit = holders(account, fill.instrument).filter(
    ([, { quantity }]) => quantity > 0n === (fill.side === "sell"),
  );
  const draft = new Draft(state, limits, fill.at);
  for (const [book] of hit)
    for (const live of book.orders)
      if (live.order.instrument === fill.instrument) draft.cancel(live, "liquidation");
  draft.events.push({ type: "Liquidated", fill, shares: sharesOf(fill, hit), at: fill.at });
  return draft.events;
};

const sharesOf = (
  { quantity, notional: amount, fee }: Told<"RecordLiquidation">["fill"],
  hit: readonly (readonly [Book, Position])[],
): Happened<"Liquidated">["shares"] => {
  const held = hit.reduce((sum, [, position]) => sum + absolute(position.quantity), 0n);
  const closes = held < quantity ? held : quantity;
  const rest = { quantity: quantity as bigint, notional: amount as bigint, fee: fee as bigint };
  const shares = hit.map(([{ strategy }, position], k) => {
    // What the last one takes makes the sum exact.
    const last = k === hit.length - 1 && closes === quantity;
    const part = (closes * absolute(position.quantity)) / held;
    const share = last
      ? { ...rest }
      : { quantity: part, notional: (amount * part) / quantity, fee: (fee * part) / quantity };
    rest.quantity -= share.quantity;
    rest.notional -= share.notional;
    rest.fee -= share.fee;
    return { strategy, ...share };
  });
  if (rest.quantity > 0n) shares.push({ strategy: UNALLOCATED, ...rest });
  return shares as unknown as Happened<"Liquidated">["shares"];
};

export const payCarry = (state: PortfolioState, account: Account, event: Happened<"CarryPaid">): void => {
  for (const { strategy, amount } of event.payments) {
    const book = bookFor(account, strategy);
    const position = book.position(event.instrument);
    credit(book, position.quote, amount);
    position.realised += amount;
  }
  account.carried.set(carryKey(event.instrument, event.carry), event.at);
  account.lastFillAt = Math.max(account.lastFillAt, event.at);
};

export const liquidate = (
  state: PortfolioState,
  account: Account,
  { fill, shares }: Happened<"Liquidated">,
): void => {
  for (const { strategy, ...share } of shares) {
    const book = bookFor(account, strategy);
    bookFill(state, book, { ...fill, ...share });
    cutBy(state, book, fill.instrument);
  }
  rememberForeign(account, fill);
  state.counters.liquidations += 1;
};

/** After a trade or an order's end: whether reduce-only orders ask for more than the position has become. */
export const cutBy = (state: PortfolioState, book: Book, instrument: InstrumentId): void => {
  const position = book.positions.get(instrument);
  if (position?.contract !== true) return;
  let left = absolute(position.quantity);
  let over = false;
  for (const { order, remaining } of book.orders) {
    if (order.instrument !== instrument || adds(order)) continue;
    if (remaining > left || order.side === (position.quantity > 0n ? "buy" : "sell")) over = true;
    else left -= remaining;
  }
  if (over) state.shrunk.set(position, book);
  else state.shrunk.delete(position);
};

/** The venue tells of contracts that nobody here traded: taken over at the mark. */
export const adjustContract = (state: PortfolioState, book: Book, asset: Asset, amount: bigint): void => {
  if (!isContract(asset)) return;
  const position = book.position(`${book.account.venue}:${asset}` as InstrumentId);
  const listed = state.instruments.get(position.instrument);
  const last = listed?.mark?.last ?? (0n as Price);
  const quantity = absolute(amount);
  const worth = notionalOf(listed?.instrument ?? {}, last, quantity as Quantity);
  changeContract(state, position, { buys: amount > 0n, quantity, notional: worth, feeInQuote: 0n });
  lock(state, book, position);
};

/** Its leverage may have changed: what its positions keep is counted anew. */
export const lockAnew = (state: PortfolioState, instrument: InstrumentId): void => {
  if (!isContract(instrument)) return;
  for (const account of state.accounts.values())
    for (const [book, position] of holders(account, instrument)) lock(state, book, position);
};

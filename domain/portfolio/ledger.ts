/**
 * Where amounts move. `credit` changes a book and its account by the same amount, `move` takes from one book what
 * it gives to another: nothing else touches a total, so the books of an account always sum to its balance.
 *
 * Profit is by average price: a buy adds its notional (and a fee in quote) to the cost, a fee in base lowers the
 * quantity that the cost stands for, a sale realises its proceeds less the average cost of what left. Contracts move as if they
 * were bought and sold outright, also below zero: cash and contracts at their marks are then what the account is worth. An inverse
 * one is the other way round: what it is worth is owed in its coin, so a buy brings that and a sale pays it back.
 */
import type { Fill } from "../order/order.ts";
import { isContract } from "../market/instrument.ts";
import { notionalOf } from "../positions/contract.ts";
import { tradedFor } from "../positions/leg.ts";
import { initialMargin } from "../positions/tiers.ts";
import {
  absolute,
  type Asset,
  type InstrumentId,
  type Money,
  type Price,
  type Quantity,
} from "../values/values.ts";
import { Book, UNALLOCATED, type Account, type Position } from "./book.ts";
import { type Listed, type PortfolioState } from "./state.ts";

export const bookFor = (account: Account, strategy: Book["strategy"]): Book => {
  let book = account.books.get(strategy);
  if (book === undefined) account.books.set(strategy, (book = new Book(strategy, account)));
  return book;
};

export const credit = (book: Book, asset: Asset, amount: bigint): void => {
  if (amount === 0n) return;
  book.holding(asset).total += amount;
  const { balances } = book.account;
  balances.set(asset, (balances.get(asset) ?? 0n) + amount);
};

/** Both books belong to one account. */
export const move = (from: Book, to: Book, asset: Asset, amount: bigint): void => {
  if (amount === 0n) return;
  from.holding(asset).total -= amount;
  to.holding(asset).total += amount;
};

/**
 * Books one fill of the venue. Never fails: what a book lacks it owes. A fee in a third asset is paid by the
 * strategy where it holds enough of it free, else by `unallocated`; the strategy's fees name it either way.
 */
export const bookFill = (state: PortfolioState, book: Book, fill: Fill): void => {
  const position = book.position(fill.instrument);
  const { base, quote } = position;
  const buys = fill.side === "buy";
  credit(book, base, buys ? fill.quantity : 0n - fill.quantity);
  const paid = position.sign * fill.notional;
  credit(book, quote, buys ? 0n - paid : paid);
  const third = fill.feeAsset !== base && fill.feeAsset !== quote;
  const payer = third && book.free(fill.feeAsset) < fill.fee ? bookFor(book.account, UNALLOCATED) : book;
  credit(payer, fill.feeAsset, 0n - fill.fee);
  if (fill.fee !== 0n) book.fees.set(fill.feeAsset, (book.fees.get(fill.feeAsset) ?? 0n) + fill.fee);
  changePosition(state, position, {
    buys,
    quantity: fill.quantity,
    notional: fill.notional,
    feeInBase: fill.feeAsset === base ? fill.fee : 0n,
    feeInQuote: fill.feeAsset === quote ? fill.fee : 0n,
  });
  if (position.contract) lock(state, book, position);
  // A buy, too: a book that owed the asset pays its debt first.
  trim(state, book, base);
  trim(state, book, quote);
  if (third) trim(state, payer, fill.feeAsset);
};

interface Traded {
  readonly buys: boolean;
  readonly quantity: bigint;
  readonly notional: bigint;
  readonly feeInBase: bigint;
  readonly feeInQuote: bigint;
}

/** Books both legs of an inside trade; the account does not move. */
export const bookCross = (
  state: PortfolioState,
  buyer: Book,
  seller: Book,
  trade: { readonly instrument: InstrumentId; readonly quantity: bigint; readonly notional: bigint },
): void => {
  const bought = buyer.position(trade.instrument);
  const { base, quote } = bought;
  move(buyer, seller, quote, bought.sign * trade.notional);
  move(seller, buyer, base, trade.quantity);
  const leg = { quantity: trade.quantity, notional: trade.notional, feeInBase: 0n, feeInQuote: 0n };
  changePosition(state, bought, { ...leg, buys: true });
  changePosition(state, seller.position(trade.instrument), { ...leg, buys: false });
  for (const book of [buyer, seller]) {
    if (bought.contract) lock(state, book, book.position(trade.instrument));
    trim(state, book, base);
    trim(state, book, quote);
  }
};

const changePosition = (state: PortfolioState, position: Position, trade: Traded): void => {
  if (position.contract) {
    changeContract(state, position, trade);
    return;
  }
  const before = position.quantity;
  if (trade.buys) {
    position.quantity += trade.quantity - trade.feeInBase;
    position.cost += trade.notional + trade.feeInQuote;
  } else {
    const leaves = trade.quantity + trade.feeInBase;
    // What is sold beyond the position was given as capital: it has no cost of ours and makes no profit here.
    const fromPosition = leaves < before ? leaves : before;
    const proceeds = leaves === 0n ? 0n : ((trade.notional - trade.feeInQuote) * fromPosition) / leaves;
    const cost = costOf(position, fromPosition);
    position.quantity -= fromPosition;
    position.cost -= cost;
    position.realised += proceeds - cost;
  }
  hold(state, position.instrument, position.quantity - before);
};

export const changeContract = (
  state: PortfolioState,
  position: Position,
  trade: Omit<Traded, "feeInBase">,
): void => {
  const { quantity: before, cost } = position;
  const change = trade.buys ? trade.quantity : 0n - trade.quantity;
  const { leg, gain } = tradedFor({ quantity: before, cost: cost as Money }, change, trade.notional);
  position.quantity = leg.quantity;
  position.cost = leg.cost;
  position.realised += position.sign * gain - trade.feeInQuote;
  hold(state, position.instrument, absolute(leg.quantity) - absolute(before));
};

/** After any change of a contract's position or leverage: what of the book's quote its margin keeps. */
export const lock = (state: PortfolioState, book: Book, position: Position): void => {
  const leverage = state.instruments.get(position.instrument)?.instrument.leverage ?? 1;
  const locked = initialMargin(absolute(position.cost), leverage) - position.sign * position.cost;
  book.holding(position.quote).reserved += locked - position.locked;
  position.locked = locked;
};

const costOf = (position: Position, part: bigint): bigint =>
  position.quantity === part ? position.cost : (position.cost * part) / position.quantity;

/**
 * An asset that leaves a book otherwise than by a sale of its own instrument (a fee in BNB, quote that is another
 * instrument's base) takes its position with it, at average cost: no position stands without its asset.
 */
export const trim = (state: PortfolioState, book: Book, asset: Asset): void => {
  if (isContract(asset)) return;
  let backed = book.total(asset);
  for (const position of book.positions.values()) {
    if (position.quantity === 0n || position.base !== asset) continue;
    const kept = backed < 0n ? 0n : position.quantity < backed ? position.quantity : backed;
    backed -= kept;
    const gone = position.quantity - kept;
    if (gone === 0n) continue;
    position.cost -= costOf(position, gone);
    position.quantity = kept;
    hold(state, position.instrument, -gone);
  }
};

/** Keeps the sums over all books that the limits are measured by. */
export const hold = (state: PortfolioState, instrument: InstrumentId, change: bigint): void => {
  const listed = state.instruments.get(instrument);
  if (listed === undefined || change === 0n) return;
  listed.held += change;
  revalue(state, listed);
};

export const revalue = (state: PortfolioState, listed: Listed): void => {
  const { quote } = listed.instrument;
  const last = listed.mark?.last ?? (0n as Price);
  const value = notionalOf(listed.instrument, last, (listed.held + listed.buying) as Quantity);
  if (value === listed.value) return;
  state.gross.set(quote, (state.gross.get(quote) ?? 0n) + value - listed.value);
  listed.value = value;
};

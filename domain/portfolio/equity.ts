/** What a book is worth: the quote asset it holds, and every asset priced in it at the last trade. */
import { isContract } from "../market/instrument.ts";
import { bookedWorth } from "../positions/contract.ts";
import {
  notional,
  type Asset,
  type InstrumentId,
  type Money,
  type Price,
  type Quantity,
} from "../values/values.ts";
import type { Book } from "./book.ts";
import type { Mark, Marks } from "./commands.ts";
import type { PortfolioState } from "./state.ts";

/** Fresher `marks` go before the state's. Assets without a price in this quote count nothing. */
export const equityOf = (state: PortfolioState, book: Book, quote: Asset, marks: Marks = {}): Money => {
  let sum = book.total(quote);
  for (const [asset, holding] of book.holdings) {
    if (asset === quote || holding.total === 0n) continue;
    const id = `${book.account.venue}:${asset}/${quote}` as InstrumentId;
    const mark = marks[id] ?? state.instruments.get(id)?.mark;
    if (mark !== undefined) sum += notional(mark.last, holding.total as Quantity);
    else if (isContract(asset)) sum += contractWorth(state, book, asset, quote, marks);
  }
  return sum as Money;
};

/** A contract was booked as if it had been paid for: cash and contracts at their marks are margin and unrealised profit. */
const contractWorth = (
  state: PortfolioState,
  { account, positions }: Book,
  asset: Asset,
  quote: Asset,
  marks: Marks,
): bigint => {
  const id = `${account.venue}:${asset}` as InstrumentId;
  const position = positions.get(id);
  const listed = state.instruments.get(id);
  const mark = marks[id] ?? listed?.mark;
  if (position?.quote !== quote || mark === undefined) return 0n;
  return bookedWorth(listed?.instrument ?? {}, mark.last, position.quantity as Quantity);
};

export const midOf = (mark: Mark): Price => ((mark.bid + mark.ask) / 2n) as Price;

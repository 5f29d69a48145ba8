/** What a book is worth: the quote asset it holds, and every asset priced in it at the last trade. */
import { isContract } from "../market/instrument.ts";
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
    const mark =
      marks[id] ?? state.instruments.get(id)?.mark ?? contractMark(state, book, asset, quote, marks);
    if (mark !== undefined) sum += notional(mark.last, holding.total as Quantity);
  }
  return sum as Money;
};

/** A contract was booked as if it had been paid for: cash and contracts at their marks are margin and unrealised profit. */
const contractMark = (
  state: PortfolioState,
  { account, positions }: Book,
  asset: Asset,
  quote: Asset,
  marks: Marks,
): Mark | undefined => {
  if (!isContract(asset)) return undefined;
  const id = `${account.venue}:${asset}` as InstrumentId;
  return positions.get(id)?.quote === quote ? (marks[id] ?? state.instruments.get(id)?.mark) : undefined;
};

export const midOf = (mark: Mark): Price => ((mark.bid + mark.ask) / 2n) as Price;

/** Trades, quotes and depth of a batch on their way to the window, and to a trader that wants them. */
import type { Depth, Quote, Trade } from "../market/tick.ts";
import type { Desk, Needs, Trader } from "../strategy/strategy.ts";
import type { MarketWindow } from "./market-window.ts";

/** `mark` brings equity and exposures up to date before each call. */
export const hearTicks = (
  i: number,
  {
    trades,
    quote,
    book,
  }: {
    readonly trades: readonly Trade[];
    readonly quote?: Quote | undefined;
    readonly book?: Depth | undefined;
  },
  window: MarketWindow,
  to: { readonly trader: Trader; readonly needs: Needs; readonly desk: Desk; readonly mark: () => void },
): void => {
  const { trader, needs, desk, mark } = to;
  for (const trade of trades) window.trade(i, trade);
  if (quote !== undefined) window.quote(i, quote);
  if (book !== undefined) window.book(i, book);
  if (needs.trades === true && trader.onTrade !== undefined)
    for (const trade of trades) {
      mark();
      trader.onTrade(trade, i, desk);
    }
  if (quote !== undefined && needs.quotes === true && trader.onQuote !== undefined) {
    mark();
    trader.onQuote(quote, i, desk);
  }
  if (book !== undefined && needs.books === true && trader.onBook !== undefined) {
    mark();
    trader.onBook(book, i, desk);
  }
};

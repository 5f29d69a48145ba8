/** Fills of orders that are not ours: booked to `unallocated`, and remembered for a while, to know a repeat. */
import type { Fill } from "../order/order.ts";
import { SeenTrades, UNALLOCATED, type Account } from "./book.ts";
import { bookFill, bookFor } from "./ledger.ts";
import { FOREIGN_TRADES_KEPT, type PortfolioState } from "./state.ts";

export const bookForeign = (state: PortfolioState, account: Account, trade: Fill): void => {
  bookFill(state, bookFor(account, UNALLOCATED), trade);
  state.counters.foreignFills += 1;
  rememberForeign(account, trade);
};

export const rememberForeign = (account: Account, trade: Fill): void => {
  account.lastFillAt = Math.max(account.lastFillAt, trade.at);
  account.noticed = undefined;
  let seen = account.foreign.get(trade.instrument);
  if (seen === undefined) account.foreign.set(trade.instrument, (seen = new SeenTrades()));
  seen.ids.add(foreignKey(trade));
  if (seen.ids.size <= FOREIGN_TRADES_KEPT) return;
  for (const oldest of seen.ids) {
    seen.ids.delete(oldest);
    seen.passed = Math.max(seen.passed, tradeNumber(oldest.slice(oldest.indexOf(" ") + 1)));
    break;
  }
};

export const seenForeign = (account: Account, fill: Fill): boolean => {
  if (fill.at < account.openedAt) return true;
  const seen = account.foreign.get(fill.instrument);
  if (seen === undefined) return false;
  if (seen.ids.has(foreignKey(fill))) return true;
  const number = tradeNumber(fill.tradeId);
  return number >= 0 && number <= seen.passed;
};

/** Both sides of one trade may be ours. */
const foreignKey = ({ tradeId, side }: Fill): string => `${side} ${tradeId}`;

/** The number of a trade where the venue numbers them, else -1. */
const tradeNumber = (id: string): number => (/^\d{1,15}$/.test(id) ? Number(id) : -1);

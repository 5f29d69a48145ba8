/**
 * Returns of a file of closed trades over a starting balance: daily equity as they closed; by freqtrade's convention each
 * trade's profit over the starting balance, in the days from the first opening to the last close.
 */
import { dailyReturns } from "../../domain/performance/daily-equity.ts";
import type { Numbers } from "../../domain/performance/moments.ts";
import type { TradeResult } from "../../domain/performance/trade-metrics.ts";
import { Invalid } from "../../domain/values/invalid.ts";

const DAY_MS = 86_400_000;

export interface TradesReturns {
  readonly returns: Numbers;
  readonly at: Numbers;
  readonly days: number;
}

/** Trades in any order; each must say when it was closed. */
export const tradesReturns = (
  trades: readonly TradeResult[],
  startingBalance: number,
  perTrade: boolean,
): TradesReturns => {
  const unknown = trades.findIndex(({ closeAt }) => Number.isNaN(closeAt));
  if (unknown >= 0)
    throw new Invalid("--trades", "a closeAt of each trade, for equity by days", `trade ${unknown + 1}`);
  const closed = [...trades].sort((a, b) => a.closeAt - b.closeAt);
  const at = closed.map(({ closeAt }) => closeAt);
  const first = closed.reduce((least, { openAt }) => (openAt < least ? openAt : least), at[0]!);
  const days = (at.at(-1)! - first) / DAY_MS;
  if (perTrade) return { returns: closed.map(({ profit }) => profit / startingBalance), at, days };
  let balance = startingBalance;
  const equity = closed.map(({ profit }) => (balance += profit));
  return { ...dailyReturns(at, equity, startingBalance), days };
};

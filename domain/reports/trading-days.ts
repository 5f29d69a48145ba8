/**
 * Closed profit by UTC day over the whole time tested: a day on which nothing was closed counts as a draw. And how many trades were
 * open at once.
 */
import { sumOf } from "../performance/moments.ts";
import { closedOn, type ReportedTrade } from "./reported.ts";

const DAY_MS = 86_400_000;

export interface TradingDays {
  readonly won: number;
  readonly drawn: number;
  readonly lost: number;
  /** Closed profit of the best and the worst day, in quote; null without a day on which something was closed. */
  readonly best: { readonly at: number; readonly profit: number } | null;
  readonly worst: { readonly at: number; readonly profit: number } | null;
}

export const tradingDays = (trades: readonly ReportedTrade[], from: number, to: number): TradingDays => {
  const days = [...Map.groupBy(trades, (trade) => Math.floor(closedOn(trade, to) / DAY_MS))]
    .map(([day, some]) => ({ at: day * DAY_MS, profit: sumOf(some.map(({ profit }) => profit)) }))
    .sort((a, b) => a.at - b.at);
  const won = days.filter(({ profit }) => profit > 0).length;
  const lost = days.filter(({ profit }) => profit < 0).length;
  const all = Math.max(days.length, Math.floor((to - 1) / DAY_MS) - Math.floor(from / DAY_MS) + 1);
  const extreme = (sign: number): TradingDays["best"] =>
    days.reduce<TradingDays["best"]>(
      (found, day) => (found === null || sign * day.profit > sign * found.profit ? day : found),
      null,
    );
  return { won, lost, drawn: all - won - lost, best: extreme(1), worst: extreme(-1) };
};

/** The most trades that were open at the same time; one that closes makes room for one that opens in the same moment. */
export const mostOpen = (trades: readonly ReportedTrade[]): number => {
  const steps = trades.flatMap(({ openAt, closeAt }) => [
    { at: openAt, by: 1 },
    { at: Math.max(closeAt, openAt), by: -1 },
  ]);
  steps.sort((a, b) => a.at - b.at || a.by - b.by);
  let open = 0;
  let most = 0;
  for (const { by } of steps) most = Math.max(most, (open += by));
  return most;
};

/**
 * The summary of a backtest in numbers: what `--json` answers and the summary table prints. Ratios of returns come from the daily equity, marked
 * at the close of each candle; by freqtrade's convention from the closed trades over the starting balance.
 */
import { attributionOf } from "../performance/attribution.ts";
import type { Convention } from "../performance/conventions.ts";
import { dailyReturns } from "../performance/daily-equity.ts";
import { sumOf } from "../performance/moments.ts";
import { figure, returnMetrics, type ReturnMetrics } from "../performance/return-metrics.ts";
import { tradeMetrics } from "../performance/trade-metrics.ts";
import { annualTurnover, worthAt } from "../performance/turnover.ts";
import { moneyDrawdownOf, rangeOf, underwaterOf } from "./equity-path.ts";
import { type ReportedBacktest, type ReportedTrade, stakeOf } from "./reported.ts";
import { mostOpen, tradingDays } from "./trading-days.ts";

const DAY_MS = 86_400_000;

export type Summary = ReturnType<typeof summaryOf>;

export const summaryOf = (report: ReportedBacktest, convention: Convention = "shoal") => {
  const { startingBalance, from, to, equity, markets } = report;
  const trades = [...report.trades].sort((a, b) => a.closeAt - b.closeAt);
  const days = (to - from) / DAY_MS;
  const finalBalance = equity.value.length === 0 ? startingBalance : equity.value[equity.value.length - 1]!;
  const profit = finalBalance - startingBalance;
  const range = rangeOf(equity.value, startingBalance);
  const pairs = attributionOf(trades, ({ pair }) => pair).rows;
  const byRatio = [...trades].sort((a, b) => a.profitRatio - b.profitRatio);
  const known = markets.flatMap(({ change }) => (change === null ? [] : [change]));
  return {
    convention,
    from,
    to,
    days,
    maxOpenTrades: mostOpen(trades),
    startingBalance,
    finalBalance,
    profit,
    profitRatio: profit / startingBalance,
    profitPerDay: figure(profit / days),
    tradesPerDay: figure(trades.length / days),
    returns: returnsOf(report, trades, convention),
    trades: tradeMetrics(trades, convention, { from, to }),
    averageStake: figure(sumOf(trades.map(stakeOf)) / trades.length),
    volume: sumOf(trades.map((trade) => stakeOf(trade) + worthAt(trade, trade.closePrice))),
    annualTurnover: figure(annualTurnover(trades, equity.value, from, to)),
    fees: sumOf(trades.map(({ fees }) => fees)),
    long: sideOf(trades, "long", startingBalance),
    short: sideOf(trades, "short", startingBalance),
    bestPair: pairOf(pairs[0], startingBalance),
    worstPair: pairOf(pairs.at(-1), startingBalance),
    bestTrade: tradeOf(byRatio.at(-1)),
    worstTrade: tradeOf(byRatio[0]),
    tradingDays: tradingDays(trades, from, to),
    minBalance: range.min,
    maxBalance: range.max,
    maxUnderwater: -rangeOf(underwaterOf(equity, startingBalance), 0).min,
    drawdown: moneyDrawdownOf(equity, startingBalance, from),
    marketChange: known.length === 0 ? null : sumOf(known) / known.length,
    refusals: sumOf(Object.values(report.refusals)),
  };
};

/** Midnight belongs to the day before, so each point counts a moment earlier. */
export const dailyOf = ({ equity, startingBalance }: ReportedBacktest) =>
  dailyReturns(
    Float64Array.from(equity.at, (at) => at - 1),
    equity.value,
    startingBalance,
  );

const returnsOf = (
  report: ReportedBacktest,
  trades: readonly ReportedTrade[],
  convention: Convention,
): ReturnMetrics => {
  if (convention !== "freqtrade") return returnMetrics(dailyOf(report), { convention });
  const { startingBalance, from, to } = report;
  const returns = trades.map(({ profit }) => profit / startingBalance);
  return returnMetrics({ returns }, { convention, days: (to - from) / DAY_MS });
};

const sideOf = (all: readonly ReportedTrade[], side: "long" | "short", startingBalance: number) => {
  const trades = all.filter((trade) => trade.side === side);
  const profit = sumOf(trades.map((trade) => trade.profit));
  return { trades: trades.length, profit, profitRatio: profit / startingBalance };
};

const pairOf = (
  row: { readonly key: string; readonly profit: number } | undefined,
  startingBalance: number,
) =>
  row === undefined ? null : { pair: row.key, profit: row.profit, profitRatio: row.profit / startingBalance };

const tradeOf = (trade: ReportedTrade | undefined) =>
  trade === undefined
    ? null
    : { pair: trade.pair, at: trade.closeAt, profit: trade.profit, profitRatio: trade.profitRatio };

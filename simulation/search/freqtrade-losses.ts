/**
 * Loss functions under freqtrade's names, by their published definitions (docs/hyperopt.md has each in a line). They judge
 * closed trades: profits in quote or as ratios of the stake, which add and do not compound. Lower is better.
 */
import { sumOf } from "../../domain/performance/moments.ts";
import { downsideOf } from "../../domain/performance/return-ratios.ts";
import { momentsOf } from "../../domain/performance/moments.ts";
import { tradeMetrics } from "../../domain/performance/trade-metrics.ts";
import type { Digest } from "./tested.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const YEAR = Math.sqrt(365);
/** Of the daily ratios, where nothing deviates. */
const NONE = -20;
/** What the daily losses take off each trade's profit ratio for slippage. */
const SLIPPAGE = 0.0005;

const profitOf = ({ trades }: Digest): number => sumOf(trades.map(({ profit }) => profit));

const shortTradeDuration = ({ trades, metrics }: Digest): number => {
  const count = 1 - 0.25 * Math.exp(-((trades.length - 600) ** 2) / 10 ** 5.8);
  const profit = Math.max(0, 1 - sumOf(trades.map(({ profitRatio }) => profitRatio)) / 3);
  const minutes = (metrics.averageHoldMs ?? NaN) / MINUTE_MS;
  return count + profit + 0.4 * Math.min(minutes / 300, 1);
};

/** Profit ratios less slippage, added up by the UTC day of the close; every day from the first to the last counts. */
const dailySums = ({ trades, from, to }: Digest): Float64Array => {
  const first = Math.floor(from / DAY_MS);
  const days = new Float64Array(Math.floor(to / DAY_MS) - first + 1);
  for (const { closeAt, profitRatio } of trades) {
    const day = Math.floor(closeAt / DAY_MS) - first;
    if (day >= 0 && day < days.length) days[day]! += profitRatio - SLIPPAGE;
  }
  return days;
};

const sharpeDaily = (digest: Digest): number => {
  const { mean, deviation } = momentsOf(dailySums(digest));
  return deviation > 0 ? -(mean / deviation) * YEAR : -NONE;
};

const sortinoDaily = (digest: Digest): number => {
  const days = dailySums(digest);
  const downside = downsideOf(days);
  return downside > 0 ? -(momentsOf(days).mean / downside) * YEAR : -NONE;
};

/** Cumulated profit against its own highs: the deepest fall in quote, and the deepest as a share of the balance then. */
const fallsOf = ({ trades, startingBalance }: Digest): { readonly quote: number; readonly share: number } => {
  let sum = 0;
  let high = 0;
  let quote = 0;
  let share = 0;
  for (const { profit } of trades) {
    sum += profit;
    high = Math.max(high, sum);
    quote = Math.max(quote, high - sum);
    share = Math.max(share, (high - sum) / (startingBalance + high));
  }
  return { quote, share };
};

const maxDrawdown = (digest: Digest): number => {
  const { quote } = fallsOf(digest);
  return quote > 0 ? -profitOf(digest) / quote : -profitOf(digest);
};

const maxDrawdownRelative = (digest: Digest): number => {
  const { quote, share } = fallsOf(digest);
  return quote > 0 ? -profitOf(digest) / quote / share : -profitOf(digest);
};

const profitDrawdown = (digest: Digest): number =>
  -profitOf(digest) * (1 - 0.075 * (digest.freqtrade.maxDrawdown ?? 0));

const multiMetric = (digest: Digest): number => {
  const { trades, freqtrade } = digest;
  const profit = profitOf(digest);
  const won = sumOf(trades.map((trade) => Math.max(0, trade.profit)));
  const lost = sumOf(trades.map((trade) => Math.max(0, -trade.profit)));
  const { expectancyRatio, winRate } = tradeMetrics(trades, "freqtrade");
  const expectancy = expectancyRatio ?? 0;
  return (
    -profit *
    (1 - (freqtrade.maxDrawdown ?? 0) * (1 - 0.055)) *
    Math.log(won / (lost + 1e-6) + 1) *
    (expectancy > 10 ? Math.log(1.01) : Math.log(expectancy + 2)) *
    Math.log(1.2 + (winRate ?? 0)) *
    (trades.length < 50 ? Math.max(trades.length / 50, 0.1) : 1)
  );
};

export const freqtradeLosses = {
  ShortTradeDurHyperOptLoss: shortTradeDuration,
  OnlyProfitHyperOptLoss: (digest: Digest) => -profitOf(digest),
  SharpeHyperOptLoss: ({ freqtrade }: Digest) => -(freqtrade.sharpe ?? NaN),
  SharpeHyperOptLossDaily: sharpeDaily,
  SortinoHyperOptLoss: ({ freqtrade }: Digest) => -(freqtrade.sortino ?? NaN),
  SortinoHyperOptLossDaily: sortinoDaily,
  CalmarHyperOptLoss: ({ freqtrade }: Digest) => -(freqtrade.calmar ?? NaN),
  MaxDrawDownHyperOptLoss: maxDrawdown,
  MaxDrawDownRelativeHyperOptLoss: maxDrawdownRelative,
  ProfitDrawDownHyperOptLoss: profitDrawdown,
  MultiMetricHyperOptLoss: multiMetric,
} as const;

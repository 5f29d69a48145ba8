/**
 * Figures of closed trades under one convention (docs/metrics.md). A win earns more than 0, a loss less, the rest are
 * draws and count among the trades. Profits are in quote, after fees. What is undefined is null: a ratio to losses
 * where none was lost, a deviation of one trade.
 */
import { type Convention } from "./conventions.ts";
import { momentsOf, type Numbers, sumOf } from "./moments.ts";
import { figure } from "./return-metrics.ts";
import { over } from "./return-ratios.ts";

export interface TradeResult {
  /** In quote, after fees. */
  readonly profit: number;
  /** Profit over what the position cost. */
  readonly profitRatio: number;
  /** Ms; NaN where unknown. */
  readonly openAt: number;
  readonly closeAt: number;
  /** Furthest the price went against the position and in its favour, as ratios of the open price from 0; NaN where unknown. */
  readonly mae: number;
  readonly mfe: number;
}

export interface TradeRange {
  /** Ms: the time traded in, for the exposure; unless given, from the first open to the last close. */
  readonly from?: number;
  readonly to?: number;
}

/** Maximum adverse and favourable excursion (Sweeney 1996) of a position that saw these prices. */
export const excursionsOf = (
  side: "long" | "short",
  openPrice: number,
  lowest: number,
  highest: number,
): { readonly mae: number; readonly mfe: number } => {
  const down = Math.max(0, 1 - lowest / openPrice);
  const up = Math.max(0, highest / openPrice - 1);
  return side === "long" ? { mae: down, mfe: up } : { mae: up, mfe: down };
};

export const tradeMetrics = (
  trades: readonly TradeResult[],
  convention: Convention = "shoal",
  range: TradeRange = {},
) => {
  const profits = trades.map(({ profit }) => profit);
  const wins = trades.filter(({ profit }) => profit > 0);
  const losses = trades.filter(({ profit }) => profit < 0);
  const ratios = momentsOf(trades.map(({ profitRatio }) => profitRatio));
  const hold = (some: readonly TradeResult[]) =>
    figure(momentsOf(some.map(({ openAt, closeAt }) => closeAt - openAt)).mean);
  return {
    trades: trades.length,
    wins: wins.length,
    losses: losses.length,
    draws: trades.length - wins.length - losses.length,
    totalProfit: sumOf(profits),
    averageProfitRatio: figure(ratios.mean),
    bestProfitRatio: figure(highest(trades, ({ profitRatio }) => profitRatio)),
    worstProfitRatio: figure(-highest(trades, ({ profitRatio }) => -profitRatio)),
    ...ratiosOf(trades, profits, wins, losses),
    ...peerRatios(convention, trades, profits),
    ...streaksOf(profits),
    averageHoldMs: hold(trades),
    averageWinHoldMs: hold(wins),
    averageLossHoldMs: hold(losses),
    exposure: figure(exposureOf(trades, range)),
    averageMae: figure(momentsOf(trades.map(({ mae }) => mae)).mean),
    worstMae: figure(highest(trades, ({ mae }) => mae)),
    averageMfe: figure(momentsOf(trades.map(({ mfe }) => mfe)).mean),
    bestMfe: figure(highest(trades, ({ mfe }) => mfe)),
  };
};

const ratiosOf = (
  trades: readonly TradeResult[],
  profits: Numbers,
  wins: readonly TradeResult[],
  losses: readonly TradeResult[],
) => {
  const { mean, deviation, count } = momentsOf(profits);
  const won = sumOf(wins.map(({ profit }) => profit));
  const lost = -sumOf(losses.map(({ profit }) => profit));
  const winRate = wins.length / count;
  const payoff = over(won / wins.length, lost / losses.length);
  return {
    winRate: figure(winRate),
    payoff: figure(payoff),
    profitFactor: figure(over(won, lost)),
    expectancy: figure(mean),
    expectancyRatio: figure(lost === 0 ? NaN : (1 + (won === 0 ? 0 : payoff)) * winRate - 1),
    sqn: figure(over(mean, deviation) * Math.sqrt(count)),
    kelly: figure(winRate - (1 - winRate) / payoff),
  };
};

/** What a project says in another way. */
const peerRatios = (convention: Convention, trades: readonly TradeResult[], profits: Numbers) => {
  if (convention === "freqtrade") {
    const none = trades.length === 0 ? { sqn: 0, expectancy: 0, winRate: 0 } : {};
    return {
      ...(trades.some(({ profit }) => profit < 0) ? {} : { profitFactor: 0, expectancyRatio: 100 }),
      ...(momentsOf(profits).deviation > 0 ? {} : { sqn: -100 }),
      ...none,
    };
  }
  if (convention === "jesse") {
    const decided = trades.filter(({ profit }) => profit !== 0);
    const won = decided.filter(({ profit }) => profit > 0).length;
    return {
      winRate: won === 0 ? 0 : won / decided.length,
      expectancy: decided.length === 0 ? 0 : sumOf(profits) / decided.length,
    };
  }
  if (convention === "backtesting.py") {
    const ratios = trades.map(({ profitRatio }) => profitRatio);
    const lost = -sumOf(ratios.filter((ratio) => ratio < 0));
    return {
      profitFactor: figure(over(sumOf(ratios.filter((ratio) => ratio > 0)), lost)),
      expectancy: figure(momentsOf(ratios).mean),
    };
  }
  return {};
};

/** Trades in a row, in the order given; a draw ends both. `currentStreak` is below 0 while losing. */
const streaksOf = (profits: Numbers) => {
  let current = 0;
  let winStreak = 0;
  let lossStreak = 0;
  for (let i = 0; i < profits.length; i += 1) {
    const sign = Math.sign(profits[i]!);
    current = sign !== 0 && Math.sign(current) === sign ? current + sign : sign;
    winStreak = Math.max(winStreak, current);
    lossStreak = Math.max(lossStreak, -current);
  }
  return { winStreak, lossStreak, currentStreak: current };
};

/** Share of the time in which at least one position was open; NaN where times are unknown or no time passed. */
const exposureOf = (trades: readonly TradeResult[], { from, to }: TradeRange): number => {
  const sorted = [...trades].sort((a, b) => a.openAt - b.openAt);
  const begin = from ?? sorted[0]?.openAt ?? NaN;
  const end = to ?? highest(trades, ({ closeAt }) => closeAt);
  let open = 0;
  let until = begin;
  for (const { openAt, closeAt } of sorted) {
    const upTo = Math.min(closeAt, end);
    open += Math.max(0, upTo - Math.max(openAt, until));
    if (Number.isNaN(closeAt) || Number.isNaN(openAt)) return NaN;
    until = Math.max(until, upTo);
  }
  return end > begin ? open / (end - begin) : NaN;
};

/** -Infinity for none, NaN where one is unknown. */
const highest = (trades: readonly TradeResult[], of: (trade: TradeResult) => number): number =>
  trades.reduce((most, trade) => Math.max(most, of(trade)), -Infinity);

/**
 * What one backtest of a search leaves behind: the figures that objectives are made of. Ratios are Shoal's, over daily
 * equity (docs/metrics.md); those of freqtrade are over closed trades. NaN where something is undefined.
 */
import { dailyReturns } from "../../domain/performance/daily-equity.ts";
import { sumOf } from "../../domain/performance/moments.ts";
import { freqtradeRatios } from "../../domain/performance/peer-ratios.ts";
import { figure } from "../../domain/performance/return-metrics.ts";
import { returnRatios, type Ratios } from "../../domain/performance/return-ratios.ts";
import { type SharpeSample, sharpeSample } from "../../domain/performance/sharpe-tests.ts";
import { type TradeResult, tradeMetrics } from "../../domain/performance/trade-metrics.ts";

/** As a backtest tells it. */
export interface Tested {
  readonly trades: readonly TradeResult[];
  /** At the close of each candle, ms and quote. */
  readonly equity: { readonly at: Float64Array; readonly value: Float64Array };
}

export interface Digest {
  /** In order of their close. */
  readonly trades: readonly TradeResult[];
  readonly startingBalance: number;
  /** First and last moment of the equity, ms. */
  readonly from: number;
  readonly to: number;
  /** Of daily equity. */
  readonly ratios: Ratios;
  /** Of daily equity, a day. */
  readonly sample: SharpeSample;
  /** As freqtrade defines them, over the trades. */
  readonly freqtrade: Partial<Ratios>;
  readonly metrics: ReturnType<typeof tradeMetrics>;
}

const DAY_MS = 86_400_000;
const YEAR = 365;

export const digestOf = ({ trades, equity }: Tested, startingBalance: number): Digest => {
  const closed = [...trades].sort((a, b) => a.closeAt - b.closeAt);
  const from = equity.at[0] ?? NaN;
  const to = equity.at.at(-1) ?? NaN;
  // A candle that closes at midnight belongs to the day that ends there.
  const ends = Float64Array.from(equity.at, (at) => at - 1);
  const { returns } = dailyReturns(ends, equity.value, startingBalance);
  return {
    trades: closed,
    startingBalance,
    from,
    to,
    ratios: returnRatios(returns, YEAR),
    sample: sharpeSample(returns),
    freqtrade: freqtradeRatios(
      closed.map(({ profit }) => profit / startingBalance),
      (to - from) / DAY_MS,
    ),
    metrics: tradeMetrics(closed, "shoal", { from, to }),
  };
};

/** What is kept of every trial; null where undefined, as JSON has it. */
export type Figures = ReturnType<typeof figuresOf>;

export const figuresOf = ({ trades, ratios, sample, metrics }: Digest) => ({
  trades: trades.length,
  profit: sumOf(trades.map(({ profit }) => profit)),
  totalReturn: figure(ratios.totalReturn),
  sharpe: figure(ratios.sharpe),
  sortino: figure(ratios.sortino),
  calmar: figure(ratios.calmar),
  maxDrawdown: figure(ratios.maxDrawdown),
  profitFactor: metrics.profitFactor,
  winRate: metrics.winRate,
  averageHoldMs: metrics.averageHoldMs,
  /** Of daily returns, for the deflated Sharpe ratio. */
  daily: {
    sharpe: figure(sample.sharpe),
    returns: sample.count,
    skew: figure(sample.skew),
    kurtosis: figure(sample.kurtosis),
  },
});

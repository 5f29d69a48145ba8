/**
 * Whose definitions a figure follows, and each in one line. A convention that a project does not define differently
 * reads as Shoal's own. docs/metrics.md holds the same table with sources.
 */
export const conventions = ["shoal", "freqtrade", "jesse", "backtesting.py", "empyrical"] as const;
export type Convention = (typeof conventions)[number];

/** Periods in a year where nothing else is asked: crypto trades every day, empyrical counts days of a stock exchange. */
export const usualPeriods = (convention: Convention): number => (convention === "empyrical" ? 252 : 365);

const own: Readonly<Record<string, string>> = {
  totalReturn: "product of (1 + return), minus 1",
  cagr: "final wealth ^ (periods / returns) - 1",
  volatility: "deviation (ddof 1) * sqrt(periods)",
  sharpe: "mean / deviation (ddof 1) * sqrt(periods), risk-free 0",
  sortino: "mean / sqrt(mean of min(return, 0)^2 over all returns) * sqrt(periods)",
  smartSharpe: "Sharpe / penalty for returns that follow one another",
  smartSortino: "Sortino / penalty for returns that follow one another",
  serenity: "sum of returns / (ulcer index * mean of the deepest 5 % drawdowns / deviation)",
  calmar: "CAGR / max drawdown",
  omega: "gains / losses, threshold 0",
  maxDrawdown: "1 - wealth / highest wealth, positive, from the start on",
  longestUnderwater: "periods from a high until it is reached again, or to the end",
  ulcerIndex: "root of the mean of drawdown^2, as a ratio",
  var95: "minus the 5 % quantile (linear), a loss is positive",
  cvar95: "minus the mean of the returns at or below the 5 % quantile",
  tailRatio: "|95 % quantile| / |5 % quantile|",
  skew: "m3 / m2^1.5, over n",
  kurtosis: "m4 / m2^2 - 3, over n (excess)",
  bestReturn: "highest return of a period",
  worstReturn: "lowest return of a period",
  positiveShare: "returns above 0 / all returns",
  probabilisticSharpe: "P(true Sharpe > 0), Bailey and Lopez de Prado 2012",
  deflatedSharpe: "P(true Sharpe > best of the trials by luck), Bailey and Lopez de Prado 2014",
  minimumTrackRecord: "returns until P(true Sharpe > 0) is 95 %",
  alpha: "(mean - beta * benchmark's mean) * periods",
  beta: "covariance / variance of the benchmark",
  correlation: "with the benchmark",
  trackingError: "deviation (ddof 1) of the difference * sqrt(periods)",
  informationRatio: "mean / deviation (ddof 1) of the difference * sqrt(periods)",
  treynor: "mean * periods / beta",
  upCapture: "geometric means where the benchmark rose, ours / its",
  downCapture: "geometric means where the benchmark fell, ours / its",
  winRate: "wins / trades, draws are trades",
  payoff: "average win / average loss, in quote",
  profitFactor: "sum of wins / sum of losses, in quote",
  expectancy: "mean profit, in quote",
  expectancyRatio: "(1 + payoff) * win rate - 1",
  sqn: "sqrt(trades) * mean / deviation (ddof 1) of the profits in quote",
  kelly: "win rate - (1 - win rate) / payoff",
  winStreak: "most wins in a row, a draw ends it",
  lossStreak: "most losses in a row, a draw ends it",
  exposure: "share of the time with a position open",
  annualTurnover: "half of all bought and sold / mean equity, a year of 365 days",
  averageMae: "mean of the furthest moves against the position, of the open price",
  averageMfe: "mean of the furthest moves in its favour, of the open price",
};

const peers: Readonly<Record<Convention, Readonly<Record<string, string>>>> = {
  shoal: {},
  freqtrade: {
    totalReturn: "sum of profits over the starting balance",
    cagr: "(1 + sum of profits) ^ (365 / days) - 1",
    sharpe: "sum / days / deviation of a trade (ddof 0) * sqrt(365); -100 for none",
    sortino: "sum / days / deviation of losing trades (ddof 0) * sqrt(365); -100 for none",
    calmar: "sum / days * 100 / max drawdown * sqrt(365); -100 for none",
    maxDrawdown: "deepest in money, relative to its high, positive",
    profitFactor: "sum of wins / sum of losses, in quote; 0 without a loss",
    expectancyRatio: "(1 + payoff) * win rate - 1; 100 without a loss",
    sqn: "sqrt(trades) * mean / deviation (ddof 1) of the profits in quote; -100 where nothing deviates",
  },
  jesse: {
    sortino: "mean / sqrt(sum of min(return, 0)^2 / (returns + 1)) * sqrt(periods)",
    calmar: "CAGR / |max drawdown|; 0 without one",
    maxDrawdown: "lowest wealth / highest wealth - 1, negative, from the end of the first day",
    winRate: "wins / (wins + losses); 0 without a win",
    expectancy: "mean profit of the trades that are no draws, in quote",
  },
  "backtesting.py": {
    cagr: "final wealth ^ (periods / (returns + 1)) - 1",
    volatility: "sqrt((variance + g^2)^periods - g^(2 periods)), g = 1 + geometric mean",
    sharpe: "CAGR / volatility",
    sortino: "CAGR / (sqrt(mean of min(return, 0)^2) * sqrt(periods))",
    calmar: "CAGR / |max drawdown|",
    maxDrawdown: "wealth / highest wealth - 1, negative",
    profitFactor: "sum of winning returns / sum of losing returns, as ratios",
    expectancy: "mean return of a trade, as a ratio",
  },
  empyrical: {
    maxDrawdown: "wealth / highest wealth - 1, negative",
    var95: "the 5 % quantile (linear), a loss is negative",
    cvar95: "mean of the lowest trunc((n - 1) * 5 %) + 1 returns, a loss is negative",
    alpha: "(1 + mean - beta * benchmark's mean) ^ periods - 1",
    informationRatio: "mean / deviation (ddof 1) of the difference, per period",
    upCapture: "annual returns where the benchmark rose, ours / its",
    downCapture: "annual returns where the benchmark fell, ours / its",
  },
};

/** The definition of one figure, in a line; "" for what is none. */
export const conventionText = (convention: Convention, figure: string): string =>
  peers[convention][figure] ?? own[figure] ?? "";

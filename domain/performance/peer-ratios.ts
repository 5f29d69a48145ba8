/**
 * The same ratios as four other projects define them (docs/metrics.md has the table of differences), so that their
 * reports can be compared with ours. Only what differs from Shoal's own definition stands here; each function
 * gives NaN where that project has no number.
 */
import { drawdownOf, wealthOf } from "./drawdown.ts";
import { momentsOf, type Numbers, sumOf } from "./moments.ts";
import { quantileOf, sortedOf } from "./quantile.ts";
import { downsideOf, growthOf, over, type Ratios } from "./return-ratios.ts";

/** Drawdowns and values at risk are negative numbers; CVaR is the mean of the lowest whole 5 % of the returns. */
export const empyricalRatios = (returns: Numbers, own: Ratios): Partial<Ratios> => {
  const sorted = sortedOf(returns);
  const worst = sorted.subarray(0, Math.trunc((sorted.length - 1) * 0.05) + 1);
  return {
    maxDrawdown: -own.maxDrawdown,
    omega: returns.length < 2 ? NaN : own.omega,
    var95: quantileOf(sorted, 0.05),
    cvar95: worst.length === 0 ? NaN : sumOf(worst) / worst.length,
  };
};

/**
 * The first day's equity has no return but counts as a day in the Sortino ratio; a fall before the first day's end is
 * no drawdown; Calmar is 0 where there is none.
 */
export const jesseRatios = (returns: Numbers, periods: number, own: Ratios): Partial<Ratios> => {
  const { mean, count } = momentsOf(returns);
  if (count === 0) return {};
  const { depth } = drawdownOf(wealthOf(returns).subarray(1));
  return {
    sortino: over(mean, downsideOf(returns, count + 1)) * Math.sqrt(periods),
    calmar: depth > 0 ? own.cagr / depth : 0,
    maxDrawdown: -depth,
  };
};

/**
 * Everything from the geometric mean over one day more than there are returns (the first has none), 0 once a day
 * loses all. Volatility is that of compounded returns; Sharpe and Sortino divide the compounded annual return.
 */
export const backtestingPyRatios = (returns: Numbers, periods: number, own: Ratios): Partial<Ratios> => {
  const { count, deviation } = momentsOf(returns);
  const final = wealthOf(returns).at(-1)!;
  const growth = final > 0 ? final ** (1 / (count + 1)) : 1;
  const annual = growth ** periods - 1;
  const volatility = Math.sqrt((deviation ** 2 + growth ** 2) ** periods - growth ** (2 * periods));
  return {
    cagr: count === 0 ? NaN : annual,
    volatility,
    sharpe: over(annual, volatility),
    sortino: over(annual, downsideOf(returns) * Math.sqrt(periods)),
    calmar: over(annual, own.maxDrawdown),
    maxDrawdown: -own.maxDrawdown,
  };
};

/** What freqtrade says where a deviation or a drawdown is missing. */
const NONE = -100;

/**
 * Each return is a closed trade's profit over the starting balance: profits add and do not compound. Sharpe and
 * Sortino divide the mean profit of a day by the deviation (ddof 0) of a trade, or of a losing one; Calmar takes percent
 * a day and the root of 365. The drawdown is the deepest in money, told relative to its high.
 */
export const freqtradeRatios = (profits: Numbers, spanDays: number): Partial<Ratios> => {
  const days = Math.max(1, Math.trunc(spanDays));
  if (profits.length === 0) return { sharpe: 0, sortino: 0, calmar: 0, cagr: NaN, maxDrawdown: NaN };
  const total = sumOf(profits);
  const daily = total / days;
  const losses = Array.from(profits).filter((profit) => profit < 0);
  const drawdown = deepestInMoney(profits);
  return {
    totalReturn: total,
    cagr: total < -1 ? 0 : growthOf(1 + total, days, 365),
    sharpe: orNone((daily / populationDeviation(profits)) * Math.sqrt(365)),
    sortino: orNone((daily / populationDeviation(losses)) * Math.sqrt(365)),
    calmar: orNone(((daily * 100) / drawdown) * Math.sqrt(365)),
    maxDrawdown: drawdown,
  };
};

const orNone = (ratio: number): number => (Number.isFinite(ratio) ? ratio : NONE);

const populationDeviation = (values: Numbers): number => {
  if (values.length === 1) return 0;
  const { deviation, count } = momentsOf(values);
  return deviation * Math.sqrt((count - 1) / count);
};

const deepestInMoney = (profits: Numbers): number => {
  let balance = 1;
  let high = 1;
  let deepest = 0;
  let relative = 0;
  for (let i = 0; i < profits.length; i += 1) {
    balance += profits[i]!;
    high = Math.max(high, balance);
    if (high - balance <= deepest) continue;
    deepest = high - balance;
    relative = deepest / high;
  }
  return relative;
};

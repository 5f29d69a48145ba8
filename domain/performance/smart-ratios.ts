/**
 * Ratios that doubt smooth results. Smart Sharpe and Sortino divide by the penalty of returns that follow one another
 * (Lo 2002 for the idea; the weights are those of quantstats and jesse); serenity is the ratio of gains to how deep and how long it hurt
 * (Schmitt, KeyQuant 2014). One definition in every convention; undefined is NaN.
 */
import { covarianceOf, momentsOf, type Numbers, sumOf } from "./moments.ts";
import { quantileOf, sortedOf } from "./quantile.ts";
import { meanBelow, over, type Ratios } from "./return-ratios.ts";

/** sqrt(1 + 2 sum over k from 1 to n - 1 of (n - k) / n * |c|^k), c: correlation of each return with the next. */
export const followingPenalty = (returns: Numbers): number => {
  const n = returns.length;
  if (n < 3) return NaN;
  const all = Float64Array.from(returns);
  const [before, after] = [all.subarray(0, n - 1), all.subarray(1)];
  const deviations = momentsOf(before).deviation * momentsOf(after).deviation;
  const c = Math.abs(over(covarianceOf(before, after), deviations));
  let sum = 0;
  let power = 1;
  for (let k = 1; k < n; k += 1) {
    power *= c;
    sum += ((n - k) / n) * power;
  }
  return Math.sqrt(1 + 2 * sum);
};

/** Sum of the returns over ulcer index times pitfall; pitfall: the mean of the deepest 5 % of the drawdowns over the deviation. */
const serenityOf = (returns: Numbers, wealth: Numbers, ulcer: number): number => {
  const drawdowns = new Float64Array(returns.length);
  let high = 1;
  for (let i = 0; i < drawdowns.length; i += 1) {
    high = Math.max(high, wealth[i + 1]!);
    drawdowns[i] = wealth[i + 1]! / high - 1;
  }
  const sorted = sortedOf(drawdowns);
  const pitfall = over(-meanBelow(sorted, quantileOf(sorted, 0.05)), momentsOf(returns).deviation);
  return over(sumOf(returns), ulcer * pitfall);
};

/** `ratios`: of the same returns, by the convention in use; `ulcer`: Shoal's own. */
export const smartRatios = (
  returns: Numbers,
  wealth: Numbers,
  { sharpe, sortino }: Pick<Ratios, "sharpe" | "sortino">,
  ulcer: number,
) => {
  const penalty = followingPenalty(returns);
  return {
    smartSharpe: sharpe / penalty,
    smartSortino: sortino / penalty,
    serenity: serenityOf(returns, wealth, ulcer),
  };
};

/**
 * Monte Carlo over returns of trades or periods: what else might have happened. Each run makes another history
 * (resampling.ts), may skip trades and add slippage, and follows wealth through it. Run i draws from a stream of its
 * own, by seed and i, so that neither the number of runs nor who computes them changes a run.
 */
import { momentsOf, type Numbers, sumOf } from "../../domain/performance/moments.ts";
import { quantileOf, sortedOf } from "../../domain/performance/quantile.ts";
import { Chance } from "../../domain/values/chance.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { resampleOf, type Resampling, usualBlock } from "./resampling.ts";

export interface MonteCarloPlan {
  readonly method: Resampling;
  readonly runs: number;
  readonly seed: number | string;
  /** Length of a stretch, for `block` and `stationary`; the cube root of the returns unless given. */
  readonly block?: number;
  /** Wealth multiplies by 1 + return; else returns add, as of equal stakes. */
  readonly compound?: boolean;
  /** Probability that a trade is missed. */
  readonly skip?: number;
  /** Each trade pays this much more on average, as a ratio; exponentially spread. */
  readonly slippage?: number;
  /** Ruin: wealth at or below 1 - ruin at any time. 0.5 unless given. */
  readonly ruin?: number;
}

export interface Distribution {
  readonly mean: number;
  /** At 2.5, 5, 25, 50, 75, 95 and 97.5 percent: the outer pairs hold 95 and 90 % of the runs. */
  readonly percentiles: Readonly<Record<string, number>>;
}

export interface MonteCarlo {
  readonly method: Resampling;
  readonly runs: number;
  readonly block: number | null;
  readonly observed: { readonly total: number; readonly drawdown: number; readonly sharpe: number | null };
  readonly total: Distribution;
  readonly drawdown: Distribution;
  /** Per return; null where no run has one. */
  readonly sharpe: Distribution | null;
  /** Share of the runs that are ruined. */
  readonly ruin: number;
  /** Share of the runs that lose. */
  readonly loss: number;
  /** Share of the runs that earn at most as much as was observed, and that fall at most as deep. */
  readonly totalRank: number;
  readonly drawdownRank: number;
  /** Probability of a mean return as high as the observed one if the true mean were 0; null unless drawn with replacement. */
  readonly pValue: number | null;
}

export const monteCarlo = (returns: Numbers, plan: MonteCarloPlan): MonteCarlo => {
  const { method, runs, seed, compound = true, ruin = 0.5 } = checked(plan);
  const block =
    method === "block" || method === "stationary" ? (plan.block ?? usualBlock(returns.length)) : null;
  const resample = resampleOf(returns, method, block ?? 1);
  const source = new Chance(seed);
  const path = new Float64Array(returns.length);
  const totals = new Float64Array(runs);
  const drawdowns = new Float64Array(runs);
  const sharpes: number[] = [];
  const observed = outcomeOf(returns, compound);
  const { mean } = momentsOf(returns);
  let ruined = 0;
  let asHigh = 0;
  for (let run = 0; run < runs; run += 1) {
    const chance = source.fork(`run ${run}`);
    resample(path, chance);
    // Centred on the observed mean, the resampled means are those of a series that earns nothing.
    if (sumOf(path) / path.length - mean >= mean) asHigh += 1;
    disturb(path, plan, chance);
    const { total, drawdown, lowest, sharpe } = outcomeOf(path, compound);
    totals[run] = total;
    drawdowns[run] = drawdown;
    if (sharpe !== null) sharpes.push(sharpe);
    if (lowest <= 1 - ruin) ruined += 1;
  }
  return {
    method,
    runs,
    block,
    observed: { total: observed.total, drawdown: observed.drawdown, sharpe: observed.sharpe },
    total: distributionOf(totals),
    drawdown: distributionOf(drawdowns),
    sharpe: sharpes.length === 0 ? null : distributionOf(sharpes),
    ruin: ruined / runs,
    loss: shareOf(totals, (total) => total < 0),
    totalRank: shareOf(totals, (total) => total <= observed.total + 1e-12),
    drawdownRank: shareOf(drawdowns, (drawdown) => drawdown <= observed.drawdown + 1e-12),
    // One more than was counted, of one more run: the observed series is one of those that might have been.
    pValue: method === "shuffle" || method === "none" ? null : (asHigh + 1) / (runs + 1),
  };
};

const checked = (plan: MonteCarloPlan): MonteCarloPlan => {
  const { runs, skip = 0, slippage = 0, ruin = 0.5 } = plan;
  if (!Number.isInteger(runs) || runs < 1) throw new Invalid("runs", "a whole number from 1", runs);
  if (!(skip >= 0 && skip < 1)) throw new Invalid("skip", "a probability from 0, below 1", skip);
  if (!(slippage >= 0)) throw new Invalid("slippage", "a ratio from 0", slippage);
  if (!(ruin > 0 && ruin <= 1)) throw new Invalid("ruin", "a share above 0, up to 1", ruin);
  return plan;
};

const disturb = (path: Float64Array, { skip = 0, slippage = 0 }: MonteCarloPlan, chance: Chance): void => {
  if (skip === 0 && slippage === 0) return;
  for (let i = 0; i < path.length; i += 1)
    if (skip > 0 && chance.next() < skip) path[i] = 0;
    else if (slippage > 0) path[i]! -= chance.wait(slippage);
};

interface Outcome {
  readonly total: number;
  readonly drawdown: number;
  readonly lowest: number;
  readonly sharpe: number | null;
}

/** Wealth from 1 on; what is lost stays lost. */
const outcomeOf = (returns: Numbers, compound: boolean): Outcome => {
  let wealth = 1;
  let high = 1;
  let lowest = 1;
  let drawdown = 0;
  for (let i = 0; i < returns.length && wealth > 0; i += 1) {
    wealth = Math.max(0, compound ? wealth * (1 + returns[i]!) : wealth + returns[i]!);
    if (wealth > high) high = wealth;
    if (wealth < lowest) lowest = wealth;
    const down = 1 - wealth / high;
    if (down > drawdown) drawdown = down;
  }
  const { mean, deviation } = momentsOf(returns);
  return { total: wealth - 1, drawdown, lowest, sharpe: deviation > 0 ? mean / deviation : null };
};

const percents = [2.5, 5, 25, 50, 75, 95, 97.5];

const distributionOf = (values: Numbers): Distribution => {
  const sorted = sortedOf(values);
  return {
    mean: sumOf(values) / values.length,
    percentiles: Object.fromEntries(percents.map((percent) => [percent, quantileOf(sorted, percent / 100)])),
  };
};

const shareOf = (values: Float64Array, has: (value: number) => boolean): number => {
  let count = 0;
  for (const value of values) if (has(value)) count += 1;
  return count / values.length;
};

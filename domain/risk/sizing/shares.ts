/** Shares of risk between instruments: weights above 0 that sum to 1, from deviations and correlations. */
import { joinsOf, treeOrder } from "../../market/correlation/clusters.ts";
import type { Matrix } from "../../market/correlation/shrinkage.ts";

const ROUNDS_MAX = 500;
const ENOUGH = 1e-10;

const covarianceOf = (deviations: Float64Array, correlations: Matrix): readonly Float64Array[] =>
  correlations.map((row, i) => row.map((value, j) => value * deviations[i]! * deviations[j]!));

/**
 * Equal risk contribution (Maillard, Roncalli and Teiletche 2010): each weight times its marginal risk is the same. By the cyclical
 * coordinate descent of Griveau-Billion, Richard and Roncalli (2013). Deviations must be above 0.
 */
export const equalRiskShares = (deviations: Float64Array, correlations: Matrix): Float64Array => {
  const count = deviations.length;
  const covariance = covarianceOf(deviations, correlations);
  const weights = deviations.map((deviation) => 1 / deviation);
  const budget = 1 / count;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let change = 0;
    for (let i = 0; i < count; i += 1) {
      let cross = 0;
      for (let j = 0; j < count; j += 1) if (j !== i) cross += covariance[i]![j]! * weights[j]!;
      const own = covariance[i]![i]!;
      // The positive root of own * w^2 + cross * w - budget = 0.
      const weight = (Math.sqrt(cross * cross + 4 * own * budget) - cross) / (2 * own);
      change = Math.max(change, Math.abs(weight / weights[i]! - 1));
      weights[i] = weight;
    }
    if (change < ENOUGH) break;
  }
  return normalised(weights);
};

/**
 * Hierarchical risk parity (López de Prado 2016): instruments in the order of their single-linkage tree, the weight halved again and
 * again, each time shared in inverse proportion to the variances of the halves, each half held in inverse proportion to its own.
 */
export const hierarchicalShares = (deviations: Float64Array, correlations: Matrix): Float64Array => {
  const count = deviations.length;
  const covariance = covarianceOf(deviations, correlations);
  const weights = new Float64Array(count).fill(1);
  const open = [treeOrder(count, joinsOf(correlations, "single"))];
  while (open.length > 0) {
    const cluster = open.pop()!;
    if (cluster.length < 2) continue;
    const half = Math.floor(cluster.length / 2);
    const [left, right] = [cluster.slice(0, half), cluster.slice(half)];
    const [a, b] = [clusterVariance(covariance, left), clusterVariance(covariance, right)];
    for (const i of left) weights[i]! *= 1 - a / (a + b);
    for (const i of right) weights[i]! *= a / (a + b);
    open.push(left, right);
  }
  return normalised(weights);
};

/** Of the cluster held in inverse proportion to the variances. */
const clusterVariance = (covariance: readonly Float64Array[], cluster: readonly number[]): number => {
  let sum = 0;
  for (const i of cluster) sum += 1 / covariance[i]![i]!;
  let variance = 0;
  for (const i of cluster)
    for (const j of cluster)
      variance += covariance[i]![j]! / (covariance[i]![i]! * sum) / (covariance[j]![j]! * sum);
  return variance;
};

/** What each instrument adds to the deviation of the whole, as a part of it: they sum to 1. */
export const riskContributions = (
  weights: Float64Array,
  deviations: Float64Array,
  correlations: Matrix,
): Float64Array => {
  const covariance = covarianceOf(deviations, correlations);
  const parts = weights.map((weight, i) => {
    let marginal = 0;
    for (const [j, other] of weights.entries()) marginal += covariance[i]![j]! * other;
    return weight * marginal;
  });
  return normalised(parts);
};

const normalised = (weights: Float64Array): Float64Array => {
  let sum = 0;
  for (const weight of weights) sum += weight;
  return weights.map((weight) => weight / sum);
};

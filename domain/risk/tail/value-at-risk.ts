/**
 * Value at risk and expected shortfall (CVaR) of returns of one period, as losses: 0.05 is 5 % lost, never below 0.
 *
 *   historical      the loss that `1 - confidence` of the returns exceed (quantile of type 7); the mean of the returns at or beyond it
 *   parametric      z = quantile of 1 - confidence of the normal; -(mean + z * deviation); -(mean - deviation * density(z) / (1 - confidence))
 *   cornish-fisher  z moved by skew S and excess kurtosis K: z + (z^2-1)S/6 + (z^3-3z)K/24 - (2z^3-5z)S^2/36; the shortfall is the
 *                   mean of that quantile over the tail, by 200 steps of equal probability
 *
 * Over several periods: the mean grows with their number, the deviation with its root; skew falls with the root, excess kurtosis
 * with the number (sums of independent returns); the historical loss with the root.
 */
import { momentsOf } from "../../performance/moments.ts";
import { normalQuantile } from "../../performance/normal.ts";
import { quantileOf, sortedOf } from "../../performance/quantile.ts";

export const tailMethods = ["historical", "parametric", "cornish-fisher"] as const;
export type TailMethod = (typeof tailMethods)[number];

export interface TailRisk {
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
}

/** NaN for fewer than two returns. `confidence`: 0.95 or 0.99; `periods`: over how many. */
export const tailRisk = (
  method: TailMethod,
  returns: Float64Array,
  confidence: number,
  periods = 1,
): TailRisk => {
  if (returns.length < 2) return { valueAtRisk: NaN, expectedShortfall: NaN };
  if (method === "historical") return historical(returns, 1 - confidence, Math.sqrt(periods));
  const { mean, deviation, skew, kurtosis } = momentsOf(returns);
  const drift = mean * periods;
  const spread = deviation * Math.sqrt(periods);
  const tail = 1 - confidence;
  // Numbers that hardly differ have no shape.
  if (method === "parametric" || !Number.isFinite(skew + kurtosis)) {
    const z = normalQuantile(tail);
    return losses(drift + z * spread, drift - (spread * density(z)) / tail);
  }
  const moved = (z: number): number => cornishFisher(z, skew / Math.sqrt(periods), (kurtosis - 3) / periods);
  let sum = 0;
  for (let k = 0; k < STEPS; k += 1) sum += moved(normalQuantile((tail * (k + 0.5)) / STEPS));
  return losses(drift + moved(normalQuantile(tail)) * spread, drift + (sum / STEPS) * spread);
};

const STEPS = 200;

const historical = (returns: Float64Array, tail: number, root: number): TailRisk => {
  const sorted = sortedOf(returns);
  const edge = quantileOf(sorted, tail);
  let sum = 0;
  let count = 0;
  for (const value of sorted) {
    if (value > edge) break;
    sum += value;
    count += 1;
  }
  return losses(edge * root, (sum / count) * root);
};

export const cornishFisher = (z: number, skew: number, excess: number): number =>
  z + ((z * z - 1) * skew) / 6 + ((z ** 3 - 3 * z) * excess) / 24 - ((2 * z ** 3 - 5 * z) * skew * skew) / 36;

const losses = (edge: number, mean: number): TailRisk => ({
  valueAtRisk: Math.max(0, -edge),
  // The mean of a tail is at least as far out as its edge; the expansion may bend back far out.
  expectedShortfall: Math.max(0, -edge, -mean),
});

const density = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

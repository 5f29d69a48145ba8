/** What a portfolio would lose if prices moved at once: scenarios of shocks by asset, the rest following one of them by its beta. */
import { Fields } from "../fields.ts";

export interface Scenario {
  readonly name: string;
  /** Moves as ratios, -0.3 is 30 % down, by base asset; `*` for every other. */
  readonly shocks: Readonly<Record<string, number>>;
  /** Assets without a shock of their own move by their beta to this one times its shock. */
  readonly by?: string;
  /** Loss allowed, of equity; absent: told, not limited. */
  readonly max?: number;
}

const assetName = /^([A-Za-z0-9]{1,20}|\*)$/;

export const readScenarios = (parent: Fields, name: string): readonly Scenario[] =>
  parent.objects(name, ["name", "shocks", "by", "max"]).map((fields) => {
    const raw = fields.get("shocks");
    const names = typeof raw === "object" && raw !== null && !Array.isArray(raw) ? Object.keys(raw) : [];
    if (names.length === 0) fields.refuse("shocks", "moves by asset, such as {BTC: -0.3}");
    const inner = new Fields(raw, fields.at("shocks"), names);
    const shocks: Record<string, number> = {};
    for (const asset of names) {
      if (!assetName.test(asset)) inner.refuse(asset, "an asset, or *");
      shocks[asset] = inner.number(asset, -1, 100, 0);
    }
    const by = fields.has("by") ? fields.text("by", assetName, "an asset of the shocks") : undefined;
    if (by !== undefined && shocks[by] === undefined) fields.refuse("by", "an asset of the shocks");
    if (by !== undefined && shocks["*"] !== undefined) fields.refuse("by", "left out beside shocks of *");
    const max = fields.maybeRatio("max", 100);
    return {
      name: fields.text("name", /^.{1,60}$/, "a name of at most 60 characters"),
      shocks,
      ...(by === undefined ? {} : { by }),
      ...(max === undefined ? {} : { max }),
    };
  });

/** Loss in the unit of the values; below 0 is a gain. `beta`: of an asset to another, NaN where unknown (then 1). */
export const lossUnder = (
  { shocks, by }: Scenario,
  holdings: readonly { readonly base: string; readonly value: number }[],
  beta: (asset: string, to: string) => number,
): number => {
  let loss = 0;
  for (const { base, value } of holdings) {
    let shock = shocks[base] ?? shocks["*"];
    if (shock === undefined && by !== undefined) {
      const slope = beta(base, by);
      // Nothing held long can lose more than all of itself.
      shock = Math.max(-1, shocks[by]! * (Number.isNaN(slope) ? 1 : slope));
    }
    loss -= value * (shock ?? 0);
  }
  return loss;
};

/** Slope of the returns of one on those of the other: covariance over variance. */
export const betaOf = (of: Float64Array, to: Float64Array): number => {
  const count = Math.min(of.length, to.length);
  if (count < 2) return NaN;
  const [a, b] = [of.subarray(of.length - count), to.subarray(to.length - count)];
  let [meanA, meanB] = [0, 0];
  for (let k = 0; k < count; k += 1) {
    meanA += a[k]! / count;
    meanB += b[k]! / count;
  }
  let [covariance, variance] = [0, 0];
  for (let k = 0; k < count; k += 1) {
    covariance += (a[k]! - meanA) * (b[k]! - meanB);
    variance += (b[k]! - meanB) ** 2;
  }
  return variance > 0 ? covariance / variance : NaN;
};

/** Which instruments move together, and their shares of risk, by what the bars tell. Instruments with few returns are not known. */
import { clustersOf } from "../market/correlation/clusters.ts";
import { shrunkCorrelations, type Matrix } from "../market/correlation/shrinkage.ts";
import type { Bars } from "./bars.ts";
import { equalRiskShares, hierarchicalShares } from "./sizing/shares.ts";

/** Fewer returns say nothing. */
export const RETURNS_MIN = 20;

export class Similarity {
  readonly names: readonly string[];
  private readonly correlations: Matrix;
  private readonly deviations: Float64Array;
  private readonly clusters: readonly number[];
  private readonly shares = new Map<string, Float64Array>();

  constructor(names: readonly string[], columns: readonly Float64Array[], correlation: number) {
    this.names = names;
    this.correlations = columns.length === 0 ? [] : shrunkCorrelations(columns).matrix;
    this.deviations = Float64Array.from(columns, deviationOf);
    this.clusters = clustersOf(this.correlations, correlation);
  }

  /** What is not known may be like anything: it belongs to every cluster, and everything to its own. */
  alike(a: string, b: string): boolean {
    const [i, j] = [this.names.indexOf(a), this.names.indexOf(b)];
    return i < 0 || j < 0 || this.clusters[i] === this.clusters[j];
  }

  /** Share of risk over an equal share; NaN where it is not known or does not move. */
  share(name: string, how: "equal-risk" | "hierarchical"): number {
    const i = this.names.indexOf(name);
    if (i < 0 || !(this.deviations[i]! > 0)) return NaN;
    let shares = this.shares.get(how);
    if (shares === undefined) this.shares.set(how, (shares = this.sharesBy(how)));
    return shares[i]! * this.moving.length;
  }

  private get moving(): readonly number[] {
    return this.names.map((_, i) => i).filter((i) => this.deviations[i]! > 0);
  }

  private sharesBy(how: "equal-risk" | "hierarchical"): Float64Array {
    const { moving } = this;
    const deviations = Float64Array.from(moving, (i) => this.deviations[i]!);
    const matrix = moving.map((i) => Float64Array.from(moving, (j) => this.correlations[i]![j]!));
    const shares = (how === "equal-risk" ? equalRiskShares : hierarchicalShares)(deviations, matrix);
    const all = new Float64Array(this.names.length);
    for (const [k, i] of moving.entries()) all[i] = shares[k]!;
    return all;
  }
}

export const similarity = (all: ReadonlyMap<string, Bars>, correlation: number): Similarity => {
  const known = [...all].filter(([, bars]) => bars.count >= RETURNS_MIN);
  const count = Math.min(...known.map(([, bars]) => bars.count));
  return new Similarity(
    known.map(([name]) => name),
    known.map(([, bars]) => bars.returns(count)),
    correlation,
  );
};

const deviationOf = (column: Float64Array): number => {
  let mean = 0;
  for (const value of column) mean += value / column.length;
  let variance = 0;
  for (const value of column) variance += (value - mean) ** 2 / column.length;
  return variance > 1e-24 ? Math.sqrt(variance) : 0;
};

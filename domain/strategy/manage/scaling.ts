/**
 * Size by recent performance: after each trade, where the mean result of the last ones is above the band the factor rises by a step, where
 * it is below minus the band it falls. Between the two it stays, so it turns only when the mean has crossed the whole band (hysteresis).
 */

export interface ScalingRule {
  /** Results in the mean; before there are as many nothing changes. */
  readonly trades: number;
  /** Bounds of the factor, around 1. */
  readonly least: number;
  readonly most: number;
  readonly step: number;
  /** From 0, in the unit of `by`. */
  readonly band: number;
  /** Results as profit ratios, or as multiples of the distance of the initial stop. */
  readonly by: "ratio" | "r";
}

/** Steps are decimals: sums of them are put back on their grid. */
const GRID = 1e9;

export class Scaling {
  factor = 1;
  /** Oldest first. */
  results: number[] = [];
  readonly rule: ScalingRule;

  constructor(rule: ScalingRule) {
    this.rule = rule;
  }

  /** A trade has ended. */
  push(result: number): void {
    const { trades, least, most, step, band } = this.rule;
    this.results.push(result);
    if (this.results.length > trades) this.results.shift();
    if (this.results.length < trades) return;
    const mean = this.results.reduce((sum, each) => sum + each, 0) / trades;
    const moved = mean > band ? this.factor + step : mean < -band ? this.factor - step : this.factor;
    this.factor = Math.min(most, Math.max(least, Math.round(moved * GRID) / GRID));
  }
}

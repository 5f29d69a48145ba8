/**
 * A Parzen estimator over a search space: a product kernel at each observed point and one uniform component, all of equal
 * weight. Numbers lie in [0, 1] and have Gaussian kernels cut off at the ends, of width 1.06 s n^(-1/(d+4)) (Scott's rule for d
 * axes; s: deviation of the observations), not below 1 / min(100, n + 1); choices keep their value with 1 - w, w = 1 / (n + 1),
 * and have each other one with w / (values - 1).
 */
import { momentsOf } from "../../domain/performance/moments.ts";
import { normalProbability } from "../../domain/performance/normal.ts";
import type { Chance } from "../../domain/values/chance.ts";
import { snap, type Axis, type Point, type SearchSpace } from "./space.ts";

const FINEST = 100;
const ROOT_OF_TWO_PI = Math.sqrt(2 * Math.PI);
/** A kernel at the very edge has half of its mass inside, so this many draws never fail in earnest. */
const DRAWS_MAX = 100;

/** [0, 1] for a number, the place for a choice. */
const coordinate = (axis: Axis, value: number): number =>
  axis.kind === "choice" ? value : (value - axis.min) / (axis.max - axis.min);

export class Parzen {
  private readonly space: SearchSpace;
  private readonly rows: Float64Array[];
  private readonly widths: readonly number[];
  /** Logarithm of each kernel's height at its own point. */
  private readonly heights: number[];
  /** Density of the uniform component. */
  private readonly base: number;
  private readonly leave: number;

  constructor(space: SearchSpace, points: readonly Point[]) {
    const { axes } = space;
    const n = points.length;
    this.space = space;
    this.rows = points.map((point) => Float64Array.from(axes, (axis, d) => coordinate(axis, point[d]!)));
    const finest = 1 / Math.min(FINEST, n + 1);
    this.widths = axes.map((_, d) => {
      const { deviation } = momentsOf(this.rows.map((row) => row[d]!));
      const scott = 1.06 * (Number.isNaN(deviation) ? 1 : deviation) * n ** (-1 / (axes.length + 4));
      return Math.min(1, Math.max(finest, scott));
    });
    this.leave = 1 / (n + 1);
    this.base = axes.reduce((product, axis) => product / (axis.kind === "choice" ? axis.levels : 1), 1);
    this.heights = this.rows.map((row) => this.height(row));
  }

  /** A further kernel, of the width of the others. */
  add(point: Point): void {
    const row = Float64Array.from(this.space.axes, (axis, d) => coordinate(axis, point[d]!));
    this.rows.push(row);
    this.heights.push(this.height(row));
  }

  /** A point of this density; perhaps an impossible combination. */
  draw(chance: Chance): Point {
    const row = this.rows[chance.integer(this.rows.length + 1)];
    if (row === undefined) return this.space.random(chance);
    return this.space.axes.map((axis, d) => {
      if (axis.kind === "choice") {
        if (chance.next() >= this.leave) return row[d]!;
        const other = chance.integer(axis.levels - 1);
        return other < row[d]! ? other : other + 1;
      }
      for (let i = 0; i < DRAWS_MAX; i += 1) {
        const at = row[d]! + this.widths[d]! * chance.gaussian();
        if (at >= 0 && at <= 1) return snap(axis, axis.min + at * (axis.max - axis.min));
      }
      return snap(axis, axis.min + row[d]! * (axis.max - axis.min));
    });
  }

  logDensity(point: Point): number {
    const { axes } = this.space;
    const x = Float64Array.from(axes, (axis, d) => coordinate(axis, point[d]!));
    let sum = this.base;
    for (let i = 0; i < this.rows.length; i += 1) {
      const row = this.rows[i]!;
      let log = this.heights[i]!;
      for (let d = 0; d < axes.length; d += 1) {
        const axis = axes[d]!;
        if (axis.kind === "number") {
          const z = (x[d]! - row[d]!) / this.widths[d]!;
          log -= 0.5 * z * z;
        } else if (x[d] !== row[d]) log += Math.log(this.leave / (axis.levels - 1) / (1 - this.leave));
      }
      sum += Math.exp(log);
    }
    return Math.log(sum / (this.rows.length + 1));
  }

  private height(row: Float64Array): number {
    let log = 0;
    for (const [d, axis] of this.space.axes.entries()) {
      if (axis.kind === "choice") {
        log += Math.log(1 - this.leave);
        continue;
      }
      const width = this.widths[d]!;
      const inside = normalProbability((1 - row[d]!) / width) - normalProbability(-row[d]! / width);
      log -= Math.log(width * ROOT_OF_TWO_PI * inside);
    }
    return log;
  }
}

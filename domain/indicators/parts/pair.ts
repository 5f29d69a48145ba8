/**
 * Means, population variances and covariance of the last `length` pairs. Sums about a pair near to them, taken anew
 * from the windows every `length` pushes, so that they neither drift nor cancel.
 */
import { isNumber } from "./part.ts";
import { Window } from "./window.ts";

export class Pair {
  meanX = Number.NaN;
  meanY = Number.NaN;
  varianceX = Number.NaN;
  varianceY = Number.NaN;
  covariance = Number.NaN;
  private readonly xs: Window;
  private readonly ys: Window;
  private originX = 0;
  private originY = 0;
  /** Sums of x, y, xx, yy, xy. */
  private readonly sums = new Float64Array(5);
  private untilAnew = 0;

  constructor(length: number) {
    this.xs = new Window(length);
    this.ys = new Window(length);
  }

  /** Whether there are values. */
  push(x: number, y: number): boolean {
    if (!isNumber(x) || !isNumber(y)) return false;
    const { xs, ys } = this;
    const goneX = xs.push(x);
    const goneY = ys.push(y);
    if (!xs.full) return false;
    if (this.untilAnew === 0) this.anew();
    else {
      this.add(goneX, goneY, -1);
      this.add(x, y, 1);
    }
    this.untilAnew -= 1;
    this.solve();
    return true;
  }

  private add(x: number, y: number, sign: number): void {
    const { sums } = this;
    const dx = x - this.originX;
    const dy = y - this.originY;
    sums[0]! += sign * dx;
    sums[1]! += sign * dy;
    sums[2]! += sign * dx * dx;
    sums[3]! += sign * dy * dy;
    sums[4]! += sign * dx * dy;
  }

  private solve(): void {
    const { sums } = this;
    const { length } = this.xs;
    const mx = sums[0]! / length;
    const my = sums[1]! / length;
    this.meanX = this.originX + mx;
    this.meanY = this.originY + my;
    this.varianceX = Math.max(0, sums[2]! / length - mx * mx);
    this.varianceY = Math.max(0, sums[3]! / length - my * my);
    this.covariance = sums[4]! / length - mx * my;
  }

  private anew(): void {
    const { xs, ys } = this;
    const { length } = xs;
    this.originX = this.originY = 0;
    for (let age = length - 1; age >= 0; age -= 1) {
      this.originX += xs.at(age) / length;
      this.originY += ys.at(age) / length;
    }
    this.sums.fill(0);
    for (let age = length - 1; age >= 0; age -= 1) this.add(xs.at(age), ys.at(age), 1);
    this.untilAnew = length;
  }
}

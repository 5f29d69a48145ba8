/** Two series together: correlation and beta as TA-Lib has them, and cointegration after Engle and Granger (1987). */
import type { Calculation } from "../declaration.ts";
import { isNumber } from "../parts/part.ts";
import { Pair } from "../parts/pair.ts";
import { Window } from "../parts/window.ts";
import { criticalValues, DickeyFuller } from "./dickey-fuller.ts";

/** 0 where either does not vary. */
export class Correlation implements Calculation {
  private readonly pair: Pair;

  constructor(length: number) {
    this.pair = new Pair(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const { pair } = this;
    const warm = pair.push(x[0]!, x[1]!);
    const scale = pair.varianceX * pair.varianceY;
    const value = scale <= 0 ? 0 : pair.covariance / Math.sqrt(scale);
    y[0] = warm ? Math.max(-1, Math.min(1, value)) : Number.NaN;
  }
}

/** Covariance of the returns by the variance of the first's; 0 where that does not vary. */
export class Beta implements Calculation {
  private readonly pair: Pair;
  private first = Number.NaN;
  private second = Number.NaN;

  constructor(length: number) {
    this.pair = new Pair(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const { pair, first, second } = this;
    const one = first === 0 ? 0 : (x[0]! - first) / first;
    const two = second === 0 ? 0 : (x[1]! - second) / second;
    if (isNumber(x[0]! + x[1]!)) {
      this.first = x[0]!;
      this.second = x[1]!;
    }
    const warm = pair.push(one, two);
    y[0] = !warm ? Number.NaN : pair.varianceX <= 0 ? 0 : pair.covariance / pair.varianceX;
  }
}

/**
 * The first regressed on the second over the window: hedge ratio (the slope), spread (the newest residual), its deviations
 * from 0, the augmented Dickey-Fuller statistic of the residuals, the value that it must fall below (5 %), and their
 * half-life. The residuals change with each line: work grows with the window.
 */
export class Residual implements Calculation {
  private readonly pair: Pair;
  private readonly firsts: Window;
  private readonly seconds: Window;
  private readonly residuals: Float64Array;
  private readonly test: DickeyFuller;
  private readonly critical: number;

  constructor(length: number, lags: number) {
    this.pair = new Pair(length);
    this.firsts = new Window(length);
    this.seconds = new Window(length);
    this.residuals = new Float64Array(length);
    this.test = new DickeyFuller(lags);
    this.critical = criticalValues(length)["5%"];
  }

  step(x: Float64Array, y: Float64Array): void {
    y.fill(Number.NaN);
    if (!isNumber(x[0]! + x[1]!)) return;
    const { pair, firsts, seconds, residuals, test } = this;
    firsts.push(x[0]!);
    seconds.push(x[1]!);
    if (!pair.push(x[1]!, x[0]!)) return;
    const slope = pair.varianceX <= 0 ? 0 : pair.covariance / pair.varianceX;
    const intercept = pair.meanY - slope * pair.meanX;
    const { length } = residuals;
    let squares = 0;
    for (let k = 0; k < length; k += 1) {
      const age = length - 1 - k;
      const residual = firsts.at(age) - intercept - slope * seconds.at(age);
      residuals[k] = residual;
      squares += residual * residual;
    }
    test.measure(residuals);
    const deviation = Math.sqrt(squares / length);
    y[0] = slope;
    y[1] = residuals[length - 1]!;
    y[2] = deviation === 0 ? 0 : y[1] / deviation;
    y[3] = test.statistic;
    y[4] = this.critical;
    y[5] = test.halfLife;
  }
}

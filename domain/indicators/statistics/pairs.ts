/** Two series together: correlation and beta as TA-Lib has them, and cointegration after Engle and Granger (1987). */
import type { Calculation } from "../declaration.ts";
import { isNumber } from "../parts/part.ts";
import { Pair } from "../parts/pair.ts";
import { Window } from "../parts/window.ts";

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
 * The first regressed on the second over the window: hedge ratio (the slope), spread (the newest residual), its
 * deviations from 0, and the Dickey-Fuller t statistic of the residuals, without constant and lags. Below about -3.4 (5 %,
 * MacKinnon 1991, two series with constant) they are taken to move together. The residuals change with each line: work
 * grows with the window.
 */
export class Residual implements Calculation {
  private readonly pair: Pair;
  private readonly firsts: Window;
  private readonly seconds: Window;

  constructor(length: number) {
    this.pair = new Pair(length);
    this.firsts = new Window(length);
    this.seconds = new Window(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    y.fill(Number.NaN);
    if (!isNumber(x[0]! + x[1]!)) return;
    const { pair, firsts, seconds } = this;
    firsts.push(x[0]!);
    seconds.push(x[1]!);
    if (!pair.push(x[1]!, x[0]!)) return;
    const slope = pair.varianceX <= 0 ? 0 : pair.covariance / pair.varianceX;
    const intercept = pair.meanY - slope * pair.meanX;
    const { length } = firsts;
    let before = Number.NaN;
    let squares = 0;
    let levels = 0;
    let products = 0;
    let changes = 0;
    for (let age = length - 1; age >= 0; age -= 1) {
      const residual = firsts.at(age) - intercept - slope * seconds.at(age);
      squares += residual * residual;
      if (age < length - 1) {
        levels += before * before;
        products += before * (residual - before);
        changes += (residual - before) ** 2;
      }
      before = residual;
    }
    const pace = levels === 0 ? 0 : products / levels;
    const rest = Math.max(0, changes - pace * products);
    const error = levels === 0 ? 0 : Math.sqrt(rest / (length - 2) / levels);
    const deviation = Math.sqrt(squares / length);
    y[0] = slope;
    y[1] = before;
    y[2] = deviation === 0 ? 0 : before / deviation;
    y[3] = error === 0 ? 0 : pace / error;
  }
}

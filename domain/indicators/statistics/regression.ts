/** Least squares over a window, with time as x: TA-Lib's LINEARREG family, and how well the line fits. */
import type { Calculation } from "../declaration.ts";
import { Line } from "../parts/line.ts";
import { Pair } from "../parts/pair.ts";

interface Fitted {
  readonly title: string;
  readonly of: (line: Line) => number;
}

export const fits: Readonly<Record<string, Fitted>> = {
  linearreg: {
    title: "Linear regression: the line at the newest candle",
    of: (line) => line.intercept + line.slope * (line.length - 1),
  },
  linearreg_slope: { title: "Slope of the linear regression", of: (line) => line.slope },
  linearreg_intercept: {
    title: "Linear regression at the oldest candle of the window",
    of: (line) => line.intercept,
  },
  linearreg_angle: {
    title: "Angle of the linear regression in degrees",
    of: (line) => Math.atan(line.slope) * (180 / Math.PI),
  },
};

export class Fit implements Calculation {
  private readonly line: Line;
  private readonly of: Fitted["of"];

  constructor(length: number, of: Fitted["of"]) {
    this.line = new Line(length);
    this.of = of;
  }

  step(x: Float64Array, y: Float64Array): void {
    y[0] = this.line.push(x[0]!) ? this.of(this.line) : Number.NaN;
  }
}

export class Forecast implements Calculation {
  private readonly line: Line;

  constructor(length: number) {
    this.line = new Line(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const { line } = this;
    y[0] = line.push(x[0]!) ? line.intercept + line.slope * line.length : Number.NaN;
  }
}

/** Share of the variance that the line explains, 0 to 1; 0 where nothing varies. */
export class Explained implements Calculation {
  private readonly pair: Pair;
  private time = 0;

  constructor(length: number) {
    this.pair = new Pair(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const { pair } = this;
    const warm = pair.push(this.time, x[0]!);
    if (x[0]! - x[0]! === 0) this.time += 1;
    const scale = pair.varianceX * pair.varianceY;
    y[0] = !warm ? Number.NaN : scale <= 0 ? 0 : Math.min(1, pair.covariance ** 2 / scale);
  }
}

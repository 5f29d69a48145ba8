/**
 * A line y = intercept + slope * x whose two coefficients walk at random, followed by a Kalman filter (the state-space form of a
 * time-varying regression; Harvey 1989, chapter 3): the covariance of the coefficients grows by drift / (1 - drift) a step, and each
 * pair corrects them by its surprise. The variance of y about the line is an exponential mean of squared surprises.
 */
/** What is taken for the deviation about the line at the beginning, as a part of y. */
const NOISE = 1e-3;

export class KalmanLine {
  intercept = 0;
  slope = 0;
  private readonly warmUp: number;
  private readonly growth: number;
  private readonly weight: number;
  private seen = 0;
  /** Covariance of (intercept, slope). */
  private p00 = 1;
  private p01 = 0;
  private p11 = 1;
  /** Of y about the line. */
  private noise = Number.NaN;

  /** `warmUp`: pairs without an answer; the memory of the noise as well. `drift`: in (0, 1). */
  constructor(warmUp: number, drift: number) {
    this.warmUp = warmUp;
    this.growth = drift / (1 - drift);
    this.weight = 2 / (warmUp + 1);
  }

  /** The surprise of y, in deviations expected; NaN while it warms up. */
  push(y: number, x: number): number {
    this.p00 += this.growth;
    this.p11 += this.growth;
    const surprise = y - this.intercept - this.slope * x;
    const noise = this.seen === 0 ? (NOISE * y) ** 2 : this.noise;
    const a = this.p00 + this.p01 * x;
    const b = this.p01 + this.p11 * x;
    const expected = a + b * x + noise;
    const score = expected > 0 ? surprise / Math.sqrt(expected) : 0;
    if (expected > 0) {
      const [gain0, gain1] = [a / expected, b / expected];
      this.intercept += gain0 * surprise;
      this.slope += gain1 * surprise;
      this.p00 -= gain0 * a;
      this.p01 -= gain0 * b;
      this.p11 -= gain1 * b;
    }
    const rest = y - this.intercept - this.slope * x;
    // The first two pairs only say where the line is.
    this.noise = this.seen < 2 ? noise : noise + this.weight * (rest * surprise - noise);
    if (this.seen < this.warmUp) this.seen += 1;
    return this.seen < this.warmUp ? Number.NaN : score;
  }
}

/**
 * The augmented Dickey-Fuller regression without a constant, for residuals whose mean is 0: change on level before and on
 * `lags` changes before. And the critical values for residuals of a regression of one series on another (Engle and Granger).
 */
export class DickeyFuller {
  /** t statistic of the level; 0 where nothing varies. */
  statistic = 0;
  /** Candles in which half of a deviation is gone: ln(1/2) / ln(1 + pace) of the regression without lags. */
  halfLife = NEVER;
  private readonly lags: number;
  /** Normal equations: regressors' products, then those with the change; and the inverse's first column. */
  private readonly products: Float64Array;
  private readonly sides: Float64Array;
  private readonly row: Float64Array;

  constructor(lags: number) {
    const width = lags + 1;
    this.lags = lags;
    this.products = new Float64Array(width * width);
    this.sides = new Float64Array(2 * width);
    this.row = new Float64Array(width);
  }

  /** Oldest first, at least 2 * `lags` + 4 of them. */
  measure(levels: Float64Array): void {
    this.halfLife = halfLifeOf(levels);
    const { lags, products, sides, row } = this;
    const width = lags + 1;
    products.fill(0);
    sides.fill(0);
    let squares = 0;
    for (let t = lags + 1; t < levels.length; t += 1) {
      const change = levels[t]! - levels[t - 1]!;
      row[0] = levels[t - 1]!;
      for (let k = 1; k < width; k += 1) row[k] = levels[t - k]! - levels[t - k - 1]!;
      for (let i = 0; i < width; i += 1) {
        sides[i]! += row[i]! * change;
        for (let j = 0; j < width; j += 1) products[i * width + j]! += row[i]! * row[j]!;
      }
      squares += change * change;
    }
    this.statistic = this.solve(squares, levels.length - 1 - lags);
  }

  /** Elimination with both right sides at once: the changes, and (1, 0, 0, ...) for the error of the first coefficient. */
  private solve(squares: number, count: number): number {
    const { products, sides, row } = this;
    const width = row.length;
    row.set(sides.subarray(0, width));
    sides[width] = 1;
    for (let k = 0; k < width; k += 1) {
      const pivot = products[k * width + k]!;
      if (!(pivot > 0)) return 0;
      for (let i = k + 1; i < width; i += 1) {
        const factor = products[i * width + k]! / pivot;
        for (let j = k; j < width; j += 1) products[i * width + j]! -= factor * products[k * width + j]!;
        sides[i]! -= factor * sides[k]!;
        sides[width + i]! -= factor * sides[width + k]!;
      }
    }
    let explained = 0;
    for (let k = width - 1; k >= 0; k -= 1) {
      for (let side = 0; side < 2; side += 1) {
        let rest = sides[side * width + k]!;
        for (let j = k + 1; j < width; j += 1) rest -= products[k * width + j]! * sides[side * width + j]!;
        sides[side * width + k] = rest / products[k * width + k]!;
      }
      explained += sides[k]! * row[k]!;
    }
    const variance = Math.max(0, squares - explained) / (count - width);
    const error = Math.sqrt(variance * sides[width]);
    return error > 0 ? sides[0]! / error : 0;
  }
}

/** Half-life of what does not come back. */
const NEVER = 100_000;

const halfLifeOf = (levels: Float64Array): number => {
  let squares = 0;
  let products = 0;
  for (let t = 1; t < levels.length; t += 1) {
    squares += levels[t - 1]! * levels[t - 1]!;
    products += levels[t - 1]! * (levels[t]! - levels[t - 1]!);
  }
  const kept = 1 + (squares === 0 ? 0 : products / squares);
  if (kept >= 1) return NEVER;
  return kept <= 0 ? 0 : Math.min(NEVER, Math.log(0.5) / Math.log(kept));
};

/** MacKinnon, "Critical Values for Cointegration Tests" (2010), table 2: two series, with constant, no trend. */
const surfaces = {
  "1%": [-3.89644, -10.9519, -22.527],
  "5%": [-3.33613, -6.1101, -6.823],
  "10%": [-3.04445, -4.2412, -2.72],
} as const;

/** Below them the statistic of a regression over so many pairs speaks for cointegration, at these chances of error. */
export const criticalValues = (pairs: number): Readonly<Record<keyof typeof surfaces, number>> => {
  const at = ([limit, first, second]: readonly [number, number, number]): number =>
    limit + first / pairs + second / (pairs * pairs);
  return { "1%": at(surfaces["1%"]), "5%": at(surfaces["5%"]), "10%": at(surfaces["10%"]) };
};

/**
 * Correlations of returns, pulled towards none: the sample matrix of few rows is mostly noise. The weight of the pull is Ledoit
 * and Wolf's (2004, "A well-conditioned estimator for large-dimensional covariance matrices"), on returns of mean 0 and
 * variance 1, so that the diagonal stays 1. What does not move correlates with nothing.
 */
export type Matrix = readonly Float64Array[];

export interface Correlations {
  readonly matrix: Matrix;
  /** Weight of the identity, 0 to 1. */
  readonly shrinkage: number;
}

/** One column of returns for each instrument, all of one length of 2 or more. Throws RangeError for others. */
export const sampleCorrelations = (columns: readonly Float64Array[]): Matrix =>
  productsOf(columns.map(standardised));

export const shrunkCorrelations = (columns: readonly Float64Array[]): Correlations => {
  const standard = columns.map(standardised);
  const sample = productsOf(standard);
  const shrinkage = shrinkageOf(standard, sample);
  return {
    shrinkage,
    matrix: sample.map((row, i) => row.map((value, j) => (i === j ? 1 : (1 - shrinkage) * value))),
  };
};

/** Over each window of `length` rows, the newest last; `step` rows apart. */
export const rollingCorrelations = (
  columns: readonly Float64Array[],
  length: number,
  step = 1,
): readonly (Correlations & { readonly end: number })[] => {
  const rows = columns[0]?.length ?? 0;
  if (!(length >= 2 && length <= rows)) throw new RangeError(`a window of 2 to ${rows} rows, not ${length}`);
  const found = [];
  const first = length + ((rows - length) % step);
  for (let end = first; end <= rows; end += step)
    found.push({ end, ...shrunkCorrelations(columns.map((column) => column.subarray(end - length, end))) });
  return found;
};

/** Mean 0, variance 1 (over n); all 0 where nothing deviates. */
const standardised = (column: Float64Array, _: number, all: readonly Float64Array[]): Float64Array => {
  const count = column.length;
  if (count < 2 || count !== all[0]!.length) throw new RangeError("columns of one length, 2 or more");
  let mean = 0;
  for (const value of column) mean += value / count;
  let variance = 0;
  for (const value of column) variance += (value - mean) ** 2 / count;
  const deviation = Math.sqrt(variance);
  // Rounding of equal numbers is no deviation.
  const flat = !(deviation > 1e-12 * Math.abs(mean)) || deviation === 0;
  return column.map((value) => (flat ? 0 : (value - mean) / deviation));
};

/** Means of the products of each two columns. */
const productsOf = (columns: readonly Float64Array[]): Float64Array[] => {
  const matrix = columns.map(() => new Float64Array(columns.length));
  for (const [i, a] of columns.entries())
    for (let j = 0; j <= i; j += 1) {
      const b = columns[j]!;
      let sum = 0;
      for (let row = 0; row < a.length; row += 1) sum += a[row]! * b[row]!;
      const value = i === j ? 1 : Math.max(-1, Math.min(1, sum / a.length));
      matrix[i]![j] = value;
      matrix[j]![i] = value;
    }
  return matrix;
};

/**
 * min(1, b / d): d is the squared distance of the sample matrix from the identity, b the mean squared distance of one row's
 * products from the sample matrix, over n.
 */
const shrinkageOf = (columns: readonly Float64Array[], sample: Matrix): number => {
  const count = columns[0]?.length ?? 0;
  if (columns.length < 2) return 0;
  let distance = 0;
  let noise = 0;
  for (const [i, a] of columns.entries())
    for (const [j, b] of columns.entries()) {
      const value = sample[i]![j]!;
      if (i !== j) distance += value * value;
      let squares = 0;
      for (let row = 0; row < count; row += 1) squares += (a[row]! * b[row]!) ** 2;
      noise += squares / count - value * value;
    }
  noise /= count;
  return distance === 0 ? 1 : Math.max(0, Math.min(1, noise / distance));
};

/**
 * Mean, deviation and shape of a list of numbers. The deviation divides by n - 1 (ddof 1); skew and kurtosis are
 * moment ratios over n, the kurtosis is raw (3 for a normal distribution), as the Sharpe tests of Bailey and
 * López de Prado want them. What is undefined is NaN; numbers that are all equal have deviation exactly 0.
 */
export type Numbers = ArrayLike<number>;

export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Divided by n - 1; NaN below two numbers. */
  readonly deviation: number;
  /** m3 / m2^1.5; NaN where nothing deviates. */
  readonly skew: number;
  /** m4 / m2^2, raw; NaN where nothing deviates. */
  readonly kurtosis: number;
}

export const sumOf = (values: Numbers): number => {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i += 1) {
    // Neumaier's compensated sum: what each addition rounds off is kept.
    const x = values[i]!;
    const total = sum + x;
    lost += Math.abs(sum) >= Math.abs(x) ? sum - total + x : x - total + sum;
    sum = total;
  }
  return sum + lost;
};

/** NaN for none. */
export const meanOf = (values: Numbers): number => sumOf(values) / values.length;

export const momentsOf = (values: Numbers): Moments => {
  const count = values.length;
  const mean = allEqual(values) ? values[0]! : meanOf(values);
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let i = 0; i < count; i += 1) {
    const d = values[i]! - mean;
    const square = d * d;
    second += square;
    third += square * d;
    fourth += square * square;
  }
  const variance = second / count;
  return {
    count,
    mean,
    deviation: count < 2 ? NaN : Math.sqrt(second / (count - 1)),
    skew: variance > 0 ? third / count / variance ** 1.5 : NaN,
    kurtosis: variance > 0 ? fourth / count / variance ** 2 : NaN,
  };
};

/** Covariance over n - 1 of two lists of one length; NaN below two pairs. */
export const covarianceOf = (a: Numbers, b: Numbers): number => {
  const meanA = meanOf(a);
  const meanB = meanOf(b);
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i]! - meanA) * (b[i]! - meanB);
  return a.length < 2 ? NaN : sum / (a.length - 1);
};

const allEqual = (values: Numbers): boolean => {
  for (let i = 1; i < values.length; i += 1) if (values[i] !== values[0]) return false;
  return values.length > 0;
};

/**
 * The standard normal distribution to about 15 digits. Probability: Marsaglia's series (2004, "Evaluating the
 * normal distribution") in the middle, Laplace's continued fraction of the Mills ratio in the tails. Quantile: the
 * rational start of Abramowitz and Stegun 26.2.23, sharpened by Halley steps on that probability.
 */
const density = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

/** P(X <= x). */
export const normalProbability = (x: number): number => {
  if (Number.isNaN(x)) return NaN;
  if (x > 3) return 1 - tail(x);
  if (x < -3) return tail(-x);
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > 1e-18; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + density(x) * sum;
};

/** P(X > x) for x > 3: phi(x) / (x + 1 / (x + 2 / (x + ...))), from the inside out. */
const tail = (x: number): number => {
  let below = x;
  for (let n = 150; n >= 1; n -= 1) below = x + n / below;
  return density(x) / below;
};

/** The x with P(X <= x) = p; -Infinity at 0, Infinity at 1, NaN outside of them. */
export const normalQuantile = (p: number): number => {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let x =
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 3; step += 1) {
    const miss = (normalProbability(x) - p) / density(x);
    x -= miss / (1 + (x * miss) / 2);
  }
  return x;
};

/** Plain arithmetic over whole arrays, for definitions written out without any running state. NaN where there is no value. */

export type Row = readonly number[];

/** `f` of each full window of `length` numbers, oldest first; NaN where one of them is missing. */
export const windows = (xs: Row, length: number, f: (window: Row) => number): Row =>
  xs.map((_, t) => {
    const window = xs.slice(Math.max(0, t + 1 - length), t + 1);
    return window.length < length || window.some(Number.isNaN) ? NaN : f(window);
  });

export const total = (xs: Row): number => xs.reduce((sum, x) => sum + x, 0);
export const mean = (xs: Row): number => total(xs) / xs.length;
export const variance = (xs: Row): number => {
  const centre = mean(xs);
  return mean(xs.map((x) => (x - centre) ** 2));
};
export const deviation = (xs: Row): number => Math.sqrt(variance(xs));

export const sma = (xs: Row, length: number): Row => windows(xs, length, mean);
export const sums = (xs: Row, length: number): Row => windows(xs, length, total);
export const highest = (xs: Row, length: number): Row => windows(xs, length, (w) => Math.max(...w));
export const lowest = (xs: Row, length: number): Row => windows(xs, length, (w) => Math.min(...w));
export const wma = (xs: Row, length: number): Row =>
  windows(xs, length, (w) => total(w.map((x, i) => x * (i + 1))) / total(w.map((_, i) => i + 1)));

/** Starts with the mean of the first `length` numbers that there are, then value = value * (1 - weight) + x * weight. */
const smoothed = (xs: Row, length: number, weight: number): Row => {
  const first = xs.findIndex((x) => !Number.isNaN(x));
  const told: number[] = [];
  for (const [t, x] of xs.entries())
    if (first < 0 || t < first + length - 1) told.push(NaN);
    else if (t === first + length - 1) told.push(mean(xs.slice(first, t + 1)));
    else told.push(told[t - 1]! * (1 - weight) + x * weight);
  return told;
};
export const ema = (xs: Row, length: number): Row =>
  length === 1 ? xs : smoothed(xs, length, 2 / (length + 1));
export const wilder = (xs: Row, length: number): Row => smoothed(xs, length, 1 / length);

/** Those of some candles ago. */
export const ago = (xs: Row, count: number): Row => xs.map((_, t) => (t < count ? NaN : xs[t - count]!));
export const zip = (f: (...at: number[]) => number, ...columns: readonly Row[]): Row =>
  columns[0]!.map((_, t) => f(...columns.map((column) => column[t]!)));
export const minus = (a: Row, b: Row): Row => zip((x, y) => x - y, a, b);
/** Nothing before the last of the columns begins. */
export const together = (...columns: readonly Row[]): readonly Row[] =>
  columns.map((column) => column.map((x, t) => (columns.some((one) => Number.isNaN(one[t]!)) ? NaN : x)));

export const trueRange = (high: Row, low: Row, close: Row): Row =>
  zip(
    (h, l, before) => Math.max(h - l, Math.abs(h - before), Math.abs(l - before)),
    high,
    low,
    ago(close, 1),
  );

/** Simple linear regression of ys on xs. */
export const line = (xs: Row, ys: Row): { slope: number; intercept: number } => {
  const [mx, my] = [mean(xs), mean(ys)];
  const slope = total(xs.map((x, i) => (x - mx) * (ys[i]! - my))) / total(xs.map((x) => (x - mx) ** 2));
  return { slope, intercept: my - slope * mx };
};

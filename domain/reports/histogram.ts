/**
 * How values are spread. Bins have a round width and an edge at 0, so none holds both gains and losses; the width is the next round one above
 * that of Freedman and Diaconis 1981 (2 IQR / n^(1/3)), or as much wider as `binsMax` asks. Values beyond the outermost percent are counted in
 * the outermost bins, so that one freak does not flatten the rest.
 */
import { quantileOf, sortedOf } from "../performance/quantile.ts";

export interface Histogram {
  readonly width: number;
  /** Lower edge of the first bin: a multiple of the width. */
  readonly from: number;
  readonly counts: readonly number[];
  /** Whether the outermost bins hold values beyond their edges too. */
  readonly below: boolean;
  readonly above: boolean;
}

/** Of a hundred values and more; of fewer none is out of reach. */
const OUTERMOST = 0.01;
const EMPTY: Histogram = { width: 1, from: 0, counts: [], below: false, above: false };

/** `widths` rising; the last is taken where none is wide enough. Values that are not finite are left out. */
export const histogramOf = (all: readonly number[], widths: readonly number[], binsMax = 50): Histogram => {
  const sorted = sortedOf(all.filter((value) => Number.isFinite(value)));
  if (sorted.length === 0) return EMPTY;
  const top = sorted.length - 1;
  const [low, high] = [sorted[Math.floor(top * OUTERMOST)]!, sorted[Math.ceil(top * (1 - OUTERMOST))]!];
  const spread = quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25);
  const least = Math.max((2 * spread) / Math.cbrt(sorted.length), (high - low) / binsMax);
  const width = widths.find((each) => each >= least) ?? widths.at(-1)!;
  // 0.3 / 0.1 is below 3: a value on an edge belongs to the bin above it.
  const bin = (value: number): number => Math.floor(value / width + 1e-9);
  const [first, last] = [bin(low), bin(high)];
  const counts = new Array<number>(last - first + 1).fill(0);
  for (const value of sorted) {
    const at = Math.min(last, Math.max(first, bin(value))) - first;
    counts[at] = counts[at]! + 1;
  }
  return {
    width,
    from: first * width,
    counts,
    below: bin(sorted[0]!) < first,
    above: bin(sorted[sorted.length - 1]!) > last,
  };
};

/** 1, 2 and 5 times the powers of ten: for ratios. */
export const roundWidths: readonly number[] = Array.from({ length: 30 }, (_, i) =>
  Number(`${[1, 2, 5][i % 3]!}e${Math.floor(i / 3) - 6}`),
);

const MINUTE = 60_000;
/** Minutes, hours and days as people count them, in ms. */
export const timeWidths: readonly number[] = [
  1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1_440, 2_880, 7_200, 10_080, 20_160, 43_200, 86_400,
  172_800, 525_600,
].map((minutes) => minutes * MINUTE);

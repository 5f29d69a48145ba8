/** Market tools over candles of any origin, recorded or live: movers and breadth, correlations and clusters; and what a book costs to trade on. */
import { clustersOf } from "../domain/market/correlation/clusters.ts";
import { rollingCorrelations, shrunkCorrelations } from "../domain/market/correlation/shrinkage.ts";
import {
  depthCurve,
  imbalanceOf,
  impactOf,
  microprice,
  middleOf,
  spreadBps,
  type Sides,
} from "../domain/market/depth.ts";
import { figuresOf, moversOf, type CandleColumns } from "../domain/market/liquidity.ts";
import { Invalid } from "../domain/values/invalid.ts";

/** Columns of one length, oldest first; `at`: open times, ms. */
export interface MarketColumns extends CandleColumns {
  readonly at: Float64Array;
}

/** A market that the answer is not about, and which candles it has: opens, ms; null where it has none. */
export interface LeftOut {
  readonly name: string;
  readonly from: number | null;
  readonly to: number | null;
}

const leftOut = ({ name, at }: MarketColumns): LeftOut => ({
  name,
  from: at[0] ?? null,
  to: at.at(-1) ?? null,
});

/** The newest candle, or the one before where more markets have that: live, one may not have closed everywhere yet. */
const endOf = (markets: readonly MarketColumns[]): number => {
  const newest = Math.max(...markets.map(({ at }) => at.at(-1) ?? -Infinity));
  const before = Math.max(
    ...markets.flatMap(({ at }) => [...at.subarray(-2)].filter((open) => open < newest)),
    -Infinity,
  );
  const having = (open: number): number =>
    markets.filter(({ at }) => at.at(-1) === open || at.at(-2) === open).length;
  return having(before) > having(newest) ? before : newest;
};

const reaching = (markets: readonly MarketColumns[], end: number): readonly MarketColumns[] =>
  markets.filter(({ at }) => (at.at(-1) ?? -Infinity) >= end);

/** How many candles opened at `time` or before. */
const upTo = (at: Float64Array, time: number): number => {
  let count = at.length;
  while (count > 0 && at[count - 1]! > time) count -= 1;
  return count;
};

/**
 * Over the same `last` candles of all markets, from the close of the one before them: `from` and `to` are the opens of that and of the last.
 * A market whose candles end earlier or begin later is left out. Where one lacks the very candle before (nobody traded), the last one
 * before that counts. Breadth counts markets that rose, fell and stayed; `most` of each way are told.
 */
export const moversAmong = (markets: readonly MarketColumns[], last: number, most: number) => {
  const end = endOf(markets);
  const alive = reaching(markets, end);
  const grid = [
    ...new Set(alive.flatMap(({ at }) => [...at.subarray(0, upTo(at, end)).subarray(-last - 1)])),
  ];
  grid.sort((a, b) => a - b);
  const start = grid.at(-last - 1) ?? grid[0];
  const whole = alive.filter(({ at }) => start !== undefined && at[0]! <= start);
  const figures = whole.map(({ name, at, high, low, close, volume }) => {
    const [first, beyond] = [upTo(at, start!) - 1, upTo(at, end)];
    const of = (column: Float64Array): Float64Array => column.subarray(first, beyond);
    return figuresOf({ name, high: of(high), low: of(low), close: of(close), volume: of(volume) });
  });
  const count = (sign: number): number => figures.filter(({ change }) => Math.sign(change) === sign).length;
  return {
    ...{ from: start ?? null, to: start === undefined ? null : end },
    breadth: { rising: count(1), falling: count(-1), unchanged: count(0) },
    ...moversOf(figures, most),
    markets: figures,
    leftOut: markets.filter((one) => !whole.includes(one)).map(leftOut),
  };
};

export interface CorrelationWish {
  /** How many of the last returns count. */
  readonly last: number;
  /** From where on markets belong to one cluster. */
  readonly correlation: number;
  /** Besides, windows of so many candles each, the newest last; 0 for none. */
  readonly window: number;
}

/** Over the candles that all markets have; one whose candles end earlier than the others' is left out. Throws `Invalid` naming `field.candles` or `field.window`. */
export const correlationsAmong = (
  all: readonly MarketColumns[],
  { last, correlation, window }: CorrelationWish,
  field: { readonly candles: string; readonly window: string },
) => {
  const markets = reaching(all, endOf(all));
  const names = markets.map(({ name }) => name);
  const times = commonTimes(markets.map(({ at }) => at)).slice(-last - 1);
  if (times.length < 3)
    throw new Invalid(field.candles, "at least three candles that all markets have", times.length);
  const columns = markets.map(({ at, close }) => {
    const closes = new Map<number, number>();
    for (let row = 0; row < at.length; row += 1) closes.set(at[row]!, close[row]!);
    return Float64Array.from(times.slice(1), (time, k) =>
      Math.log(closes.get(time)! / closes.get(times[k]!)!),
    );
  });
  if (window > columns[0]!.length)
    throw new Invalid(field.window, `at most ${columns[0]!.length} candles`, window);
  const { matrix, shrinkage } = shrunkCorrelations(columns);
  const clusters = clustersOf(matrix, correlation);
  return {
    names,
    returns: columns[0]!.length,
    from: times[0]!,
    to: times.at(-1)!,
    shrinkage,
    matrix: matrix.map((row) => [...row]),
    clusters: [...new Set(clusters)].map((number) => names.filter((_, i) => clusters[i] === number)),
    rolling:
      window === 0
        ? []
        : rollingCorrelations(columns, window, window).map(({ end, matrix: of, shrinkage: pull }) => ({
            to: times[end]!,
            shrinkage: pull,
            mean: meanOf(of),
            clusters: new Set(clustersOf(of, correlation)).size,
          })),
    leftOut: all.filter((one) => !markets.includes(one)).map(leftOut),
  };
};

/** Of all pairs; NaN for a single market. */
const meanOf = (matrix: readonly Float64Array[]): number => {
  let sum = 0;
  for (const [i, row] of matrix.entries()) for (let j = 0; j < i; j += 1) sum += row[j]!;
  return sum / ((matrix.length * (matrix.length - 1)) / 2);
};

const commonTimes = (all: readonly Float64Array[]): readonly number[] => {
  const counts = new Map<number, number>();
  for (const times of all) for (const at of times) counts.set(at, (counts.get(at) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count === all.length)
    .map(([at]) => at)
    .sort((a, b) => a - b);
};

/** Basis points from the middle at which depth is told. */
const STEPS = [5, 10, 25, 50, 100, 200];
const LEVELS = 10;

export type DepthAnswer = ReturnType<typeof depthOf>;

/** A book with both sides, and what `quantity` base would cost on it. */
export const depthOf = (book: Sides, quantity: number) => ({
  middle: middleOf(book),
  microprice: microprice(book),
  spreadBps: spreadBps(book),
  imbalance: imbalanceOf(book, LEVELS),
  depth: depthCurve(book, STEPS),
  quantity,
  buy: impactOf(book, "buy", quantity),
  sell: impactOf(book, "sell", quantity),
});

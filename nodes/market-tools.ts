/** Looks at recorded candles of many markets at once: movers and liquidity, and which of them move together. */
import { clustersOf } from "../domain/market/correlation/clusters.ts";
import { rollingCorrelations, shrunkCorrelations } from "../domain/market/correlation/shrinkage.ts";
import { figuresOf, moversOf } from "../domain/market/liquidity.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { recordedMarkets, type MarketChoice } from "./backtest-markets.ts";

export interface MarketQuestion extends MarketChoice {
  /** How many of the last candles count. */
  readonly last: number;
}

export type MoversAnswer = Awaited<ReturnType<typeof marketMovers>>;

/** Breadth counts markets that rose, fell and stayed. */
export const marketMovers = async (question: MarketQuestion, most: number) => {
  const { markets, timeframe, notes } = await recordedMarkets(question);
  const figures = markets.map(({ instrument, candles }) => {
    const from = Math.max(0, candles.length - question.last);
    const of = (column: Float64Array): Float64Array => column.subarray(from, candles.length);
    const { high, low, close, volume } = candles;
    return figuresOf({
      name: instrument.symbol,
      high: of(high),
      low: of(low),
      close: of(close),
      volume: of(volume),
    });
  });
  const count = (sign: number): number => figures.filter(({ change }) => Math.sign(change) === sign).length;
  return {
    timeframe,
    notes,
    breadth: { rising: count(1), falling: count(-1), unchanged: count(0) },
    ...moversOf(figures, most),
    markets: figures,
  };
};

export type CorrelationsAnswer = Awaited<ReturnType<typeof marketCorrelations>>;

/** `correlation`: from where on markets belong to one cluster. `windows`: so many candles each, the newest last; 0 for one over all. */
export const marketCorrelations = async (question: MarketQuestion, correlation: number, window: number) => {
  const { markets, timeframe, notes } = await recordedMarkets(question);
  const names = markets.map(({ instrument }) => instrument.symbol);
  const common = commonTimes(markets.map(({ candles }) => candles.at.subarray(0, candles.length)));
  const times = common.slice(-question.last - 1);
  if (times.length < 3)
    throw new Invalid("--candles", "at least three candles that all markets have", times.length);
  const columns = markets.map(({ candles }) => {
    const closes = new Map<number, number>();
    for (let row = 0; row < candles.length; row += 1) closes.set(candles.at[row]!, candles.close[row]!);
    return Float64Array.from(times.slice(1), (at, k) => Math.log(closes.get(at)! / closes.get(times[k]!)!));
  });
  if (window > columns[0]!.length)
    throw new Invalid("--window", `at most ${columns[0]!.length} candles`, window);
  const { matrix, shrinkage } = shrunkCorrelations(columns);
  const clusters = clustersOf(matrix, correlation);
  return {
    timeframe,
    notes,
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

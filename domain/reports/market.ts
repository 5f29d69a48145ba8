/** The market that a backtest traded in, as its report shows it: its change, what holding it would have made, and candles for a chart. */
import type { CandleTable } from "../history/candle-table.ts";
import { resample } from "../history/resample.ts";
import { type Timeframe, timeframes } from "../market/candle.ts";
import type { Numbers } from "../performance/moments.ts";
import type { ReportedMarket } from "./reported.ts";

export interface MarketCandles {
  readonly pair: string;
  readonly timeframe: Timeframe;
  /** Ascending. */
  readonly candles: CandleTable;
}

/** First to last close of the candles that open in [from, to). */
export const reportedMarket = (
  { pair, candles }: MarketCandles,
  from: number,
  to: number,
): ReportedMarket => {
  const tested = candles.within(from, to);
  if (tested.length === 0) return { pair, change: null };
  return { pair, change: tested.close[tested.length - 1]! / tested.close[0]! - 1 };
};

/**
 * What the starting balance would be worth at the times `at`, had it bought equal parts of all markets at their first close since `from`
 * and held them, without fees. A market that has not begun counts as money.
 */
export const holdEquity = (
  markets: readonly MarketCandles[],
  at: Numbers,
  startingBalance: number,
  from: number,
): Float64Array => {
  const value = new Float64Array(at.length);
  for (const { candles, timeframe } of markets) {
    const span = timeframes[timeframe];
    const first = candles.indexOf(from);
    let row = first - 1;
    for (let i = 0; i < at.length; i += 1) {
      while (row + 1 < candles.length && candles.at[row + 1]! + span <= at[i]!) row += 1;
      const growth = row < first ? 1 : candles.close[row]! / candles.close[first]!;
      value[i] = value[i]! + (growth * startingBalance) / markets.length;
    }
  }
  return value;
};

/** The same candles, or so much coarser ones that there are at most `most`; fewer whole ones than two stay as they are. */
export const chartCandles = ({ timeframe, candles, pair }: MarketCandles, most: number): MarketCandles => {
  const wanted = candles.length === 0 ? 0 : (candles.at[candles.length - 1]! - candles.at[0]!) / most;
  if (candles.length <= most) return { pair, timeframe, candles };
  const step = timeframes[timeframe];
  const coarser = Object.entries(timeframes).find(
    ([, span]) => span >= wanted && span > step && span % step === 0,
  )?.[0] as Timeframe | undefined;
  if (coarser === undefined) return { pair, timeframe, candles };
  return { pair, timeframe: coarser, candles: resample(candles, timeframe, coarser).candles };
};

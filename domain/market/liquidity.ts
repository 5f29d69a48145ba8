/** What candles tell of markets side by side: movers, liquidity, volatility, an estimate of the spread. */

/** Columns of one market, of one length, oldest first; the first candle is what the others are measured from. Volume in base. */
export interface CandleColumns {
  readonly name: string;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export interface MarketFigures {
  readonly name: string;
  readonly close: number;
  /** Last close over the first one, less 1. */
  readonly change: number;
  /** Deviation (over n - 1) of the log returns, of one candle. */
  readonly volatility: number;
  /** Mean of close * volume of a candle, in quote. */
  readonly turnover: number;
  /** Amihud (2002): mean of |return| over turnover, times a million: what a million in quote moves the price. */
  readonly illiquidity: number;
  /** Corwin and Schultz (2012), from highs and lows of two candles each; basis points, never below 0. */
  readonly spreadBps: number;
}

/** NaN where the candles are too few. */
export const figuresOf = ({ name, high, low, close, volume }: CandleColumns): MarketFigures => {
  const count = close.length;
  let [sum, squares, turnover, ratios, traded, spreads] = [0, 0, 0, 0, 0, 0];
  for (let t = 1; t < count; t += 1) {
    turnover += close[t]! * volume[t]!;
    const value = Math.log(close[t]! / close[t - 1]!);
    sum += value;
    squares += value * value;
    if (volume[t]! > 0) {
      ratios += Math.abs(value) / (close[t]! * volume[t]!);
      traded += 1;
    }
    spreads += spreadOfTwo(high, low, t);
  }
  const returns = count - 1;
  return {
    name,
    close: close[count - 1] ?? NaN,
    change: count === 0 ? NaN : close[count - 1]! / close[0]! - 1,
    volatility: returns < 2 ? NaN : Math.sqrt(Math.max(0, squares - (sum * sum) / returns) / (returns - 1)),
    turnover: turnover / returns,
    illiquidity: (ratios / traded) * 1e6,
    spreadBps: (spreads / returns) * 10_000,
  };
};

const ROOT = 3 - 2 * Math.SQRT2;

/** 2 (e^a - 1) / (1 + e^a), a = (sqrt(2 b) - sqrt(b)) / (3 - 2 sqrt 2) - sqrt(g / (3 - 2 sqrt 2)); below 0 counts as 0. */
const spreadOfTwo = (high: Float64Array, low: Float64Array, t: number): number => {
  const square = (x: number): number => x * x;
  const beta = square(Math.log(high[t]! / low[t]!)) + square(Math.log(high[t - 1]! / low[t - 1]!));
  const gamma = square(Math.log(Math.max(high[t]!, high[t - 1]!) / Math.min(low[t]!, low[t - 1]!)));
  const alpha = (Math.sqrt(2 * beta) - Math.sqrt(beta)) / ROOT - Math.sqrt(gamma / ROOT);
  return Math.max(0, (2 * Math.expm1(alpha)) / (2 + Math.expm1(alpha)));
};

export interface Movers {
  readonly rising: readonly MarketFigures[];
  readonly falling: readonly MarketFigures[];
}

/** The `most` that rose and fell furthest, furthest first; of equal ones in the order of their names. */
export const moversOf = (figures: readonly MarketFigures[], most: number): Movers => {
  const sorted = figures
    .filter(({ change }) => !Number.isNaN(change))
    .sort((a, b) => b.change - a.change || (a.name < b.name ? -1 : 1));
  return {
    rising: sorted.filter(({ change }) => change > 0).slice(0, most),
    falling: sorted
      .filter(({ change }) => change < 0)
      .reverse()
      .slice(0, most),
  };
};

/** Looks at recorded candles of many markets at once: movers and liquidity, and which of them move together. */
import { recordedMarkets, type MarketChoice } from "./backtest-markets.ts";
import { correlationsAmong, moversAmong, type MarketColumns } from "./market-figures.ts";

export interface MarketQuestion extends MarketChoice {
  /** How many of the last candles count. */
  readonly last: number;
}

const columnsOf = ({
  instrument,
  candles,
}: Awaited<ReturnType<typeof recordedMarkets>>["markets"][number]): MarketColumns => {
  const of = (column: Float64Array): Float64Array => column.subarray(0, candles.length);
  const { at, high, low, close, volume } = candles;
  return {
    name: instrument.symbol,
    at: of(at),
    high: of(high),
    low: of(low),
    close: of(close),
    volume: of(volume),
  };
};

export type MoversAnswer = Awaited<ReturnType<typeof marketMovers>>;

export const marketMovers = async (question: MarketQuestion, most: number) => {
  const { markets, timeframe, notes } = await recordedMarkets(question);
  return { timeframe, notes, ...moversAmong(markets.map(columnsOf), question.last, most) };
};

export type CorrelationsAnswer = Awaited<ReturnType<typeof marketCorrelations>>;

/** `correlation`, `window`: see `correlationsAmong`. */
export const marketCorrelations = async (question: MarketQuestion, correlation: number, window: number) => {
  const { markets, timeframe, notes } = await recordedMarkets(question);
  const wish = { last: question.last, correlation, window };
  const found = correlationsAmong(markets.map(columnsOf), wish, { candles: "--candles", window: "--window" });
  return { timeframe, notes, ...found };
};

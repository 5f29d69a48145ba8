/**
 * What the charts of the page are drawn from, small enough for a page: times are seconds, long curves keep the points that show (M4), and
 * candles are as coarse as a chart needs.
 */
import { timeframes } from "../../domain/market/candle.ts";
import { m4 } from "../../domain/reports/downsample.ts";
import { underwaterOf } from "../../domain/reports/equity-path.ts";
import { type Histogram, histogramOf, roundWidths, timeWidths } from "../../domain/reports/histogram.ts";
import { chartCandles, holdEquity, type MarketCandles } from "../../domain/reports/market.ts";
import type { ReportedBacktest, ReportedTrade } from "../../domain/reports/reported.ts";
import { placesOf } from "../../domain/reports/text.ts";

/** Stretches that a curve is thinned to, wider than any screen; each keeps up to four points. */
const STRETCHES = 1_500;
const CANDLES_MAX = 2_500;
/** Of all charts together: with many pairs each gets fewer candles. */
const CANDLES_ALL = 40_000;
const CANDLES_MIN = 300;

export interface ChartData {
  readonly quote: string;
  readonly places: number;
  readonly equity: {
    /** Seconds. */
    readonly at: readonly number[];
    readonly value: readonly number[];
    /** Buy and hold of equal parts; null without candles. */
    readonly hold: readonly number[] | null;
  };
  readonly underwater: { readonly at: readonly number[]; readonly value: readonly number[] };
  readonly prices: readonly PriceData[];
  readonly trades: TradeColumns;
  /** Ratios. */
  readonly profits: Histogram;
  /** Ms. */
  readonly durations: Histogram;
}

export interface PriceData {
  readonly pair: string;
  readonly timeframe: string;
  /** Seconds: length of a candle, and open time of the first. */
  readonly step: number;
  readonly from: number;
  /** From each candle's open to the next one's, in steps: 1 where none is missing. */
  readonly steps: readonly number[];
  readonly open: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
}

/** Trades as columns; `pair`, `tag` and `exitReason` are places in their lists of names. */
export interface TradeColumns {
  readonly pairs: readonly string[];
  readonly tags: readonly string[];
  readonly exitReasons: readonly string[];
  readonly pair: readonly number[];
  readonly tag: readonly number[];
  readonly exitReason: readonly number[];
  /** 1 for short. */
  readonly short: readonly number[];
  /** Seconds. */
  readonly openAt: readonly number[];
  readonly closeAt: readonly number[];
  readonly openPrice: readonly number[];
  readonly closePrice: readonly number[];
  readonly quantity: readonly number[];
  readonly profit: readonly number[];
  readonly profitRatio: readonly number[];
  readonly fees: readonly number[];
}

export const chartData = (report: ReportedBacktest, markets: readonly MarketCandles[]): ChartData => {
  const { trades, startingBalance, quote } = report;
  const places = placesOf(startingBalance);
  const most = Math.max(CANDLES_MIN, Math.min(CANDLES_MAX, Math.floor(CANDLES_ALL / markets.length)));
  return {
    quote,
    places,
    equity: equityData(report, markets, places),
    underwater: underwaterData(report),
    prices: markets.map((market) => priceData(chartCandles(market, most))),
    trades: tradeColumns(trades),
    profits: histogramOf(
      trades.map(({ profitRatio }) => profitRatio),
      roundWidths,
    ),
    durations: histogramOf(
      trades.map(({ openAt, closeAt }) => closeAt - openAt),
      timeWidths,
    ),
  };
};

const equityData = (
  { equity, startingBalance, from }: ReportedBacktest,
  markets: readonly MarketCandles[],
  places: number,
): ChartData["equity"] => {
  const { at, value } = equity;
  const hold = markets.length === 0 ? null : holdEquity(markets, at, startingBalance, from);
  const kept = new Set(m4(at, value, STRETCHES));
  for (const i of hold === null ? [] : m4(at, hold, STRETCHES)) kept.add(i);
  const shown = [...kept].sort((a, b) => a - b);
  return {
    at: [from / 1_000, ...shown.map((i) => at[i]! / 1_000)],
    value: [startingBalance, ...shown.map((i) => rounded(value[i]!, places))],
    hold: hold === null ? null : [startingBalance, ...shown.map((i) => rounded(hold[i]!, places))],
  };
};

const underwaterData = ({ equity, startingBalance, from }: ReportedBacktest): ChartData["underwater"] => {
  const under = underwaterOf(equity, startingBalance);
  const shown = m4(equity.at, under, STRETCHES);
  return {
    at: [from / 1_000, ...shown.map((i) => equity.at[i]! / 1_000)],
    value: [0, ...shown.map((i) => rounded(under[i]!, 6))],
  };
};

const rounded = (value: number, places: number): number => Number(value.toFixed(places));
const significant = (value: number): number => Number(value.toPrecision(8));

const priceData = ({ pair, timeframe, candles }: MarketCandles): PriceData => {
  const column = (of: Float64Array): readonly number[] =>
    Array.from(of.subarray(0, candles.length), significant);
  const step = timeframes[timeframe];
  const at = candles.at.subarray(0, candles.length);
  return {
    pair,
    timeframe,
    step: step / 1_000,
    from: (at[0] ?? 0) / 1_000,
    steps: Array.from(at.subarray(1), (open, i) => (open - at[i]!) / step),
    open: column(candles.open),
    high: column(candles.high),
    low: column(candles.low),
    close: column(candles.close),
  };
};

const tradeColumns = (trades: readonly ReportedTrade[]): TradeColumns => {
  const names = (of: (trade: ReportedTrade) => string): readonly [readonly string[], readonly number[]] => {
    const list = [...new Set(trades.map(of))].sort();
    const places = new Map(list.map((name, i) => [name, i]));
    return [list, trades.map((trade) => places.get(of(trade))!)];
  };
  const [pairs, pair] = names((trade) => trade.pair);
  const [tags, tag] = names((trade) => trade.tag);
  const [exitReasons, exitReason] = names((trade) => trade.exitReason);
  const column = (of: (trade: ReportedTrade) => number): readonly number[] =>
    trades.map((trade) => significant(of(trade)));
  return {
    pairs,
    tags,
    exitReasons,
    pair,
    tag,
    exitReason,
    short: trades.map(({ side }) => (side === "short" ? 1 : 0)),
    openAt: trades.map(({ openAt }) => openAt / 1_000),
    closeAt: trades.map(({ closeAt }) => closeAt / 1_000),
    openPrice: column(({ openPrice }) => openPrice),
    closePrice: column(({ closePrice }) => closePrice),
    quantity: column(({ quantity }) => quantity),
    profit: column(({ profit }) => profit),
    profitRatio: column(({ profitRatio }) => profitRatio),
    fees: column(({ fees }) => fees),
  };
};

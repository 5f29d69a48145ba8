/**
 * All figures of one series of returns under one convention: what `shoal metrics` prints and a backtest reports.
 * What is not defined (too few returns, nothing deviates, no loss) is null, never NaN or Infinity, so it is JSON.
 */
import { againstBenchmark, treynorOf } from "./benchmark.ts";
import { type Convention, usualPeriods } from "./conventions.ts";
import { drawdownOf, wealthOf } from "./drawdown.ts";
import { momentsOf, type Numbers } from "./moments.ts";
import { backtestingPyRatios, empyricalRatios, freqtradeRatios, jesseRatios } from "./peer-ratios.ts";
import { quantileOf, sortedOf } from "./quantile.ts";
import { type Ratios, returnRatios, tailRatioOf } from "./return-ratios.ts";
import { deflatedSharpe, minimumTrackRecord, probabilisticSharpe, sharpeSample } from "./sharpe-tests.ts";
import { smartRatios } from "./smart-ratios.ts";

export interface ReturnSeries {
  /** Simple returns, one a period. */
  readonly returns: Numbers;
  /** The day or moment that each return belongs to, ms and rising; one a return. */
  readonly at?: Numbers;
}

export interface MetricChoice {
  readonly convention?: Convention;
  /** Returns in a year; 365, for empyrical 252. */
  readonly periods?: number;
  /** Returns of the benchmark over the same periods. */
  readonly benchmark?: Numbers;
  /** Days that the series spans, for freqtrade's ratios; unless given, from its first time to its last. */
  readonly days?: number;
  /** How many were tried until this one was found, for the deflated Sharpe ratio; 1 makes it the probabilistic one. */
  readonly trials?: number;
  /** Deviation of the trials' Sharpe ratios per period; unless given, that of trials without skill. */
  readonly trialsDeviation?: number;
}

type Figure = number | null;
type Figures<Names extends string> = Readonly<Record<Names, Figure>>;

export interface DrawdownDates {
  /** Number of returns before the point; 0 is the start. */
  readonly peak: number;
  readonly trough: number;
  readonly recovery: number | null;
  /** Ms, where the series has times; null before its first one. */
  readonly peakAt: Figure;
  readonly troughAt: Figure;
  readonly recoveryAt: Figure;
}

type BenchmarkFigure =
  | "alpha"
  | "beta"
  | "correlation"
  | "trackingError"
  | "informationRatio"
  | "treynor"
  | "upCapture"
  | "downCapture";

export type ReturnFigure =
  | keyof Ratios
  | keyof ReturnType<typeof smartRatios>
  | "longestUnderwater"
  | "tailRatio"
  | "skew"
  | "kurtosis"
  | "bestReturn"
  | "worstReturn"
  | "positiveShare"
  | "probabilisticSharpe"
  | "deflatedSharpe"
  | "minimumTrackRecord";

export interface ReturnMetrics {
  readonly convention: Convention;
  readonly periods: number;
  readonly returns: number;
  readonly figures: Figures<ReturnFigure> & Partial<Figures<BenchmarkFigure>>;
  /** Of the deepest drawdown of compounded wealth; null when there is none. */
  readonly drawdown: DrawdownDates | null;
}

/** A figure as JSON can hold it: null where it is not a finite number. */
export const figure = (value: number): Figure => (Number.isFinite(value) ? value : null);

const figures = <Names extends string>(values: Readonly<Record<Names, number>>): Figures<Names> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, figure(value as number)]),
  ) as Figures<Names>;

export const returnMetrics = (
  { returns, at }: ReturnSeries,
  {
    convention = "shoal",
    periods = usualPeriods(convention),
    benchmark,
    days,
    trials = 1,
    trialsDeviation,
  }: MetricChoice = {},
): ReturnMetrics => {
  const sample = sharpeSample(returns);
  const { skew, kurtosis, count } = momentsOf(returns);
  const sorted = sortedOf(returns);
  const wealth = wealthOf(returns);
  const drawdown = drawdownOf(wealth);
  const ratios = ratiosBy(convention, returns, periods, days ?? daysOf(returns, at));
  return {
    convention,
    periods,
    returns: count,
    figures: {
      ...figures({
        ...ratios,
        ...smartRatios(returns, wealth, ratios, drawdown.ulcer),
        longestUnderwater: drawdown.longest,
        tailRatio: tailRatioOf(sorted),
        skew,
        kurtosis: kurtosis - 3,
        bestReturn: quantileOf(sorted, 1),
        worstReturn: quantileOf(sorted, 0),
        positiveShare: sorted.filter((r) => r > 0).length / count,
        probabilisticSharpe: probabilisticSharpe(sample),
        deflatedSharpe: deflatedSharpe(sample, trials, trialsDeviation),
        minimumTrackRecord: minimumTrackRecord(sample),
      }),
      ...(benchmark === undefined ? {} : figures(benchmarkFigures(convention, returns, benchmark, periods))),
    },
    drawdown: drawdown.depth === 0 ? null : datesOf(drawdown, at),
  };
};

const DAY_MS = 86_400_000;

const ratiosBy = (convention: Convention, returns: Numbers, periods: number, days: number): Ratios => {
  const own = returnRatios(returns, periods);
  switch (convention) {
    case "shoal":
      return own;
    case "empyrical":
      return { ...own, ...empyricalRatios(returns, own) };
    case "jesse":
      return { ...own, ...jesseRatios(returns, periods, own) };
    case "backtesting.py":
      return { ...own, ...backtestingPyRatios(returns, periods, own) };
    case "freqtrade":
      return { ...own, ...freqtradeRatios(returns, days) };
  }
};

/** Without times, or without any between them, each return is a day. */
const daysOf = (returns: Numbers, at: Numbers | undefined): number => {
  const spanMs = at === undefined || at.length === 0 ? 0 : at[at.length - 1]! - at[0]!;
  return spanMs > 0 ? spanMs / DAY_MS : returns.length;
};

const benchmarkFigures = (
  convention: Convention,
  returns: Numbers,
  benchmark: Numbers,
  periods: number,
): Readonly<Record<BenchmarkFigure, number>> => {
  const against = againstBenchmark(returns, benchmark, periods, convention === "empyrical");
  return { ...against, treynor: treynorOf(returns, against.beta, periods) };
};

const datesOf = (
  { peak, trough, recovery }: ReturnType<typeof drawdownOf>,
  at: Numbers | undefined,
): DrawdownDates => {
  const time = (place: number | null): Figure =>
    at === undefined || place === null || place === 0 ? null : at[place - 1]!;
  return {
    peak,
    trough,
    recovery,
    peakAt: time(peak),
    troughAt: time(trough),
    recoveryAt: time(recovery),
  };
};

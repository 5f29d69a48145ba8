/** The declared statistics. TA-Lib's definitions where TA-Lib has them; variances are of the population. */
import { declare, type Declaration, period, real, series, twoSeries } from "../declaration.ts";
import { Efficiency } from "../averages/kama.ts";
import { Single } from "../parts/part.ts";
import { Sum } from "../parts/sum.ts";
import { AbsoluteDeviation } from "../parts/absolute-deviation.ts";
import { Beta, Correlation, Residual } from "./pairs.ts";
import { Explained, Fit, fits, Forecast } from "./regression.ts";
import { Deviation, Standardised, Rank, ZScore } from "./spread.ts";
import { Extremes, Middle, middlesOf } from "./extremes.ts";

const plain = <Name extends string>(
  name: Name,
  title: string,
  length: number,
  make: (length: number) => ReturnType<Declaration["start"]>,
  { least = 2, extra = 0 } = {},
): Declaration =>
  declare({
    name,
    title,
    group: "statistic",
    inputs: series,
    params: { timeperiod: period(length, least) },
    outputs: [name],
    lookback: ({ timeperiod }) => timeperiod - 1 + extra,
    start: ({ timeperiod }) => make(timeperiod),
  });

const regressions = Object.entries(fits).map(([name, { title, of }]) =>
  plain(name, title, 14, (length) => new Fit(length, of)),
);

const extremes = [
  plain("max", "Highest", 30, (n) => new Extremes(n, "max")),
  plain("min", "Lowest", 30, (n) => new Extremes(n, "min")),
  plain(
    "maxindex",
    "How many candles ago the highest came; of equals the newest",
    30,
    (n) => new Extremes(n, "maxindex"),
  ),
  plain(
    "minindex",
    "How many candles ago the lowest came; of equals the newest",
    30,
    (n) => new Extremes(n, "minindex"),
  ),
  plain("midpoint", "Middle of the highest and the lowest", 14, (n) => new Extremes(n, "midpoint")),
];

const bothExtremes = (
  [
    ["minmax", "Lowest and highest", ["min", "max"]],
    [
      "minmaxindex",
      "How many candles ago lowest and highest came; of equals the newest",
      ["minindex", "maxindex"],
    ],
  ] as const
).map(([name, title, outputs]) =>
  declare({
    name,
    title,
    group: "statistic",
    inputs: series,
    params: { timeperiod: period(30) },
    outputs,
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod }) => new Extremes(timeperiod, name),
  }),
);

export const statistics: readonly Declaration[] = [
  ...regressions,
  ...extremes,
  ...bothExtremes,
  declare({
    name: "midprice",
    title: "Middle of the highest high and the lowest low",
    group: "statistic",
    inputs: middlesOf,
    params: { timeperiod: period(14) },
    outputs: ["midprice"],
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod }) => new Middle(timeperiod),
  }),
  plain("sum", "Sum of the window", 30, (n) => new Single(new Sum(n))),
  plain("avgdev", "Mean absolute deviation", 14, (n) => new Single(new AbsoluteDeviation(n))),
  plain("zscore", "Deviations from the mean", 20, (n) => new Single(new ZScore(n))),
  plain("median", "Median", 20, (n) => new Single(new Rank(n, false)), { least: 1 }),
  plain(
    "percentrank",
    "Share of the numbers before that are not greater, in percent",
    100,
    (n) => new Single(new Rank(n + 1, true)),
    {
      least: 1,
      extra: 1,
    },
  ),
  plain("skew", "Skewness of the population", 30, (n) => new Single(new Standardised(n, 3)), { least: 3 }),
  plain("kurtosis", "Excess kurtosis of the population", 30, (n) => new Single(new Standardised(n, 4)), {
    least: 4,
  }),
  plain("er", "Kaufman's efficiency ratio", 10, (n) => new Single(new Efficiency(n)), { extra: 1 }),
  plain("tsf", "Time series forecast: the line one candle on", 14, (n) => new Forecast(n)),
  plain("linearreg_r2", "Share of the variance that the line explains", 14, (n) => new Explained(n)),
  ...(["var", "stddev"] as const).map((name) =>
    declare({
      name,
      title: name === "var" ? "Variance" : "Standard deviation",
      group: "statistic",
      inputs: series,
      params: {
        timeperiod: period(5, name === "var" ? 1 : 2),
        nbdev: real(
          1,
          -1_000,
          1_000,
          "deviations",
          name === "var" ? "Unused, as in TA-Lib." : "Multiplies it.",
        ),
      },
      outputs: [name],
      lookback: ({ timeperiod }) => timeperiod - 1,
      start: ({ timeperiod, nbdev }) => new Single(new Deviation(timeperiod, name === "var" ? 0 : nbdev)),
    }),
  ),
  declare({
    name: "correl",
    title: "Pearson's correlation",
    group: "statistic",
    inputs: twoSeries,
    params: { timeperiod: period(30) },
    outputs: ["correl"],
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod }) => new Correlation(timeperiod),
  }),
  declare({
    name: "beta",
    title: "Beta: slope of the second's returns over the first's",
    group: "statistic",
    inputs: twoSeries,
    params: { timeperiod: period(5) },
    outputs: ["beta"],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new Beta(timeperiod),
  }),
  declare({
    name: "cointegration",
    title:
      "Engle's and Granger's test: hedge ratio, spread, its deviations from 0, Dickey-Fuller statistic, its 5 % value, half-life",
    group: "statistic",
    inputs: twoSeries,
    params: {
      timeperiod: { ...period(100, 30), max: 10_000 },
      lags: { ...period(0, 0, "How many changes before are taken into the regression."), max: 12 },
    },
    outputs: ["hedgeratio", "spread", "spreadzscore", "dickeyfuller", "critical", "halflife"],
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod, lags }) => new Residual(timeperiod, lags),
  }),
];

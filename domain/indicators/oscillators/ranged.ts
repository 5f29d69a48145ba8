/** Oscillators of whole candles: the STOCH family, Williams' %R, CCI, ULTOSC, BOP, Ehlers' and Williams' others. */
import { averageLookback, averageType } from "../averages/types.ts";
import { declare, type Declaration, of, period, series } from "../declaration.ts";
import { Awesome, Balance, Cci, Intraday, Ultimate, Vigor, Williams } from "./candles.ts";
import { Stochastic, StochasticRsi } from "./stochastic.ts";

const bars = of("high", "low", "close");
const fastk = period(5, 1, "Length of the window of highs and lows.");
const slowk = period(3, 1, "Length of the first smoothing.");
const smoothing = period(3, 1, "Length of the last smoothing.");

export const rangedOscillators: readonly Declaration[] = [
  declare({
    name: "stoch",
    title: "Stochastic",
    group: "oscillator",
    inputs: bars,
    params: {
      fastk_period: fastk,
      slowk_period: slowk,
      slowk_matype: averageType("sma"),
      slowd_period: smoothing,
      slowd_matype: averageType("sma"),
    },
    outputs: ["slowk", "slowd"],
    lookback: (p) =>
      p.fastk_period -
      1 +
      averageLookback(p.slowk_matype, p.slowk_period) +
      averageLookback(p.slowd_matype, p.slowd_period),
    start: (p) =>
      new Stochastic(p.fastk_period, p.slowk_period, p.slowk_matype, p.slowd_period, p.slowd_matype),
  }),
  declare({
    name: "stochf",
    title: "Fast stochastic",
    group: "oscillator",
    inputs: bars,
    params: { fastk_period: fastk, fastd_period: smoothing, fastd_matype: averageType("sma") },
    outputs: ["fastk", "fastd"],
    lookback: (p) => p.fastk_period - 1 + averageLookback(p.fastd_matype, p.fastd_period),
    start: (p) => new Stochastic(p.fastk_period, 1, "sma", p.fastd_period, p.fastd_matype),
  }),
  declare({
    name: "stochrsi",
    title: "Stochastic of RSI",
    group: "oscillator",
    inputs: series,
    params: {
      timeperiod: period(14, 2, "Length of RSI."),
      fastk_period: fastk,
      fastd_period: smoothing,
      fastd_matype: averageType("sma"),
    },
    outputs: ["fastk", "fastd"],
    lookback: (p) => p.timeperiod + p.fastk_period - 1 + averageLookback(p.fastd_matype, p.fastd_period),
    start: (p) => new StochasticRsi(p.timeperiod, p.fastk_period, p.fastd_period, p.fastd_matype),
  }),
  declare({
    name: "willr",
    title: "Williams' %R",
    group: "oscillator",
    inputs: bars,
    params: { timeperiod: period(14) },
    outputs: ["willr"],
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod }) => new Williams(timeperiod),
  }),
  declare({
    name: "cci",
    title: "Commodity channel index",
    group: "oscillator",
    inputs: bars,
    params: { timeperiod: period(14) },
    outputs: ["cci"],
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod }) => new Cci(timeperiod),
  }),
  declare({
    name: "ultosc",
    title: "Ultimate oscillator",
    group: "oscillator",
    inputs: bars,
    params: {
      timeperiod1: period(7, 1, "The window of weight 4."),
      timeperiod2: period(14, 1, "The window of weight 2."),
      timeperiod3: period(28, 1, "The window of weight 1."),
    },
    outputs: ["ultosc"],
    lookback: (p) => Math.max(p.timeperiod1, p.timeperiod2, p.timeperiod3),
    start: (p) => new Ultimate([p.timeperiod1, p.timeperiod2, p.timeperiod3]),
  }),
  declare({
    name: "bop",
    title: "Balance of power",
    group: "oscillator",
    inputs: of("open", "high", "low", "close"),
    params: {},
    outputs: ["bop"],
    lookback: () => 0,
    start: () => new Balance(),
  }),
  declare({
    name: "imi",
    title: "Intraday momentum index",
    group: "oscillator",
    inputs: of("open", "close"),
    params: { timeperiod: period(14) },
    outputs: ["imi"],
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod }) => new Intraday(timeperiod),
  }),
  declare({
    name: "ao",
    title: "Awesome oscillator",
    group: "oscillator",
    inputs: of("high", "low"),
    params: {
      fastperiod: period(5, 1, "Length of the fast average."),
      slowperiod: period(34, 1, "Length of the slow average."),
    },
    outputs: ["ao"],
    lookback: ({ fastperiod, slowperiod }) => Math.max(fastperiod, slowperiod) - 1,
    start: ({ fastperiod, slowperiod }) => new Awesome(fastperiod, slowperiod, 0),
  }),
  declare({
    name: "ac",
    title: "Accelerator oscillator",
    group: "oscillator",
    inputs: of("high", "low"),
    params: {
      fastperiod: period(5, 1, "Length of the fast average."),
      slowperiod: period(34, 1, "Length of the slow average."),
      signalperiod: period(5, 1, "Length of the average that is taken off."),
    },
    outputs: ["ac"],
    lookback: (p) => Math.max(p.fastperiod, p.slowperiod) - 1 + p.signalperiod - 1,
    start: (p) => new Awesome(p.fastperiod, p.slowperiod, p.signalperiod),
  }),
  declare({
    name: "rvgi",
    title: "Relative vigor index",
    group: "oscillator",
    inputs: of("open", "high", "low", "close"),
    params: { timeperiod: period(10, 1) },
    outputs: ["rvgi", "rvgisignal"],
    lookback: ({ timeperiod }) => 3 + timeperiod - 1 + 3,
    start: ({ timeperiod }) => new Vigor(timeperiod),
  }),
];

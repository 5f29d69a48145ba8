/** The declared volatility indicators: ranges, bands and channels. TA-Lib's definitions where TA-Lib has them. */
import { averageLookback, averageType } from "../averages/types.ts";
import { declare, type Declaration, of, period, real, series } from "../declaration.ts";
import { Single } from "../parts/part.ts";
import { Acceleration, Bollinger, Donchian, Envelope, Keltner } from "./bands.ts";
import { estimators, Estimated } from "./estimators.ts";
import { AverageRange, Chaikin, RangeOnly, Squeeze, Ulcer } from "./ranges.ts";

const bars = of("high", "low", "close");
const bandOutputs = ["upperband", "middleband", "lowerband"];

const estimated = Object.entries(estimators).map(([name, { title, term, lookback }]) =>
  declare({
    name,
    title: `${title}, as a deviation of logarithmic returns a candle`,
    group: "volatility",
    inputs: of("open", "high", "low", "close"),
    params: { timeperiod: period(20) },
    outputs: [name],
    lookback: ({ timeperiod }) => timeperiod - 1 + lookback,
    start: ({ timeperiod }) => new Estimated(timeperiod, term),
  }),
);

const ranges = [
  ["atr", "Average true range", false],
  ["natr", "Average true range in percent of the close", true],
] as const;

export const volatilities: readonly Declaration[] = [
  ...estimated,
  ...ranges.map(([name, title, percent]) =>
    declare({
      name,
      title,
      group: "volatility",
      inputs: bars,
      params: { timeperiod: period(14, 1) },
      outputs: [name],
      lookback: ({ timeperiod }) => timeperiod,
      start: ({ timeperiod }) => new AverageRange(timeperiod, percent),
    }),
  ),
  declare({
    name: "trange",
    title: "True range",
    group: "volatility",
    inputs: bars,
    params: {},
    outputs: ["trange"],
    lookback: () => 1,
    start: () => new RangeOnly(),
  }),
  declare({
    name: "bbands",
    title: "Bollinger bands, with the population deviation",
    group: "volatility",
    inputs: series,
    params: {
      timeperiod: period(5),
      nbdevup: real(2, -1_000, 1_000, "deviations", "Upper band above the average."),
      nbdevdn: real(2, -1_000, 1_000, "deviations", "Lower band below the average."),
      matype: averageType("sma"),
    },
    outputs: bandOutputs,
    lookback: ({ timeperiod, matype }) => Math.max(timeperiod - 1, averageLookback(matype, timeperiod)),
    start: (p) => new Bollinger(p.timeperiod, p.nbdevup, p.nbdevdn, p.matype),
  }),
  declare({
    name: "bbwidth",
    title: "Width of the Bollinger bands by the average, and where the number lies in them",
    group: "volatility",
    inputs: series,
    params: { timeperiod: period(20), nbdev: real(2, 0.01, 1_000, "deviations", "Half the width.") },
    outputs: ["bbwidth", "bbpercent"],
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod, nbdev }) => new Squeeze(timeperiod, nbdev),
  }),
  declare({
    name: "keltner",
    title: "Keltner channel",
    group: "volatility",
    inputs: bars,
    params: {
      timeperiod: period(20, 2, "Length of the exponential average."),
      atrperiod: period(10, 1, "Length of ATR."),
      multiplier: real(2, 0.01, 100, "ranges", "Half the width."),
    },
    outputs: bandOutputs,
    lookback: ({ timeperiod, atrperiod }) => Math.max(timeperiod - 1, atrperiod),
    start: (p) => new Keltner(p.timeperiod, p.atrperiod, p.multiplier),
  }),
  declare({
    name: "donchian",
    title: "Donchian channel",
    group: "volatility",
    inputs: of("high", "low"),
    params: { timeperiod: period(20, 1) },
    outputs: bandOutputs,
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod }) => new Donchian(timeperiod),
  }),
  declare({
    name: "accbands",
    title: "Acceleration bands",
    group: "volatility",
    inputs: bars,
    params: { timeperiod: period(20) },
    outputs: bandOutputs,
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod }) => new Acceleration(timeperiod),
  }),
  declare({
    name: "envelope",
    title: "Envelope: an average and so many percent above and below",
    group: "volatility",
    inputs: series,
    params: {
      timeperiod: period(20),
      percent: real(2.5, 0.001, 99, "percent", "Half the width."),
      matype: averageType("sma"),
    },
    outputs: bandOutputs,
    lookback: ({ timeperiod, matype }) => averageLookback(matype, timeperiod),
    start: (p) => new Envelope(p.timeperiod, p.percent, p.matype),
  }),
  declare({
    name: "chaikinvol",
    title: "Chaikin's volatility: rate of change of the averaged range",
    group: "volatility",
    inputs: of("high", "low"),
    params: { timeperiod: period(10), rocperiod: period(10, 1, "How many candles back.") },
    outputs: ["chaikinvol"],
    lookback: ({ timeperiod, rocperiod }) => timeperiod - 1 + rocperiod,
    start: ({ timeperiod, rocperiod }) => new Chaikin(timeperiod, rocperiod),
  }),
  declare({
    name: "ulcer",
    title: "Ulcer index: root mean square of the falls below the highest, in percent",
    group: "volatility",
    inputs: series,
    params: { timeperiod: period(14) },
    outputs: ["ulcer"],
    lookback: ({ timeperiod }) => 2 * (timeperiod - 1),
    start: ({ timeperiod }) => new Single(new Ulcer(timeperiod)),
  }),
];

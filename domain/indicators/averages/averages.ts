/** The declared averages. Definitions are TA-Lib's where TA-Lib has the average; the sources stand with the classes. */
import { declare, type Declaration, period, real, series } from "../declaration.ts";
import { Single } from "../parts/part.ts";
import { T3 } from "./chained.ts";
import { Alma, Fwma, Mcginley, Vidya, Zlema, zlemaLag } from "./others.ts";
import { average, averageLookback, averageType } from "./types.ts";
import { VariableAverage, variableLookback } from "./variable.ts";
import { Vwma } from "./vwma.ts";

const titles = {
  sma: ["Simple moving average", 30, 2],
  ema: ["Exponential moving average", 30, 2],
  wma: ["Weighted moving average", 30, 2],
  dema: ["Double exponential moving average", 30, 2],
  tema: ["Triple exponential moving average", 30, 2],
  trima: ["Triangular moving average", 30, 2],
  kama: ["Kaufman adaptive moving average", 30, 2],
  rma: ["Wilder's moving average", 14, 2],
  hma: ["Hull moving average", 9, 2],
} as const;

const plain = Object.entries(titles).map(([name, [title, length, min]]) =>
  declare({
    name,
    title,
    group: "average",
    inputs: series,
    params: { timeperiod: period(length, min) },
    outputs: [name],
    lookback: ({ timeperiod }) => averageLookback(name, timeperiod),
    start: ({ timeperiod }) => new Single(average(name, timeperiod)),
  }),
);

export const averages: readonly Declaration[] = [
  ...plain,
  declare({
    name: "ma",
    title: "Moving average of a chosen type",
    group: "average",
    inputs: series,
    params: { timeperiod: period(30, 1), matype: averageType("sma") },
    outputs: ["ma"],
    lookback: ({ timeperiod, matype }) => averageLookback(matype, timeperiod),
    start: ({ timeperiod, matype }) => new Single(average(matype, timeperiod)),
  }),
  declare({
    name: "mavp",
    title: "Moving average whose length is a series of its own",
    group: "average",
    inputs: [...series, { name: "periods", column: "volume", any: true }],
    params: {
      minperiod: { ...period(2, 2, "Lengths below count as this."), max: 1_000 },
      maxperiod: { ...period(30, 2, "Lengths above count as this."), max: 1_000 },
      matype: averageType("sma"),
    },
    outputs: ["mavp"],
    lookback: ({ minperiod, maxperiod, matype }) => variableLookback(minperiod, maxperiod, matype),
    start: ({ minperiod, maxperiod, matype }) => new VariableAverage(minperiod, maxperiod, matype),
  }),
  declare({
    name: "t3",
    title: "Tillson's T3",
    group: "average",
    inputs: series,
    params: { timeperiod: period(5), vfactor: real(0.7, 0, 1, "factor", "0 is a plain average, 1 a DEMA.") },
    outputs: ["t3"],
    lookback: ({ timeperiod }) => 6 * (timeperiod - 1),
    start: ({ timeperiod, vfactor }) => new Single(new T3(timeperiod, vfactor)),
  }),
  declare({
    name: "zlema",
    title: "Zero lag exponential moving average",
    group: "average",
    inputs: series,
    params: { timeperiod: period(20) },
    outputs: ["zlema"],
    lookback: ({ timeperiod }) => zlemaLag(timeperiod) + timeperiod - 1,
    start: ({ timeperiod }) => new Single(new Zlema(timeperiod)),
  }),
  declare({
    name: "alma",
    title: "Arnaud Legoux moving average",
    group: "average",
    inputs: series,
    params: {
      timeperiod: period(9),
      offset: real(0.85, 0, 1, "part of the window", "Where the greatest weight lies; 1 is the newest."),
      sigma: real(6, 0.1, 100, "windows", "The greater, the narrower the weights."),
    },
    outputs: ["alma"],
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod, offset, sigma }) => new Single(new Alma(timeperiod, offset, sigma)),
  }),
  declare({
    name: "fwma",
    title: "Fibonacci weighted moving average",
    group: "average",
    inputs: series,
    params: { timeperiod: { ...period(10), max: 70 } },
    outputs: ["fwma"],
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod }) => new Single(new Fwma(timeperiod)),
  }),
  declare({
    name: "mcginley",
    title: "McGinley dynamic",
    group: "average",
    inputs: series,
    params: { timeperiod: period(14, 1) },
    outputs: ["mcginley"],
    lookback: () => 0,
    start: ({ timeperiod }) => new Single(new Mcginley(timeperiod)),
  }),
  declare({
    name: "vidya",
    title: "Variable index dynamic average",
    group: "average",
    inputs: series,
    params: { timeperiod: period(14), cmoperiod: period(9, 2, "Length of the momentum that steers it.") },
    outputs: ["vidya"],
    lookback: ({ cmoperiod }) => cmoperiod,
    start: ({ timeperiod, cmoperiod }) => new Single(new Vidya(timeperiod, cmoperiod)),
  }),
  declare({
    name: "vwma",
    title: "Volume weighted moving average",
    group: "average",
    inputs: [...series, { name: "volume", column: "volume", any: false }],
    params: { timeperiod: period(20, 1) },
    outputs: ["vwma"],
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod }) => new Vwma(timeperiod),
  }),
];

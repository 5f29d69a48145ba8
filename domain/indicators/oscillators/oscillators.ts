/** Oscillators of one series: momentum, rates of change, strength, and averages apart. Definitions are TA-Lib's. */
import { averageLookback, average, averageType } from "../averages/types.ts";
import { Trix } from "../averages/chained.ts";
import { declare, type Declaration, period, series } from "../declaration.ts";
import { Single } from "../parts/part.ts";
import {
  type Apart,
  apartLookback,
  ApartPercent,
  FixedApart,
  macd,
  seededApart,
  seededTogether,
  Signalled,
} from "./apart.ts";
import { Change, changes } from "./change.ts";
import { Coppock, Dpo, Fisher, Kst, kstLookback, Stc, stcLookback } from "./others.ts";
import { Cmo, Rsi, Tsi } from "./strength.ts";

const fast = period(12, 2, "Length of the fast average.");
const slow = period(26, 2, "Length of the slow average.");
const signal = period(9, 1, "Length of the signal, an average of the first output.");
const macdOutputs = ["macd", "macdsignal", "macdhist"];

const rates = Object.entries(changes).map(([name, { title, of }]) =>
  declare({
    name,
    title,
    group: "oscillator",
    inputs: series,
    params: { timeperiod: period(10, 1, "How many candles back.") },
    outputs: [name],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new Single(new Change(timeperiod, of)),
  }),
);

const strength = [
  ["rsi", "Relative strength index", Rsi],
  ["cmo", "Chande momentum oscillator, with Wilder's smoothing", Cmo],
] as const;

const strengths = strength.map(([name, title, Part]) =>
  declare({
    name,
    title,
    group: "oscillator",
    inputs: series,
    params: { timeperiod: period(14) },
    outputs: [name],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new Single(new Part(timeperiod)),
  }),
);

const apart = [
  ["apo", "Absolute price oscillator", (of: Apart) => of],
  ["ppo", "Percentage price oscillator", (of: Apart) => new ApartPercent(of)],
] as const;

const aparts = apart.map(([name, title, told]) =>
  declare({
    name,
    title,
    group: "oscillator",
    inputs: series,
    params: { fastperiod: fast, slowperiod: slow, matype: averageType("sma") },
    outputs: [name],
    lookback: ({ fastperiod: f, slowperiod: s, matype }) => apartLookback(f, s, matype),
    start: ({ fastperiod: f, slowperiod: s, matype }) => new Single(told(seededApart(f, s, matype))),
  }),
);

export const oscillators: readonly Declaration[] = [
  ...rates,
  ...strengths,
  ...aparts,
  declare({
    name: "macd",
    title: "Moving average convergence divergence",
    group: "oscillator",
    inputs: series,
    params: { fastperiod: fast, slowperiod: slow, signalperiod: signal },
    outputs: macdOutputs,
    lookback: ({ fastperiod: f, slowperiod: s, signalperiod }) => Math.max(f, s) - 1 + signalperiod - 1,
    start: ({ fastperiod, slowperiod, signalperiod }) => macd(fastperiod, slowperiod, signalperiod),
  }),
  declare({
    name: "macdfix",
    title: "MACD with its author's weights 0.15 and 0.075",
    group: "oscillator",
    inputs: series,
    params: { signalperiod: signal },
    outputs: macdOutputs,
    lookback: ({ signalperiod }) => 25 + signalperiod - 1,
    start: ({ signalperiod }) => new Signalled(new FixedApart(), average("ema", signalperiod)),
  }),
  declare({
    name: "macdext",
    title: "MACD with averages of chosen types",
    group: "oscillator",
    inputs: series,
    params: {
      fastperiod: fast,
      fastmatype: averageType("sma"),
      slowperiod: slow,
      slowmatype: averageType("sma"),
      signalperiod: signal,
      signalmatype: averageType("sma"),
    },
    outputs: macdOutputs,
    lookback: (p) => {
      const swap = p.fastperiod > p.slowperiod;
      const [f, s] = swap ? [p.slowperiod, p.fastperiod] : [p.fastperiod, p.slowperiod];
      const [fType, sType] = swap ? [p.slowmatype, p.fastmatype] : [p.fastmatype, p.slowmatype];
      return apartLookback(f, s, fType, sType) + averageLookback(p.signalmatype, p.signalperiod);
    },
    start: (p) =>
      new Signalled(
        p.fastperiod > p.slowperiod
          ? seededTogether(p.slowperiod, p.fastperiod, p.slowmatype, p.fastmatype)
          : seededTogether(p.fastperiod, p.slowperiod, p.fastmatype, p.slowmatype),
        average(p.signalmatype, p.signalperiod),
      ),
  }),
  declare({
    name: "trix",
    title: "Rate of change of a triple exponential average",
    group: "oscillator",
    inputs: series,
    params: { timeperiod: period(30, 1) },
    outputs: ["trix"],
    lookback: ({ timeperiod }) => 3 * (timeperiod - 1) + 1,
    start: ({ timeperiod }) => new Single(new Trix(timeperiod)),
  }),
  declare({
    name: "tsi",
    title: "True strength index",
    group: "oscillator",
    inputs: series,
    params: {
      slowperiod: period(25, 2, "Length of the first smoothing."),
      fastperiod: period(13, 2, "Length of the second smoothing."),
      signalperiod: period(13, 1, "Length of the signal."),
    },
    outputs: ["tsi", "tsisignal"],
    lookback: ({ slowperiod: s, fastperiod: f, signalperiod }) => s + f - 1 + signalperiod - 1,
    start: ({ slowperiod: s, fastperiod: f, signalperiod }) =>
      new Signalled(new Tsi(s, f), average("ema", signalperiod)),
  }),
  declare({
    name: "dpo",
    title: "Detrended price oscillator",
    group: "oscillator",
    inputs: series,
    params: { timeperiod: period(20) },
    outputs: ["dpo"],
    lookback: ({ timeperiod }) => Math.max(timeperiod - 1, Math.floor(timeperiod / 2) + 1),
    start: ({ timeperiod }) => new Single(new Dpo(timeperiod)),
  }),
  declare({
    name: "coppock",
    title: "Coppock curve",
    group: "oscillator",
    inputs: series,
    params: {
      longperiod: period(14, 1, "The longer rate of change."),
      shortperiod: period(11, 1, "The shorter rate of change."),
      timeperiod: period(10, 1, "Length of the weighted average."),
    },
    outputs: ["coppock"],
    lookback: ({ longperiod: l, shortperiod: s, timeperiod }) => Math.max(l, s) + timeperiod - 1,
    start: ({ longperiod: l, shortperiod: s, timeperiod }) => new Single(new Coppock(l, s, timeperiod)),
  }),
  declare({
    name: "kst",
    title: "Pring's know sure thing",
    group: "oscillator",
    inputs: series,
    params: { signalperiod: signal },
    outputs: ["kst", "kstsignal"],
    lookback: ({ signalperiod }) => kstLookback + signalperiod - 1,
    start: ({ signalperiod }) => new Signalled(new Kst(), average("sma", signalperiod)),
  }),
  declare({
    name: "stc",
    title: "Schaff trend cycle",
    group: "oscillator",
    inputs: series,
    params: {
      timeperiod: period(10, 2, "Length of the two stochastics."),
      fastperiod: period(23, 2, "Length of the fast average."),
      slowperiod: period(50, 2, "Length of the slow average."),
    },
    outputs: ["stc"],
    lookback: ({ timeperiod, fastperiod: f, slowperiod: s }) => stcLookback(timeperiod, f, s),
    start: ({ timeperiod, fastperiod: f, slowperiod: s }) =>
      new Single(new Stc(timeperiod, Math.min(f, s), Math.max(f, s))),
  }),
  declare({
    name: "fisher",
    title: "Fisher transform",
    group: "oscillator",
    inputs: [
      { name: "high", column: "high", any: false },
      { name: "low", column: "low", any: false },
    ],
    params: { timeperiod: period(9) },
    outputs: ["fisher", "fishersignal"],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new Fisher(timeperiod),
  }),
];

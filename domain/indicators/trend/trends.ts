/** The declared trend indicators. Definitions are TA-Lib's where TA-Lib has them. */
import { declare, type Declaration, of, period, real } from "../declaration.ts";
import {
  AverageDirection,
  DirectionalIndex,
  DirectionalMovement,
  DirectionalStrength,
} from "./directional.ts";
import { Aroon, Choppiness, Ichimoku, Mass, Supertrend, Vortex } from "./followers.ts";
import { Sar } from "./sar.ts";

const bars = of("high", "low", "close");
const edges = of("high", "low");
const fourteen = { timeperiod: period(14) };

const sides = [
  ["plus", "Plus", 1],
  ["minus", "Minus", -1],
] as const;

const directional = sides.flatMap(([name, title, sign]) => [
  declare({
    name: `${name}_dm`,
    title: `${title} directional movement`,
    group: "trend",
    inputs: edges,
    params: fourteen,
    outputs: [`${name}_dm`],
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod }) => new DirectionalMovement(timeperiod, sign),
  }),
  declare({
    name: `${name}_di`,
    title: `${title} directional indicator`,
    group: "trend",
    inputs: bars,
    params: fourteen,
    outputs: [`${name}_di`],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new DirectionalIndex(timeperiod, sign),
  }),
]);

const acceleration = (about: string, fallback = 0.02) => real(fallback, 0.000_001, 10, "factor", about);

const sides2 = ["long", "short"] as const;
const sarextParams = {
  startvalue: real(0, -1e9, 1e9, "price", "First stop: 0 finds it, above 0 starts long, below 0 short."),
  offsetonreverse: real(0, 0, 1, "fraction", "Room added to the stop at a reversal."),
  accelerationinitlong: acceleration("First acceleration of a long."),
  accelerationlong: acceleration("What a new high adds."),
  accelerationmaxlong: acceleration("Most that a long may reach.", 0.2),
  accelerationinitshort: acceleration("First acceleration of a short."),
  accelerationshort: acceleration("What a new low adds."),
  accelerationmaxshort: acceleration("Most that a short may reach.", 0.2),
};

export const trends: readonly Declaration[] = [
  ...directional,
  declare({
    name: "dx",
    title: "Directional movement index",
    group: "trend",
    inputs: bars,
    params: fourteen,
    outputs: ["dx"],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new DirectionalStrength(timeperiod),
  }),
  declare({
    name: "adx",
    title: "Average directional movement index",
    group: "trend",
    inputs: bars,
    params: fourteen,
    outputs: ["adx"],
    lookback: ({ timeperiod }) => 2 * timeperiod - 1,
    start: ({ timeperiod }) => new AverageDirection(timeperiod, false),
  }),
  declare({
    name: "adxr",
    title: "Average directional movement rating",
    group: "trend",
    inputs: bars,
    params: fourteen,
    outputs: ["adxr"],
    lookback: ({ timeperiod }) => 3 * timeperiod - 2,
    start: ({ timeperiod }) => new AverageDirection(timeperiod, true),
  }),
  declare({
    name: "aroon",
    title: "Aroon",
    group: "trend",
    inputs: edges,
    params: fourteen,
    outputs: ["aroondown", "aroonup"],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new Aroon(timeperiod),
  }),
  declare({
    name: "aroonosc",
    title: "Aroon oscillator",
    group: "trend",
    inputs: edges,
    params: fourteen,
    outputs: ["aroonosc"],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new Aroon(timeperiod),
  }),
  declare({
    name: "sar",
    title: "Parabolic stop and reverse",
    group: "trend",
    inputs: edges,
    params: {
      acceleration: acceleration("First acceleration, and what a new extreme adds."),
      maximum: acceleration("Most that it may reach.", 0.2),
    },
    outputs: ["sar"],
    lookback: () => 1,
    start: ({ acceleration: rate, maximum }) => {
      const side = { initial: Math.min(rate, maximum), step: Math.min(rate, maximum), max: maximum };
      return new Sar(side, side);
    },
  }),
  declare({
    name: "sarext",
    title: "Parabolic stop and reverse, each side by itself",
    group: "trend",
    inputs: edges,
    params: sarextParams,
    outputs: ["sarext"],
    lookback: () => 1,
    start: (p) => {
      const [long, short] = sides2.map((side) => ({
        initial: Math.min(p[`accelerationinit${side}`], p[`accelerationmax${side}`]),
        step: Math.min(p[`acceleration${side}`], p[`accelerationmax${side}`]),
        max: p[`accelerationmax${side}`],
      }));
      return new Sar(long!, short!, p.startvalue, p.offsetonreverse, true);
    },
  }),
  declare({
    name: "vortex",
    title: "Vortex indicator",
    group: "trend",
    inputs: bars,
    params: fourteen,
    outputs: ["vortexplus", "vortexminus"],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new Vortex(timeperiod),
  }),
  declare({
    name: "supertrend",
    title: "Supertrend, and its side (1 or -1)",
    group: "trend",
    inputs: bars,
    params: { timeperiod: period(10, 1), multiplier: real(3, 0.1, 100, "ranges", "Width of the band.") },
    outputs: ["supertrend", "supertrendside"],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod, multiplier }) => new Supertrend(timeperiod, multiplier),
  }),
  declare({
    name: "ichimoku",
    title: "Ichimoku cloud",
    group: "trend",
    inputs: edges,
    params: {
      conversionperiod: period(9, 1, "Window of the conversion line."),
      baseperiod: period(26, 1, "Window of the base line."),
      spanperiod: period(52, 1, "Window of the second span."),
      displacement: period(26, 2, "How many candles ahead the spans are drawn, this one counted."),
    },
    outputs: ["conversion", "base", "spana", "spanb"],
    lookback: (p) => Math.max(p.conversionperiod, p.baseperiod, p.spanperiod) - 1 + p.displacement - 1,
    start: (p) => new Ichimoku(p.conversionperiod, p.baseperiod, p.spanperiod, p.displacement),
  }),
  declare({
    name: "chop",
    title: "Choppiness index",
    group: "trend",
    inputs: bars,
    params: fourteen,
    outputs: ["chop"],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new Choppiness(timeperiod),
  }),
  declare({
    name: "mass",
    title: "Mass index",
    group: "trend",
    inputs: edges,
    params: {
      timeperiod: period(9, 2, "Length of both averages."),
      window: period(25, 1, "What is summed."),
    },
    outputs: ["mass"],
    lookback: ({ timeperiod, window }) => 2 * (timeperiod - 1) + window - 1,
    start: ({ timeperiod, window }) => new Mass(timeperiod, window),
  }),
];

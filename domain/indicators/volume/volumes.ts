/** The declared volume indicators. TA-Lib's definitions where TA-Lib has them. */
import { declare, type Declaration, of, period } from "../declaration.ts";
import { AccumulationOscillator, Accumulation, Klinger, klingerLookback, MoneyFlow } from "./flows.ts";
import { AnchoredVwap, Ease, Force, Obv, Pvi, Pvo, Pvt, RelativeVolume, RollingVwap } from "./weighed.ts";

const all = of("high", "low", "close", "volume");
const two = of("close", "volume");

const simple = (
  name: string,
  title: string,
  inputs: ReturnType<typeof of>,
  lookback: number,
  start: Declaration["start"],
): Declaration =>
  declare({
    name,
    title,
    group: "volume",
    inputs,
    params: {},
    outputs: [name],
    lookback: () => lookback,
    start,
  });

export const volumes: readonly Declaration[] = [
  simple("ad", "Chaikin's accumulation and distribution line", all, 0, () => new Accumulation()),
  simple("obv", "On balance volume", two, 0, () => new Obv()),
  simple("pvt", "Price and volume trend", two, 1, () => new Pvt()),
  simple("nvi", "Negative volume index, from 1000", two, 0, () => new Pvi(-1)),
  simple("pvi", "Positive volume index, from 1000", two, 0, () => new Pvi(1)),
  declare({
    name: "adosc",
    title: "Chaikin's oscillator",
    group: "volume",
    inputs: all,
    params: {
      fastperiod: period(3, 2, "Length of the fast average."),
      slowperiod: period(10, 2, "Length of the slow average."),
    },
    outputs: ["adosc"],
    lookback: ({ fastperiod, slowperiod }) => Math.max(fastperiod, slowperiod) - 1,
    start: ({ fastperiod, slowperiod }) => new AccumulationOscillator(fastperiod, slowperiod),
  }),
  declare({
    name: "mfi",
    title: "Money flow index",
    group: "volume",
    inputs: all,
    params: { timeperiod: period(14) },
    outputs: ["mfi"],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new MoneyFlow(timeperiod, false),
  }),
  declare({
    name: "cmf",
    title: "Chaikin's money flow",
    group: "volume",
    inputs: all,
    params: { timeperiod: period(20, 1) },
    outputs: ["cmf"],
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod }) => new MoneyFlow(timeperiod, true),
  }),
  declare({
    name: "kvo",
    title: "Klinger's volume oscillator",
    group: "volume",
    inputs: all,
    params: {
      fastperiod: period(34, 2, "Length of the fast average."),
      slowperiod: period(55, 2, "Length of the slow average."),
      signalperiod: period(13, 1, "Length of the signal."),
    },
    outputs: ["kvo", "kvosignal"],
    lookback: (p) => klingerLookback(p.fastperiod, p.slowperiod, p.signalperiod),
    start: (p) => new Klinger(p.fastperiod, p.slowperiod, p.signalperiod),
  }),
  declare({
    name: "force",
    title: "Elder's force index",
    group: "volume",
    inputs: two,
    params: { timeperiod: period(13, 1) },
    outputs: ["force"],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new Force(timeperiod),
  }),
  declare({
    name: "eom",
    title: "Ease of movement",
    group: "volume",
    inputs: of("high", "low", "volume"),
    params: { timeperiod: period(14, 1) },
    outputs: ["eom"],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new Ease(timeperiod),
  }),
  declare({
    name: "pvo",
    title: "Percentage volume oscillator, its signal and the difference",
    group: "volume",
    inputs: of("volume"),
    params: {
      fastperiod: period(12, 2, "Length of the fast average."),
      slowperiod: period(26, 2, "Length of the slow average."),
      signalperiod: period(9, 1, "Length of the signal."),
    },
    outputs: ["pvo", "pvosignal", "pvohist"],
    lookback: (p) => Math.max(p.fastperiod, p.slowperiod) - 1 + p.signalperiod - 1,
    start: (p) => new Pvo(p.fastperiod, p.slowperiod, p.signalperiod),
  }),
  declare({
    name: "rvol",
    title: "Relative volume: this candle's by the average of those before",
    group: "volume",
    inputs: of("volume"),
    params: { timeperiod: period(20, 1) },
    outputs: ["rvol"],
    lookback: ({ timeperiod }) => timeperiod,
    start: ({ timeperiod }) => new RelativeVolume(timeperiod),
  }),
  declare({
    name: "vwap",
    title: "Volume weighted average price of a rolling window",
    group: "volume",
    inputs: all,
    params: { timeperiod: period(14, 1) },
    outputs: ["vwap"],
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: ({ timeperiod }) => new RollingVwap(timeperiod),
  }),
  declare({
    name: "vwapsession",
    title: "Volume weighted average price since the session began, and the deviation of prices about it",
    group: "volume",
    inputs: of("openAt", "high", "low", "close", "volume"),
    params: {
      hours: {
        ...period(24, 0, "Length of a session, counted from the epoch in UTC; 0 never ends."),
        unit: "hours",
        max: 8_760,
      },
    },
    outputs: ["vwapsession", "vwapdeviation"],
    lookback: () => 0,
    start: ({ hours }) => new AnchoredVwap(hours),
  }),
];

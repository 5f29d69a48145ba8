/** The declared levels: pivots, turning points, chart patterns, volume profiles. TA-Lib has none of them. */
import { spans, type Span } from "../calendar.ts";
import { choice, declare, type Declaration, of, period, real } from "../declaration.ts";
import { ChartPattern } from "./chart-pattern.ts";
import { formations } from "./formations.ts";
import { Pivots, systems } from "./pivots.ts";
import { RollingProfile, SessionProfile } from "./profiles.ts";
import { ZigZag } from "./zigzag.ts";

const pivots = Object.entries(systems).map(([name, system]) =>
  declare({
    name,
    title: system.title,
    group: "level",
    inputs: of("openAt", "open", "high", "low", "close"),
    params: {
      span: choice("day", spans, "The span before this one gives the levels; UTC, weeks from Monday."),
    },
    outputs: system.outputs,
    late: true,
    lookback: () => 1,
    start: ({ span }) => new Pivots(system, span as Span),
  }),
);

const turn = real(5, 0.01, 90, "percent", "How far the price must turn back.");

const patterns = Object.entries(formations).map(([name, formation]) =>
  declare({
    name,
    title: formation.title,
    group: "pattern",
    inputs: of("high", "low", "close"),
    params: {
      percent: turn,
      tolerance: real(0.2, 0, 1, "of the height", "How far levels may differ that count as equal."),
    },
    outputs: [name],
    lookback: () => 0,
    start: ({ percent, tolerance }) => new ChartPattern(formation, percent, tolerance),
  }),
);

const rowpercent = real(0.25, 0.001, 10, "percent", "Height of a row as a share of the price.");
const valuearea = real(70, 1, 100, "percent", "The value area's share of the volume.");
const nodes = ["poc", "vah", "val", "hvn", "lvn"];

export const levels: readonly Declaration[] = [
  ...pivots,
  ...patterns,
  declare({
    name: "zigzag",
    title: "Newest turning point that is certain: price, side (1 high, -1 low), candles ago",
    group: "level",
    inputs: of("high", "low"),
    params: { percent: turn },
    outputs: ["zigzag", "zigzagside", "zigzagage"],
    late: true,
    lookback: () => 1,
    start: ({ percent }) => new ZigZag(percent),
  }),
  declare({
    name: "volumeprofile",
    title: "Volume profile of a rolling window: POC, value area, high and low volume node",
    group: "level",
    inputs: of("high", "low", "volume"),
    params: { timeperiod: { ...period(100, 1), max: 5_000 }, rowpercent, valuearea },
    outputs: nodes,
    lookback: ({ timeperiod }) => timeperiod - 1,
    start: (p) => new RollingProfile(p.timeperiod, p.rowpercent, p.valuearea),
  }),
  declare({
    name: "volumeprofilesession",
    title: "Volume profile since the session began",
    group: "level",
    inputs: of("openAt", "high", "low", "volume"),
    params: {
      hours: {
        ...period(24, 1, "Length of a session, counted from the epoch in UTC."),
        unit: "hours",
        max: 8_760,
      },
      rowpercent,
      valuearea,
    },
    outputs: nodes,
    lookback: () => 0,
    start: (p) => new SessionProfile(p.hours, 0, p.rowpercent, p.valuearea),
  }),
  declare({
    name: "volumeprofileanchored",
    title: "Volume profile since a moment",
    group: "level",
    inputs: of("openAt", "high", "low", "volume"),
    params: {
      from: {
        ...period(0, 0, "The first candle that counts opens here or later; 0 is the first of all."),
        unit: "ms since the epoch",
        max: 4_102_444_800_000,
      },
      rowpercent,
      valuearea,
    },
    outputs: nodes,
    late: true,
    lookback: () => 0,
    start: (p) => new SessionProfile(0, p.from, p.rowpercent, p.valuearea),
  }),
];

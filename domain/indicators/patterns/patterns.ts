/** TA-Lib's 61 candlestick patterns as indicators. */
import { declare, type Declaration, of, real } from "../declaration.ts";
import { patternsOfAdvance } from "./advances.ts";
import { Hikkake } from "./hikkake.ts";
import { patternsOfMore } from "./more.ts";
import { patternsOfOne } from "./one.ts";
import { type Pattern, Recognised } from "./pattern.ts";
import { patternsOfThree } from "./three.ts";
import { patternsOfTwo } from "./two.ts";

const candle = of("open", "high", "low", "close");

const declared = (pattern: Pattern): Declaration => {
  const { name, title, lookback, penetration } = pattern;
  const shape = {
    name,
    title,
    group: "pattern",
    inputs: candle,
    outputs: [name],
    lookback: () => lookback,
  } as const;
  if (penetration === undefined)
    return declare({ ...shape, params: {}, start: () => new Recognised(pattern, 0) });
  const about = "How far the last candle reaches into the first's body.";
  return declare({
    ...shape,
    params: { penetration: real(penetration, 0, 10, "of the body", about) },
    start: (params) => new Recognised(pattern, params.penetration),
  });
};

const hikkake = (name: string, title: string, modified: boolean, lookback: number): Declaration =>
  declare({
    name,
    title,
    group: "pattern",
    inputs: candle,
    params: {},
    outputs: [name],
    lookback: () => lookback,
    start: () => new Hikkake(modified, lookback),
  });

export const patterns: readonly Declaration[] = [
  ...[patternsOfOne, patternsOfTwo, patternsOfThree, patternsOfAdvance, patternsOfMore].flat().map(declared),
  hikkake("cdlhikkake", "Hikkake; 200 or -200 once confirmed", false, 5),
  hikkake("cdlhikkakemod", "Modified hikkake; 200 or -200 once confirmed", true, 10),
];

/**
 * What hedges a strategy: the last of its instruments, which it does not trade itself, held against what it holds of the others. Read
 * from configuration here, and held against the instruments: which sides of the others a hedge can answer.
 */
import type { Timeframe } from "../market/candle.ts";
import { timeframe } from "../market/candle.ts";
import { isContract, isInverse, legIn } from "../market/instrument.ts";
import { Invalid } from "../values/invalid.ts";
import { readNumber, readObject } from "../values/read.ts";
import { readOneOf } from "./saved.ts";

const ratios = ["one", "beta"] as const;
const consequences = ["hold", "unwind"] as const;

export interface Hedge {
  /** Symbol or id of the last instrument. */
  readonly with: string;
  /**
   * one: as many units of the same base, or as much money of another one. beta: the slope of the returns of each instrument over those of
   * the hedge, over `window` candles of `timeframe`, drawn to 1 by `shrink` (0: not at all), from 0 to `ratioMax`; 1 until it is known.
   */
  readonly ratio: (typeof ratios)[number];
  readonly window: number;
  /** Absent: the first that the strategy needs. */
  readonly timeframe?: Timeframe;
  readonly shrink: number;
  readonly ratioMax: number;
  /** How much of it is hedged. */
  readonly share: number;
  /** While the strategy's positions stand still, the hedge is put right when it is off by more than this part of equity. */
  readonly band: number;
  /** A hedge that is missing for longer than this, ms, has failed: it is tried again (`hold`), or what it lacks is sold too (`unwind`). */
  readonly hedgeMs: number;
  readonly onFail: (typeof consequences)[number];
  /** After unwinding nothing is entered for so long, ms. */
  readonly pauseMs: number;
}

const defaults = {
  ...{ ratio: "one", window: 120, shrink: 0.2, ratioMax: 2, share: 1, band: 0.02 },
  ...{ hedgeMs: 10_000, onFail: "unwind", pauseMs: 3_600_000 },
} as const;
const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
  ...{ window: [10, 10_000], shrink: [0, 1], ratioMax: [0.1, 10], share: [0.01, 1], band: [0, 1] },
  ...{ hedgeMs: [100, 3_600_000], pauseMs: [0, 604_800_000] },
};
const whole: readonly string[] = ["window", "hedgeMs", "pauseMs"];

/** Throws `Invalid` naming the field. */
export const parseHedge = (raw: unknown, field: string): Hedge => {
  const from = readObject(raw, field);
  const given: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(from)) {
    const at = `${field}.${name}`;
    if (name === "with") given[name] = readPair(value, at);
    else if (name === "ratio") given[name] = readOneOf(value, ratios, at);
    else if (name === "onFail") given[name] = readOneOf(value, consequences, at);
    else if (name === "timeframe") given[name] = timeframe(value as string, at);
    else if (Object.hasOwn(ranges, name)) {
      const [least, most] = ranges[name]!;
      const expected = `a ${whole.includes(name) ? "whole " : ""}number from ${least} to ${most}`;
      const number = readNumber(value, at, expected);
      if (number < least || number > most || (whole.includes(name) && !Number.isInteger(number)))
        throw new Invalid(at, expected, value);
      given[name] = number;
    } else throw new Invalid(at, `one of with, timeframe, ${Object.keys(defaults).join(", ")}`, value);
  }
  if (given["with"] === undefined)
    throw new Invalid(`${field}.with`, "the last of the instruments", undefined);
  if (given["ratio"] === "one")
    for (const name of ["window", "timeframe", "shrink", "ratioMax"])
      if (from[name] !== undefined)
        throw new Invalid(`${field}.${name}`, "none beside the ratio one", from[name]);
  return (given["ratio"] === "one" ? { ...given, ratioMax: 1 } : given) as unknown as Hedge;
};

/** Which sides one may hold of it: spot and a long leg are never short, a short leg is never long. */
const sidesOf = (name: string): { readonly long: boolean; readonly short: boolean } => ({
  long: legIn(name) !== "short",
  short: isContract(name) && legIn(name) !== "long",
});

/** Which sides of what the strategy trades are answered: the hedge takes the other one. */
export const answered = (hedge: string): { readonly long: boolean; readonly short: boolean } => {
  const { long, short } = sidesOf(hedge);
  return { long: short, short: long };
};

/** `instruments`: ids. Throws `Invalid` naming the field of the hedge. */
export const checkHedge = (hedge: Hedge, instruments: readonly string[], field: string): void => {
  const last = instruments.at(-1);
  const at = `${field}.with`;
  if (last === undefined || (last !== hedge.with && last.slice(last.indexOf(":") + 1) !== hedge.with))
    throw new Invalid(at, `the last of the instruments, ${last ?? "of which there are none"}`, hedge.with);
  if (instruments.length < 2) throw new Invalid(at, "an instrument beside those that are traded", hedge.with);
  const inverse = instruments.find(isInverse);
  if (inverse !== undefined) throw new Invalid(field, "no inverse contracts", inverse);
  const can = answered(last);
  for (const one of instruments.slice(0, -1)) {
    const sides = sidesOf(one);
    if (!(sides.long && can.long) && !(sides.short && can.short))
      throw new Invalid(at, `what can be held against ${one}: a contract, or a leg of the other side`, last);
  }
};

const readPair = (value: unknown, field: string): string => {
  if (typeof value !== "string" || !/^\S+\/\S+$/.test(value))
    throw new Invalid(field, "a pair such as BTC/USDT:USDT", value);
  return value;
};

/** A plan out of JSON. Throws `Invalid` naming the field, and refuses what cannot be meant together. */
import { Invalid } from "../../values/invalid.ts";
import { readCount, readNumber, readObject } from "../../values/read.ts";
import { readRangeStop } from "../exits/range-stop.ts";
import { readRoi, readStoploss, readTrailing } from "../exits/read-rules.ts";
import { readOneOf } from "../saved.ts";
import { TARGETS_MAX } from "../targets.ts";
import type { Rung, TakeProfit } from "./ladder.ts";
import { hasStop, type ManagePlan } from "./plan.ts";
import type { Pyramid } from "./pyramid.ts";
import type { ScalingRule } from "./scaling.ts";

/** As it is written. */
export type WrittenPlan = Readonly<Record<string, unknown>>;

const names = [
  ...["stoploss", "trailingStop", "trailingStopPositive", "trailingStopPositiveOffset"],
  ...["trailingOnlyOffsetIsReached", "minimalRoi", "rangeStop", "unfilledTimeout", "takeProfit", "breakEven"],
  ...["timeLimit", "pyramid", "scaling"],
] as const;
type Name = (typeof names)[number];
const MINUTES_MAX = 1e9;

/** `nameOf`: how a field was written, where that is not below `field` (an option of its own). */
export const readPlan = (
  raw: unknown,
  field: string,
  nameOf: (name: string) => string = (name) => `${field}.${name}`,
): ManagePlan => {
  const from = known(raw, field, names, nameOf);
  if (Object.values(from).every((value) => value === undefined))
    throw new Invalid(field, `at least one of ${names.join(", ")}`, raw);
  const at = (name: Name): string => nameOf(name);
  const stoploss = readStoploss(from["stoploss"], at("stoploss"));
  for (const name of [
    "trailingStopPositive",
    "trailingStopPositiveOffset",
    "trailingOnlyOffsetIsReached",
  ] as const)
    if (from[name] !== undefined && from["trailingStop"] !== true)
      throw new Invalid(at(name), `${at("trailingStop")} beside it`, from[name]);
  const trailing = readTrailing(
    {
      stop: from["trailingStop"],
      positive: from["trailingStopPositive"],
      offset: from["trailingStopPositiveOffset"],
      onlyOffsetIsReached: from["trailingOnlyOffsetIsReached"],
    },
    {
      stop: at("trailingStop"),
      positive: at("trailingStopPositive"),
      offset: at("trailingStopPositiveOffset"),
      onlyOffsetIsReached: at("trailingOnlyOffsetIsReached"),
    },
    stoploss,
  );
  const has = <T>(name: Name, read: (value: unknown, field: string) => T): T | undefined =>
    from[name] === undefined ? undefined : read(from[name], at(name));
  const rules = { stoploss, roi: has("minimalRoi", readRoi) ?? [], trailing };
  const range = has("rangeStop", (value, name) => {
    if (typeof value !== "string") throw new Invalid(name, "text such as atr:2", value);
    return readRangeStop(value, name);
  });
  const stopped = hasStop({ rules, range });
  const takeProfit = has("takeProfit", (value, name) => readTakeProfit(value, name, stopped));
  return {
    rules,
    range,
    takeProfit,
    unfilledTimeoutMinutes:
      has("unfilledTimeout", (value, name) => within(value, name, 0, MINUTES_MAX)) ?? Infinity,
    breakEven: has("breakEven", (value, name) => readBreakEven(value, name, takeProfit)),
    timeLimitMinutes: has("timeLimit", (value, name) => within(value, name, 1, MINUTES_MAX)) ?? Infinity,
    pyramid: has("pyramid", readPyramid),
    scaling: has("scaling", (value, name) => readScaling(value, name, stopped)),
  };
};

const readTakeProfit = (raw: unknown, field: string, stopped: boolean): TakeProfit => {
  if (!Array.isArray(raw) || raw.length === 0 || raw.length > TARGETS_MAX)
    throw new Invalid(
      field,
      `a list of 1 to ${TARGETS_MAX} rungs, each { profit, close } or { r, close }`,
      raw,
    );
  let sum = 0;
  let before = 0;
  let unit: TakeProfit["unit"] | undefined;
  const rungs = raw.map((each: unknown, k): Rung => {
    const name = `${field}.${k}`;
    const from = known(each, name, ["profit", "r", "close"]);
    const of = oneOf(from, name, "profit", "r");
    if (of === "r" && !stopped)
      throw new Invalid(`${name}.r`, "a stoploss or rangeStop whose distance it is a multiple of", from["r"]);
    unit ??= of;
    if (of !== unit) throw new Invalid(`${name}.${of}`, `${unit}, as the rungs before`, from[of]);
    const at = above(from[of], `${name}.${of}`, 1_000);
    if (at <= before) throw new Invalid(`${name}.${of}`, `more than ${before}, the one before`, at);
    const close = above(from["close"], `${name}.close`, 100);
    sum += close;
    before = at;
    if (sum > 100 + 1e-9) throw new Invalid(`${name}.close`, "at most 100 percent over all rungs", sum);
    return { at, close };
  });
  return { unit: unit!, rungs };
};

const readBreakEven = (
  raw: unknown,
  field: string,
  takeProfit: TakeProfit | undefined,
): ManagePlan["breakEven"] => {
  const from = known(raw, field, ["after", "profit"]);
  if (oneOf(from, field, "after", "profit") === "profit")
    return { profit: above(from["profit"], `${field}.profit`, 1_000) };
  const rungs = takeProfit?.rungs.length ?? 0;
  const after = readCount(from["after"], `${field}.after`, 1);
  if (after > rungs) throw new Invalid(`${field}.after`, `a rung of takeProfit, which has ${rungs}`, after);
  return { after };
};

const readPyramid = (raw: unknown, field: string): Pyramid => {
  const from = known(raw, field, ["adds", "spacing", "ranges", "length", "ratio", "stop"]);
  const by = oneOf(from, field, "spacing", "ranges");
  if (by === "spacing" && from["length"] !== undefined)
    throw new Invalid(`${field}.length`, "ranges beside it", from["length"]);
  return {
    adds: whole(from["adds"], `${field}.adds`, 1, 10),
    spacing:
      by === "spacing"
        ? { ratio: above(from["spacing"], `${field}.spacing`, 1) }
        : {
            ranges: above(from["ranges"], `${field}.ranges`, 100),
            length: whole(from["length"] ?? 14, `${field}.length`, 1, 1_000),
          },
    ratio: below(above(from["ratio"] ?? 0.5, `${field}.ratio`, 1), `${field}.ratio`),
    stop: readOneOf(from["stop"] ?? "average", ["average", "keep"] as const, `${field}.stop`),
  };
};

const readScaling = (raw: unknown, field: string, stopped: boolean): ScalingRule => {
  const from = known(raw, field, ["trades", "least", "most", "step", "band", "by"]);
  const by = readOneOf(from["by"] ?? "ratio", ["ratio", "r"] as const, `${field}.by`);
  if (by === "r" && !stopped)
    throw new Invalid(`${field}.by`, "a stoploss or rangeStop whose distance results are multiples of", by);
  const least = within(from["least"] ?? 0.5, `${field}.least`, 0.01, 1);
  const most = within(from["most"] ?? 1, `${field}.most`, 1, 10);
  if (least === most) throw new Invalid(`${field}.most`, `more than ${least}, the least`, most);
  return {
    trades: whole(from["trades"], `${field}.trades`, 1, 1_000),
    least,
    most,
    step: above(from["step"] ?? 0.1, `${field}.step`, most - least),
    band: within(from["band"] ?? 0, `${field}.band`, 0, 1_000),
    by,
  };
};

const known = (
  raw: unknown,
  field: string,
  allowed: readonly string[],
  nameOf: (name: string) => string = (name) => `${field}.${name}`,
): WrittenPlan => {
  const from = readObject(raw, field);
  const strange = Object.keys(from).find((name) => !allowed.includes(name));
  if (strange !== undefined)
    throw new Invalid(nameOf(strange), `one of ${allowed.join(", ")}`, from[strange]);
  return from;
};

/** Which of two fields is there: one of them must be, and only one. */
const oneOf = <A extends string, B extends string>(from: WrittenPlan, field: string, a: A, b: B): A | B => {
  if ((from[a] === undefined) === (from[b] === undefined))
    throw new Invalid(field, `either ${a} or ${b}`, from[a] === undefined ? "neither" : "both");
  return from[a] === undefined ? b : a;
};

const within = (raw: unknown, field: string, least: number, most: number): number => {
  const expected = `a number from ${least} to ${most}`;
  const value = readNumber(raw, field, expected);
  if (value < least || value > most) throw new Invalid(field, expected, raw);
  return value;
};

const above = (raw: unknown, field: string, most: number): number => {
  const expected = `a number above 0, at most ${most}`;
  const value = readNumber(raw, field, expected);
  if (value <= 0 || value > most) throw new Invalid(field, expected, raw);
  return value;
};

const below = (value: number, field: string): number => {
  if (value >= 1)
    throw new Invalid(field, "a number below 1: each add is smaller than the one before", value);
  return value;
};

const whole = (raw: unknown, field: string, least: number, most: number): number => {
  const value = readCount(raw, field, least);
  if (value > most) throw new Invalid(field, `a whole number from ${least} to ${most}`, raw);
  return value;
};

/** Protective exits out of JSON, as freqtrade users write them. Throws `Invalid` naming the field. */
import { Invalid } from "../../values/invalid.ts";
import { readNumber, readObject } from "../../values/read.ts";
import type { RoiStep, Trailing } from "./rules.ts";

/** `{ "0": 0.1, "30": 0.02 }`: profit to take by whole minutes after the opening. */
export const readRoi = (raw: unknown, field: string): readonly RoiStep[] =>
  Object.entries(readObject(raw, field))
    .map(([minutes, ratio]) => {
      if (!/^\d{1,9}$/.test(minutes)) throw new Invalid(field, "whole minutes as names", minutes);
      return { minutes: Number(minutes), ratio: readRatio(ratio, `${field}.${minutes}`, -1, Infinity) };
    })
    .sort((a, b) => a.minutes - b.minutes);

/** NaN for null and undefined. */
export const readStoploss = (raw: unknown, field: string): number => {
  if (raw === null || raw === undefined) return NaN;
  const ratio = readRatio(raw, field, -1, 0);
  if (ratio === 0) throw new Invalid(field, "a ratio from -1 to below 0, or null", raw);
  return ratio;
};

interface RawTrailing {
  readonly stop: unknown;
  readonly positive: unknown;
  readonly offset: unknown;
  readonly onlyOffsetIsReached: unknown;
}

/** `fields`: what each is called where it was written. Undefined unless the stop shall trail. */
export const readTrailing = (
  raw: RawTrailing,
  fields: Readonly<Record<keyof RawTrailing, string>>,
  stoploss: number,
): Trailing | undefined => {
  const wanted = readFlag(raw.stop, fields.stop);
  const positive =
    raw.positive === null || raw.positive === undefined
      ? NaN
      : readRatio(raw.positive, fields.positive, 0, 1);
  const offset =
    raw.offset === null || raw.offset === undefined ? 0 : readRatio(raw.offset, fields.offset, 0, Infinity);
  const onlyOffsetIsReached = readFlag(raw.onlyOffsetIsReached, fields.onlyOffsetIsReached);
  if (!wanted) return undefined;
  if (Number.isNaN(stoploss) && Number.isNaN(positive))
    throw new Invalid(fields.stop, "a stop loss or a positive distance to trail with", raw.stop);
  return { positive, offset, onlyOffsetIsReached };
};

/** False for null and undefined. */
export const readFlag = (raw: unknown, field: string): boolean => {
  if (raw === null || raw === undefined) return false;
  if (typeof raw !== "boolean") throw new Invalid(field, "true or false", raw);
  return raw;
};

const readRatio = (raw: unknown, field: string, least: number, most: number): number => {
  const expected = most === Infinity ? `a ratio from ${least}` : `a ratio from ${least} to ${most}`;
  const value = readNumber(raw, field, expected);
  if (value < least || value > most) throw new Invalid(field, expected, raw);
  return value;
};

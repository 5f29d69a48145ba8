/**
 * Reading single values out of unknown input. Each reader returns the value or throws `Invalid` naming the
 * field. Numbers may come as numbers, decimal text or exact decimals; text is never read loosely ("", " 1", "0x1").
 */
import { Invalid } from "./invalid.ts";
import { type Decimal, decimal, fromFloat, timestamp, type Timestamp, toFloat } from "./values.ts";

/** 2009-01-01 and 2100-01-01: outside lie seconds, micro- and nanoseconds taken for milliseconds. */
const EARLIEST_MS = 1_230_768_000_000;
const LATEST_MS = 4_102_444_800_000;

const decimalText = /^[+-]?\d+(\.\d*)?([eE][+-]?\d{1,2})?$/;

export const readObject = (raw: unknown, field: string): Readonly<Record<string, unknown>> => {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw new Invalid(field, "an object", raw);
  return raw as Readonly<Record<string, unknown>>;
};

export const readText = (raw: unknown, shape: RegExp, field: string): string => {
  if (typeof raw !== "string" || !shape.test(raw)) throw new Invalid(field, `text like ${shape.source}`, raw);
  return raw;
};

/** Finite. */
export const readNumber = (raw: unknown, field: string, expected = "a number"): number => {
  const value =
    typeof raw === "number"
      ? raw
      : typeof raw === "string" && decimalText.test(raw)
        ? Number(raw)
        : typeof raw === "bigint"
          ? toFloat(raw)
          : Number.NaN;
  if (!Number.isFinite(value)) throw new Invalid(field, expected, raw);
  return value;
};

export const readPositive = (raw: unknown, field: string): number => {
  const value = readNumber(raw, field, "a number above zero");
  if (value <= 0) throw new Invalid(field, "a number above zero", raw);
  return value;
};

export const readNotNegative = (raw: unknown, field: string): number => {
  const value = readNumber(raw, field, "a number from zero");
  if (value < 0) throw new Invalid(field, "a number from zero", raw);
  return value;
};

/** A whole number from `least` that a double holds exactly. */
export const readCount = (raw: unknown, field: string, least = 0): number => {
  const expected = `a whole number from ${least}`;
  const value = readNumber(raw, field, expected);
  if (!Number.isSafeInteger(value) || value < least) throw new Invalid(field, expected, raw);
  return value;
};

export const readTime = (raw: unknown, field: string): Timestamp => {
  const expected = "whole milliseconds between the years 2009 and 2100";
  const at = readNumber(raw, field, expected);
  if (!Number.isInteger(at) || at < EARLIEST_MS || at > LATEST_MS) throw new Invalid(field, expected, raw);
  return timestamp(at);
};

/** Exactly, at least `least` units of 1e-18. */
export const readDecimal = (raw: unknown, least: Decimal, field: string): Decimal => {
  const expected = least > 0n ? "a number above zero" : "a number from zero";
  if (typeof raw !== "bigint" && typeof raw !== "number" && typeof raw !== "string")
    throw new Invalid(field, expected, raw);
  const value =
    typeof raw === "bigint" ? raw : typeof raw === "number" ? fromFloat(raw, field) : decimal(raw, field);
  if (value < least) throw new Invalid(field, expected, raw);
  return value;
};

/** Exactly `length` finite numbers. */
export const readNumbers = (raw: unknown, length: number, field: string): readonly number[] => {
  if (!Array.isArray(raw) || raw.length !== length)
    throw new Invalid(field, `a list of ${length} numbers`, raw);
  return raw.map((value: unknown, at) => readNumber(value, `${field}[${at}]`));
};

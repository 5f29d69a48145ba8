/** What tests of parsers share: the field that a refusal names, and values that are no number. */
import { Invalid } from "../domain/values/invalid.ts";

/** The field that a parser names when it refuses; fails when it does not refuse. */
export const refused = (parse: () => unknown): string => {
  try {
    parse();
  } catch (error) {
    if (error instanceof Invalid) return error.field;
    throw error;
  }
  throw new Error("was not refused");
};

/** Not finite, below zero, or text that only looks like a number. */
export const nonNumbers: readonly unknown[] = [
  Number.NaN,
  Infinity,
  -Infinity,
  -1,
  "",
  " 1",
  "0x1",
  "1,5",
  "NaN",
  null,
  undefined,
  true,
  {},
  [],
];

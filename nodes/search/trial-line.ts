/**
 * The canonical line of a trial: JSON without spaces, keys in this order, parameters by name, numbers as JavaScript writes
 * them (shortest that reads back the same), null for what is undefined.
 */
import type { Evaluation } from "../../simulation/search/objectives.ts";
import type { Trial } from "../../simulation/search/search.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { readCount, readObject } from "../../domain/values/read.ts";

export const trialLine = ({ index, params }: Trial, { losses, reason, figures }: Evaluation): string =>
  JSON.stringify({ index, params: byName(params), losses, reason, figures });

const byName = <Value>(values: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));

export type FoundTrial = Trial & Evaluation;

/** Throws `Invalid` naming the line when it is not that of trial `index`. */
export const readTrial = (line: string, index: number, path: string): FoundTrial => {
  const field = `${path} line ${index + 2}`;
  let raw: Readonly<Record<string, unknown>>;
  try {
    raw = readObject(JSON.parse(line), field);
  } catch {
    throw new Invalid(field, "a trial", line);
  }
  if (readCount(raw["index"], `${field}: index`) !== index)
    throw new Invalid(`${field}: index`, String(index), raw["index"]);
  readObject(raw["params"], `${field}: params`);
  return raw as unknown as FoundTrial;
};

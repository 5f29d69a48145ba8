/** Parameter sets from a file: a JSON object of parameters on each line; empty lines are passed over. */
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseParams } from "../../domain/strategy/params.ts";
import type { Params, Strategy } from "../../domain/strategy/strategy.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { readObject } from "../../domain/values/read.ts";

const SETS_MAX = 1_000_000;

export interface FiledSet {
  readonly params: Params;
  /** What errors name: file and line. */
  readonly field: string;
}

/** `fixed`: parameters that a line does not tell; others have their defaults. Throws `Invalid` naming the line and the parameter. */
export const setsOfFile = (path: string, strategy: Strategy, fixed: Params): readonly FiledSet[] => {
  if (!existsSync(path)) throw new Invalid("--sets-file", "a file that exists", path);
  const found: FiledSet[] = [];
  for (const [i, line] of readFileSync(path, "utf8").split("\n").entries()) {
    if (line.trim() === "") continue;
    const field = `${basename(path)} line ${i + 1}`;
    found.push({ params: parseParams(strategy, { ...fixed, ...objectOf(line, field) }, field), field });
  }
  if (found.length === 0 || found.length > SETS_MAX)
    throw new Invalid("--sets-file", `a file of 1 to ${SETS_MAX} lines of parameters`, found.length);
  return found;
};

const objectOf = (line: string, field: string): Readonly<Record<string, unknown>> => {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    throw new Invalid(field, "a JSON object of parameters", line);
  }
  return readObject(read, field);
};

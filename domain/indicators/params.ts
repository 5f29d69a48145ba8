/** Parameters of an indicator from unknown input: defaults filled in, all else refused by name. Numbers may be text. */
import { Invalid } from "../values/invalid.ts";
import { readNumber, readObject } from "../values/read.ts";
import type { AnyValues, Declaration, Param } from "./declaration.ts";

/** Throws `Invalid` naming the field, for example `rsi.timeperiod`. */
export const parseValues = (of: Declaration, raw: unknown = {}): AnyValues => {
  const from = readObject(raw, of.name);
  const names = Object.keys(of.params);
  for (const name of Object.keys(from))
    if (!Object.hasOwn(of.params, name))
      throw new Invalid(`${of.name}.${name}`, knownText(names), from[name]);
  const values: Record<string, number | string> = {};
  for (const [name, param] of Object.entries(of.params))
    values[name] =
      from[name] === undefined ? param.default : valueOf(param, from[name], `${of.name}.${name}`);
  return values;
};

const knownText = (names: readonly string[]): string =>
  names.length === 0 ? "no parameters at all" : `one of the parameters ${names.join(", ")}`;

const valueOf = (param: Param, raw: unknown, field: string): number | string => {
  if (param.kind === "choice") {
    if (typeof raw !== "string" || !param.choices.includes(raw))
      throw new Invalid(field, `one of ${param.choices.join(", ")}`, raw);
    return raw;
  }
  const { kind, min, max, unit } = param;
  const expected = `${kind === "integer" ? "a whole number" : "a number"} from ${min} to ${max} (${unit})`;
  const value = readNumber(raw, field, expected);
  if (value < min || value > max || (kind === "integer" && !Number.isInteger(value)))
    throw new Invalid(field, expected, raw);
  return value;
};

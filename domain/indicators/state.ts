/**
 * Saving and restoring a calculation by walking its own fields. JSON knows neither NaN and infinities nor the sign
 * of zero, so these travel as text; all else comes back bit for bit as it was. Functions are no state.
 */
import { Invalid } from "../values/invalid.ts";
import { readObject } from "../values/read.ts";

export type State = number | boolean | string | readonly State[] | { readonly [field: string]: State };

const numberState = (x: number): State => (Number.isFinite(x) && !Object.is(x, -0) ? x : textOf(x));
const textOf = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

export const saveState = (of: unknown): State => {
  if (typeof of === "number") return numberState(of);
  if (typeof of === "boolean" || typeof of === "string") return of;
  if (of instanceof Float64Array) return Array.from(of, numberState);
  if (Array.isArray(of)) return of.map(saveState);
  const saved: Record<string, State> = {};
  for (const [field, value] of Object.entries(of as object))
    if (typeof value !== "function") saved[field] = saveState(value);
  return saved;
};

const special: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
};

const readState = (raw: unknown, field: string): number => {
  if (typeof raw === "number") return raw;
  if (typeof raw === "string" && Object.hasOwn(special, raw)) return special[raw]!;
  throw new Invalid(field, "a number", raw);
};

const readList = (raw: unknown, length: number, field: string): readonly unknown[] => {
  if (!Array.isArray(raw) || raw.length !== length) throw new Invalid(field, `a list of ${length}`, raw);
  return raw;
};

/** Puts `saved` into the fields of `into`, which must have the same shape. Throws `Invalid` naming the field. */
export const loadState = (into: object, saved: unknown, field: string): void => {
  const from = readObject(saved, field);
  const target = into as Record<string, unknown>;
  for (const [name, value] of Object.entries(target)) {
    const at = `${field}.${name}`;
    if (typeof value === "number") target[name] = readState(from[name], at);
    else if (typeof value === "boolean" || typeof value === "string") {
      if (typeof from[name] !== typeof value) throw new Invalid(at, `a ${typeof value}`, from[name]);
      target[name] = from[name];
    } else if (typeof value === "object" && value !== null) loadInto(value, from[name], at);
  }
};

const loadInto = (value: object, raw: unknown, field: string): void => {
  if (value instanceof Float64Array)
    value.set(readList(raw, value.length, field).map((x, i) => readState(x, `${field}[${i}]`)));
  else if (Array.isArray(value))
    for (const [i, x] of readList(raw, value.length, field).entries())
      loadInto(value[i] as object, x, `${field}[${i}]`);
  else loadState(value, raw, field);
};

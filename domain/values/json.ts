/**
 * JSON that keeps exact money: a bigint travels as its decimal text with an `n` behind ("1.5n"), and
 * comes back as the same bigint. Used by the wire, the journal and the gateway alike, so that a message
 * reads the same everywhere. Ordinary text that looks like such a number, or begins with `~`, gets a `~` in front.
 */
import { decimal, format } from "./values.ts";

const exact = /^-?\d+(\.\d+)?n$/;

const write = (_key: string, value: unknown): unknown => {
  if (typeof value === "bigint") return `${format(value)}n`;
  if (
    typeof value === "string" &&
    (value.charCodeAt(0) === 126 || (value.endsWith("n") && exact.test(value)))
  )
    return `~${value}`;
  if (value instanceof Map) throw new TypeError("a Map does not travel: send an object or an array");
  return value;
};

const read = (_key: string, value: unknown): unknown => {
  if (typeof value !== "string") return value;
  if (value.charCodeAt(0) === 126) return value.slice(1);
  return value.endsWith("n") && exact.test(value) ? decimal(value.slice(0, -1)) : value;
};

export const toJson = (value: unknown): string => JSON.stringify(value, write);
/** Only text with a marked string in it needs the slow way. */
const marked = /\dn"|"~/;
export const fromJson = (text: string): unknown =>
  marked.test(text) ? JSON.parse(text, read) : JSON.parse(text);

/** For people and outside programs: decimals as plain text, not revivable. */
export const toPlainJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, (_key, v: unknown) => (typeof v === "bigint" ? format(v) : v), indent);

/**
 * What one route of the gateway is. The table in routes.ts makes the aliases of the server, the checks of what comes in,
 * and the OpenAPI document, so that the three cannot differ.
 */
import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { Invalid } from "../../domain/values/invalid.ts";
import type { Controls } from "../controls.ts";
import type { Engine } from "../engine.ts";
import type { Overview } from "../overview.ts";
import type { Caller, Door, Scope } from "./tokens.ts";

export type Entries = Readonly<Record<string, v.GenericSchema<unknown, unknown>>>;
type Output<E extends Entries> = { readonly [K in keyof E]: v.InferOutput<E[K]> };

/** The engine, once it has started. */
export interface Behind {
  readonly engine: Engine;
  readonly ask: Overview;
  readonly act: Controls;
}

/** The process, from its first moment on. */
export interface Front {
  readonly node: string;
  readonly startedAt: number;
  readonly door: Door;
  readonly metrics: () => Readonly<Record<string, string>>;
  readonly behind: () => Behind | undefined;
  /** The document of the table itself. */
  readonly document: () => unknown;
}

export interface Asked<Q, B> {
  /** Names of the path. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  readonly front: Front;
}

interface About {
  readonly method: "GET" | "POST";
  /** Behind `/api/v1`, names in braces. */
  readonly path: string;
  /** The last name of the path may hold slashes. */
  readonly deep?: boolean;
  /** `none`: open to everybody. */
  readonly scope: Scope | "none";
  readonly summary: string;
  /** What a good answer holds. */
  readonly answer: string;
}

/** Checks what came in. Throws `Invalid` naming the field. */
type Check = (raw: unknown) => unknown;

/** With its inputs' types forgotten: `handle` and `early` get what the schemas let through. */
export interface Route extends About {
  readonly query: Entries;
  readonly body: Entries | undefined;
  readonly checkQuery: Check;
  readonly checkBody: Check;
  /** Answers before the engine has started. */
  readonly early?: (asked: Asked<never, never>) => unknown;
  readonly handle?: (asked: Asked<never, never>, behind: Behind) => unknown;
}

// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the type of no inputs
type None = {};

export const route = <Q extends Entries = None, B extends Entries = None>(
  about: About & {
    readonly query?: Q;
    readonly body?: B;
    readonly early?: (asked: Asked<Output<Q>, Output<B>>) => unknown;
    readonly handle?: (asked: Asked<Output<Q>, Output<B>>, behind: Behind) => unknown;
  },
): Route => {
  const { query = {}, body } = about;
  return { ...about, query, body, checkQuery: queryCheck(query), checkBody: bodyCheck(body ?? {}) };
};

export const jsonSchema = (schema: v.GenericSchema<unknown, unknown>): Record<string, unknown> => {
  const made: Record<string, unknown> = { ...toJsonSchema(schema, { typeMode: "input" }) };
  delete made["$schema"];
  return made;
};

const check = (entries: Entries): Check => {
  const schema = v.strictObject(entries);
  const known = Object.keys(entries);
  return (given) => {
    // Most routes take nothing.
    if (known.length === 0 && Object.keys(given as object).length === 0) return given;
    const parsed = v.safeParse(schema, given, { abortEarly: true });
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    const field = v.getDotPath(issue) ?? "body";
    if (issue.expected === "never")
      throw new Invalid(field, `no such field (known: ${known.join(", ") || "none"})`, field);
    throw new Invalid(field, issue.input === undefined ? "a value" : expectation(issue), issue.input);
  };
};

const bodyCheck = (entries: Entries): Check => {
  const parse = check(entries);
  return (raw) => {
    if (typeof raw === "object" ? Array.isArray(raw) : raw !== undefined)
      throw new Invalid("body", "an object", raw);
    return parse(raw ?? {});
  };
};

/** Numbers of a query string are text. */
const queryCheck = (entries: Entries): Check => {
  const parse = check(entries);
  const numbers = Object.entries(entries).flatMap(([name, schema]) =>
    ["number", "integer"].includes(String(jsonSchema(schema)["type"])) ? [name] : [],
  );
  return (raw) => {
    const given = raw as Readonly<Record<string, unknown>>;
    if (!numbers.some((name) => Object.hasOwn(given, name))) return parse(given);
    const text = (name: string): string => (typeof given[name] === "string" ? given[name] : "");
    const read = numbers.filter((name) => /^-?\d+(\.\d+)?$/.test(text(name)));
    return parse({ ...given, ...Object.fromEntries(read.map((name) => [name, Number(text(name))])) });
  };
};

const expectation = ({ message, expected }: v.BaseIssue<unknown>): string =>
  /^(Invalid|Expected)/.test(message) ? (expected ?? message) : message;

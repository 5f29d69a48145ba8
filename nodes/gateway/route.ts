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

/** With its inputs' types forgotten: `handle` and `early` get what the schemas let through. */
export interface Route extends About {
  readonly query: Entries;
  readonly body: Entries | undefined;
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
): Route => ({ ...about, query: about.query ?? {}, body: about.body });

export const jsonSchema = (schema: v.GenericSchema<unknown, unknown>): Record<string, unknown> => {
  const made: Record<string, unknown> = { ...toJsonSchema(schema, { typeMode: "input" }) };
  delete made["$schema"];
  return made;
};

/** What came in, checked. Numbers of a query string are text. Throws `Invalid` naming the field. */
export const checked = (entries: Entries, raw: unknown, fromText: boolean): unknown => {
  if (typeof raw === "object" ? Array.isArray(raw) : raw !== undefined)
    throw new Invalid("body", "an object", raw);
  const given: unknown = fromText ? numbered(entries, raw as Record<string, unknown>) : (raw ?? {});
  const parsed = v.safeParse(v.strictObject(entries), given, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue) ?? "body";
  if (issue.expected === "never")
    throw new Invalid(field, `no such field (known: ${Object.keys(entries).join(", ") || "none"})`, field);
  throw new Invalid(field, issue.input === undefined ? "a value" : expectation(issue), issue.input);
};

const expectation = ({ message, expected }: v.BaseIssue<unknown>): string =>
  /^(Invalid|Expected)/.test(message) ? (expected ?? message) : message;

const numbered = (entries: Entries, raw: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(raw).map(([name, text]) => {
      const schema = Object.hasOwn(entries, name) ? jsonSchema(entries[name]!) : {};
      const wanted = schema["type"] === "number" || schema["type"] === "integer";
      return [name, wanted && typeof text === "string" && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text];
    }),
  );

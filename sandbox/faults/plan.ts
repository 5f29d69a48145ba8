/**
 * What goes wrong, in words: a plan of faults, read from JSON. A field left out is off; `mix` draws what is left out
 * from the seed. Every field stands in docs/sandbox.md, with an example.
 */
import { Invalid } from "../../domain/values/invalid.ts";

/** A number of ms, or [least, most]. */
export type Span = number | readonly [number, number];
export type Sockets = "market" | "user" | "all";

export interface FaultPlan {
  /** Of all chance; default 1. */
  readonly seed?: number;
  /** Draws faults from the seed: 0 none, 1 many at once. */
  readonly mix?: number;
  /** Requests whose `METHOD path` contains this text (`DELETE /api/v3/order`, `/ws-api/v3/order.place`); default all. */
  readonly match?: string;
  /** Every answer waits. */
  readonly latencyMs?: Span;

  /** A share of requests, or the next so many, are not carried out and answered with `errorStatus`. */
  readonly errorRatio?: number;
  readonly errorNext?: number;
  /** They are carried out, and answered with `errorStatus` all the same. */
  readonly errorAfterRatio?: number;
  readonly errorAfterNext?: number;
  /** 500, 502, 503 or 504; default 500. 500 and 502 are HTML pages, 503 carries Binance's -1006, 504 its -1007. */
  readonly errorStatus?: number;

  /** The next so many requests, or all for so long, are answered with `limitStatus` (429 or 418) and Retry-After. */
  readonly limitNext?: number;
  readonly limitForMs?: number;
  readonly limitStatus?: number;
  readonly retryAfterSec?: number;

  /** Carried out, then the socket is cut without an answer. */
  readonly loseRatio?: number;
  readonly loseNext?: number;

  /** Carried out, then answered with nonsense and `garbleStatus`. */
  readonly garbleRatio?: number;
  readonly garbleNext?: number;
  /** A page in HTML, the right JSON cut in its middle, or nothing; default html. */
  readonly garble?: "html" | "cut" | "empty";
  /** Default 200. */
  readonly garbleStatus?: number;

  /** For so long requests are answered with 503 and a page, sockets are closed, pairs are in BREAK. */
  readonly maintenanceForMs?: number;

  /** Of each market message: not sent, sent twice, sent after the next one; and how late all of them are. */
  readonly streamLossRatio?: number;
  readonly streamRepeatRatio?: number;
  readonly streamSwapRatio?: number;
  readonly streamDelayMs?: Span;
  /** The same of each user data event. */
  readonly userLossRatio?: number;
  readonly userRepeatRatio?: number;
  readonly userSwapRatio?: number;
  readonly userDelayMs?: Span;
  /** These sockets, new ones too, stay open and say nothing at all while the plan stands. */
  readonly mute?: Sockets;

  /** The venue's clock is ahead (or behind) by this much, and by so much more with each second of the plan. */
  readonly clockSkewMs?: number;
  readonly clockDriftMsPerSec?: number;

  /** Market time after which closed orders, and fills, cannot be asked for any more. */
  readonly forgetOrdersAfterMs?: number;
  readonly forgetFillsAfterMs?: number;
  /** Market time for which new orders, and new fills, cannot be asked for yet. */
  readonly ordersLagMs?: number;
  readonly fillsLagMs?: number;

  /** Largest share of a print that our orders may take: makes partial fills on a tape. */
  readonly fillShare?: number;
}

interface Rule {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

const MS_MAX = 600_000;
const isNumber = (value: unknown, least: number, most: number): boolean =>
  typeof value === "number" && value >= least && value <= most;
const isWhole = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;

const ratio: Rule = { expected: "a number from 0 to 1", holds: (value) => isNumber(value, 0, 1) };
const whole: Rule = { expected: "a whole number, 0 or more", holds: isWhole };
const span: Rule = {
  expected: `ms from 0 to ${MS_MAX}, or a pair of them, the least first`,
  holds: (value) => {
    const pair: readonly unknown[] = Array.isArray(value) ? value : [value, value];
    const [least, most] = pair as [number, number];
    return pair.length === 2 && pair.every((ms) => isNumber(ms, 0, MS_MAX)) && least <= most;
  },
};
const shift: Rule = {
  expected: "ms from -86400000 to 86400000",
  holds: (value) => isNumber(value, -86_400_000, 86_400_000),
};
const text: Rule = { expected: "text", holds: (value) => typeof value === "string" };
const oneOf = (...allowed: readonly unknown[]): Rule => ({
  expected: `one of ${allowed.join(", ")}`,
  holds: (value) => allowed.includes(value),
});

export const sockets: readonly Sockets[] = ["market", "user", "all"];

const rules: Readonly<Record<keyof FaultPlan, Rule>> = {
  seed: whole,
  mix: ratio,
  match: text,
  latencyMs: span,
  errorRatio: ratio,
  errorNext: whole,
  errorAfterRatio: ratio,
  errorAfterNext: whole,
  errorStatus: oneOf(500, 502, 503, 504),
  limitNext: whole,
  limitForMs: whole,
  limitStatus: oneOf(418, 429),
  retryAfterSec: whole,
  loseRatio: ratio,
  loseNext: whole,
  garbleRatio: ratio,
  garbleNext: whole,
  garble: oneOf("html", "cut", "empty"),
  garbleStatus: {
    expected: "an HTTP status from 200 to 599",
    holds: (value) => isWhole(value) && isNumber(value, 200, 599),
  },
  maintenanceForMs: whole,
  streamLossRatio: ratio,
  streamRepeatRatio: ratio,
  streamSwapRatio: ratio,
  streamDelayMs: span,
  userLossRatio: ratio,
  userRepeatRatio: ratio,
  userSwapRatio: ratio,
  userDelayMs: span,
  mute: oneOf(...sockets),
  clockSkewMs: shift,
  clockDriftMsPerSec: shift,
  forgetOrdersAfterMs: whole,
  forgetFillsAfterMs: whole,
  ordersLagMs: whole,
  fillsLagMs: whole,
  fillShare: ratio,
};

export const faultFields = Object.keys(rules);

/** Reads a plan from JSON. Throws `Invalid` naming the field, with `within` before it. */
export const faultPlan = (raw: unknown, within = ""): FaultPlan => {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw new Invalid(`${within}faults`, "an object", raw);
  for (const [field, value] of Object.entries(raw)) {
    const rule = (rules as Readonly<Record<string, Rule | undefined>>)[field];
    if (rule === undefined)
      throw new Invalid(`${within}${field}`, `one of ${faultFields.join(", ")}`, "another name");
    if (value !== undefined && !rule.holds(value))
      throw new Invalid(`${within}${field}`, rule.expected, value);
  }
  return raw;
};

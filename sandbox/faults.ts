/**
 * Trouble on demand. A plan says what goes wrong; chance comes from a seeded generator, so the same seed and
 * the same requests meet the same trouble. Set by `startSandbox({faults})` and changed by POST /admin/faults.
 */
import { Invalid } from "../domain/values/invalid.ts";
import { GatewayError, WireError } from "./errors.ts";

export interface FaultPlan {
  /** Seed of the generator; default 1. */
  readonly seed?: number;
  /** Requests whose path contains this text; default all. */
  readonly match?: string;
  /** Every answer waits this long: a number, or [least, most]. */
  readonly latencyMs?: number | readonly [number, number];
  /** Share of requests answered with `errorStatus`, 0..1. */
  readonly errorRatio?: number;
  /** The next so many requests are answered with `errorStatus`. */
  readonly errorNext?: number;
  /** 500, 502, 503 or 504; default 500. 500 and 502 are HTML pages, 503 carries Binance's -1006, 504 its -1007. */
  readonly errorStatus?: number;
  /** The next so many requests are answered with `limitStatus` (429 or 418) and Retry-After. */
  readonly limitNext?: number;
  readonly limitStatus?: number;
  readonly retryAfterSec?: number;
  /** The next so many requests are carried out, then the socket is cut without an answer. */
  readonly loseNext?: number;
  /** Share of such requests, 0..1. */
  readonly loseRatio?: number;
  /** Share of each market stream message that is not sent, 0..1. */
  readonly streamLossRatio?: number;
  /** Largest share of a print that our orders may take, 0..1: makes partial fills on a tape. */
  readonly fillShare?: number;
}

export type Verdict = "serve" | "serve-and-lose";

const ratios = ["errorRatio", "loseRatio", "streamLossRatio", "fillShare"] as const;
const counts = ["seed", "errorNext", "limitNext", "retryAfterSec", "loseNext"] as const;
const statuses = { errorStatus: [500, 502, 503, 504], limitStatus: [418, 429] } as const;
const fields = new Set<string>([...ratios, ...counts, ...Object.keys(statuses), "match", "latencyMs"]);

/** Reads a plan from JSON. Throws `Invalid` naming the field. */
export const faultPlan = (raw: unknown): FaultPlan => {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw new Invalid("body", "an object", raw);
  const plan = raw as Record<string, unknown>;
  for (const field of Object.keys(plan))
    if (!fields.has(field)) throw new Invalid(field, `one of ${[...fields].join(", ")}`, "another name");
  for (const field of ratios) {
    const value = plan[field];
    if (value !== undefined && !(typeof value === "number" && value >= 0 && value <= 1))
      throw new Invalid(field, "a number from 0 to 1", value);
  }
  for (const field of counts) {
    const value = plan[field];
    if (value !== undefined && !(Number.isInteger(value) && (value as number) >= 0))
      throw new Invalid(field, "a whole number, 0 or more", value);
  }
  for (const [field, allowed] of Object.entries(statuses)) {
    const value = plan[field];
    if (value !== undefined && !(allowed as readonly unknown[]).includes(value))
      throw new Invalid(field, `one of ${allowed.join(", ")}`, value);
  }
  if (plan["match"] !== undefined && typeof plan["match"] !== "string")
    throw new Invalid("match", "text", plan["match"]);
  const latency = plan["latencyMs"];
  const range = Array.isArray(latency) ? latency : [latency ?? 0, latency ?? 0];
  if (range.length !== 2 || !range.every((ms) => typeof ms === "number" && ms >= 0 && ms <= 600_000))
    throw new Invalid("latencyMs", "ms from 0 to 600000, or a pair of them", latency);
  return plan;
};

export class Faults {
  #plan: FaultPlan = {};
  #state = 1;
  #errorsLeft = 0;
  #limitsLeft = 0;
  #lossesLeft = 0;
  readonly met = { errors: 0, limits: 0, lost: 0, streamLost: 0 };

  constructor(plan: FaultPlan) {
    this.set(plan);
  }

  get plan(): FaultPlan {
    return this.#plan;
  }

  set(plan: FaultPlan): void {
    this.#plan = plan;
    this.#state = (plan.seed ?? 1) >>> 0 || 1;
    this.#errorsLeft = plan.errorNext ?? 0;
    this.#limitsLeft = plan.limitNext ?? 0;
    this.#lossesLeft = plan.loseNext ?? 0;
  }

  latencyMs(path: string): number {
    const latency = this.#plan.latencyMs;
    if (latency === undefined || !this.#matches(path)) return 0;
    if (typeof latency === "number") return latency;
    return latency[0] + this.#draw() * (latency[1] - latency[0]);
  }

  /** Throws the trouble of a request, or says whether its answer gets lost. */
  judge(path: string): Verdict {
    if (!this.#matches(path)) return "serve";
    const plan = this.#plan;
    if (this.#limitsLeft > 0) {
      this.#limitsLeft -= 1;
      this.met.limits += 1;
      throw new WireError(plan.limitStatus ?? 429, -1003, "Too many requests.", {
        "Retry-After": String(plan.retryAfterSec ?? 1),
      });
    }
    const errors = plan.errorRatio ?? 0;
    if (this.#errorsLeft > 0 || (errors > 0 && this.#draw() < errors)) {
      if (this.#errorsLeft > 0) this.#errorsLeft -= 1;
      this.met.errors += 1;
      throw serverError(plan.errorStatus ?? 500);
    }
    const losses = plan.loseRatio ?? 0;
    if (this.#lossesLeft > 0 || (losses > 0 && this.#draw() < losses)) {
      if (this.#lossesLeft > 0) this.#lossesLeft -= 1;
      this.met.lost += 1;
      return "serve-and-lose";
    }
    return "serve";
  }

  losesMessage(): boolean {
    const ratio = this.#plan.streamLossRatio ?? 0;
    if (ratio === 0 || this.#draw() >= ratio) return false;
    this.met.streamLost += 1;
    return true;
  }

  #matches(path: string): boolean {
    return this.#plan.match === undefined || path.includes(this.#plan.match);
  }

  /** xorshift32, 0..1. */
  #draw(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state / 4_294_967_296;
  }
}

const serverError = (status: number): WireError => {
  if (status === 503)
    return new WireError(
      503,
      -1006,
      "An unexpected response was received from the message bus. Execution status unknown.",
    );
  if (status === 504)
    return new WireError(
      504,
      -1007,
      "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
    );
  return new GatewayError(status);
};

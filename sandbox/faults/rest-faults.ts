/**
 * Trouble with requests: refused before anything is done (errors, limits, maintenance), or carried out and answered
 * wrongly or not at all. Holds for REST and for the WebSocket API.
 */
import type { Chance } from "../../domain/values/chance.ts";
import { GatewayError, WireError } from "../errors.ts";
import type { FaultPlan, Span } from "./plan.ts";

/** What becomes of the answer to a request that was carried out. */
export type Spoil =
  | { readonly type: "lose" }
  | { readonly type: "error"; readonly error: WireError }
  | { readonly type: "garble"; readonly status: number; readonly text: (whole: string) => string };

const PAGE =
  "<html><head><title>Attention Required!</title></head><body><h1>Attention Required!</h1></body></html>";

const garblings = {
  html: () => PAGE,
  cut: (whole: string) => whole.slice(0, Math.ceil(whole.length / 2)),
  empty: () => "",
} as const;

export class RestFaults {
  readonly met = { errors: 0, errorsAfter: 0, limits: 0, lost: 0, garbled: 0, maintained: 0 };
  readonly #now: () => number;
  #plan: FaultPlan = {};
  #chance: Chance;
  #since = 0;
  #left = { error: 0, errorAfter: 0, limit: 0, lose: 0, garble: 0 };

  constructor(now: () => number, chance: Chance) {
    this.#now = now;
    this.#chance = chance;
  }

  set(plan: FaultPlan, chance: Chance): void {
    this.#plan = plan;
    this.#chance = chance;
    this.#since = this.#now();
    this.#left = {
      error: plan.errorNext ?? 0,
      errorAfter: plan.errorAfterNext ?? 0,
      limit: plan.limitNext ?? 0,
      lose: plan.loseNext ?? 0,
      garble: plan.garbleNext ?? 0,
    };
  }

  get inMaintenance(): boolean {
    return this.#for(this.#plan.maintenanceForMs) > 0;
  }

  latencyMs(request: string): number {
    const { latencyMs } = this.#plan;
    return latencyMs === undefined || !this.#matches(request) ? 0 : drawn(latencyMs, this.#chance);
  }

  /** Throws the trouble that a request meets before it is looked at, or tells how its answer is spoilt. */
  judge(request: string): Spoil | undefined {
    if (!this.#matches(request)) return undefined;
    const plan = this.#plan;
    if (this.inMaintenance) {
      this.met.maintained += 1;
      throw new GatewayError(503);
    }
    this.#limit(plan);
    if (this.#hits("error", plan.errorRatio)) {
      this.met.errors += 1;
      throw serverError(plan.errorStatus ?? 500);
    }
    if (this.#hits("lose", plan.loseRatio)) {
      this.met.lost += 1;
      return { type: "lose" };
    }
    if (this.#hits("errorAfter", plan.errorAfterRatio)) {
      this.met.errorsAfter += 1;
      return { type: "error", error: serverError(plan.errorStatus ?? 500) };
    }
    if (this.#hits("garble", plan.garbleRatio)) {
      this.met.garbled += 1;
      return { type: "garble", status: plan.garbleStatus ?? 200, text: garblings[plan.garble ?? "html"] };
    }
    return undefined;
  }

  #limit(plan: FaultPlan): void {
    const forMs = this.#for(plan.limitForMs);
    if (this.#left.limit > 0) this.#left.limit -= 1;
    else if (forMs <= 0) return;
    this.met.limits += 1;
    throw new WireError(plan.limitStatus ?? 429, -1003, "Too many requests.", {
      "Retry-After": String(plan.retryAfterSec ?? Math.max(1, Math.ceil(forMs / 1_000))),
    });
  }

  #hits(kind: "error" | "errorAfter" | "lose" | "garble", ratio = 0): boolean {
    if (this.#left[kind] > 0) {
      this.#left[kind] -= 1;
      return true;
    }
    return ratio > 0 && this.#chance.next() < ratio;
  }

  /** What is left of a time that began with the plan. */
  #for(ms = 0): number {
    return ms === 0 ? 0 : this.#since + ms - this.#now();
  }

  #matches(request: string): boolean {
    return this.#plan.match === undefined || request.includes(this.#plan.match);
  }
}

export const drawn = (span: Span, chance: Chance): number =>
  typeof span === "number" ? span : span[0] + chance.next() * (span[1] - span[0]);

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

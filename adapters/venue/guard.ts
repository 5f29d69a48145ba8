/**
 * Between us and one venue: a circuit breaker for each class of endpoints (cockatiel), and retries with full jitter
 * for what may be repeated, within a budget. What is urgent passes an open breaker: cancels, and exits, orders that only
 * lessen a position. When the venue itself wants us to wait (429), what is urgent may try until one of it is refused as
 * well; while the venue shuts us out (418), nothing goes. Orders are never repeated here.
 */
import {
  BrokenCircuitError,
  CircuitState,
  DelegateBackoff,
  SamplingBreaker,
  circuitBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from "cockatiel";
import type { Clock } from "../clock/clock.ts";
import { isUrgent, type Priority } from "../limits/limits.ts";
import { withPriority } from "./metering.ts";
import { Blocked, isVenueFailure, slowDownOf, type SlowDown } from "./outcome.ts";

export const endpointClasses = ["public", "account", "orders", "cancels"] as const;
export type EndpointClass = (typeof endpointClasses)[number];

export interface BreakerState {
  readonly class: EndpointClass;
  readonly state: "closed" | "open" | "half-open";
  /** How often it opened, waits that the venue asked for included. */
  readonly openings: number;
}

export interface GuardSettings {
  /** Opens when more than this share of calls failed... */
  readonly threshold?: number;
  /** ...in this window... */
  readonly windowMs?: number;
  /** ...of at least so many calls. */
  readonly callsMin?: number;
  /** First pause of an open breaker; doubles up to 8 times that, with full jitter. */
  readonly pauseMs?: number;
  readonly attemptsMax?: number;
  /** Full jitter between 0 and this times 2^attempt, capped. */
  readonly backoffMs?: number;
  readonly backoffMaxMs?: number;
}

/** The venue asks us to slow down. */
export interface Asked extends SlowDown {
  /** It shuts us out, or has refused even what is urgent: each further request would make it worse. */
  readonly everything: boolean;
}

/** What a class is worth unless the call says otherwise: without the account's truth no entry makes sense. */
const usual: Readonly<Record<EndpointClass, Priority>> = {
  public: "data",
  account: "entry",
  orders: "entry",
  cancels: "cancel",
};

/** Retries at most a tenth of the calls made, and a small burst: over n calls, at most n / 10 + burst. */
export class RetryBudget {
  private tokens: number;
  private readonly burst: number;

  constructor(burst = 5) {
    this.burst = burst;
    this.tokens = burst;
  }

  called(): void {
    this.tokens = Math.min(this.burst, this.tokens + 0.1);
  }

  take(): boolean {
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

/** Uniform in [0, min(cap, base * 2^attempt)): spreads those that failed together. `attempt` counts from 0. */
export const fullJitterMs = (attempt: number, baseMs: number, capMs: number, chance: () => number): number =>
  Math.floor(chance() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)));

export const wait = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

export class Guard {
  private readonly clock: Clock;
  private readonly chance: () => number;
  private readonly settings: Required<GuardSettings>;
  private readonly policies = new Map<EndpointClass, CircuitBreakerPolicy>();
  /** What opened each, in words. */
  private readonly failures = new Map<EndpointClass, string>();
  private readonly openings = new Map<EndpointClass, number>();
  private readonly budget = new RetryBudget();
  private readonly asked: (asked: Asked) => void;
  /** Until when the venue wants nothing, or no orders: what may wait waits, or everything. */
  private readonly until = { any: 0, anyUrgent: 0, orders: 0, ordersUrgent: 0 };

  /** `asked` hears each time that the venue asks to slow down. */
  constructor(
    clock: Clock,
    chance: () => number,
    settings: GuardSettings = {},
    asked: (asked: Asked) => void = () => undefined,
  ) {
    this.clock = clock;
    this.chance = chance;
    this.asked = asked;
    this.settings = {
      threshold: 0.5,
      windowMs: 30_000,
      callsMin: 5,
      pauseMs: 2_000,
      attemptsMax: 4,
      backoffMs: 200,
      backoffMaxMs: 5_000,
      ...settings,
    };
    for (const name of endpointClasses) {
      const policy = this.policy();
      policy.onBreak(() => this.count(name));
      this.policies.set(name, policy);
      this.openings.set(name, 0);
    }
  }

  /** A read that may be repeated. Throws `Blocked` or the last error. */
  async read<T>(
    name: "public" | "account",
    call: () => Promise<T>,
    priority: Priority = usual[name],
  ): Promise<T> {
    this.budget.called();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.once(name, call, priority);
      } catch (error) {
        const again =
          isVenueFailure(error) && slowDownOf(error) === undefined && attempt + 1 < this.settings.attemptsMax;
        if (!again || !this.budget.take()) throw error;
        const { backoffMs, backoffMaxMs } = this.settings;
        await wait(this.clock, fullJitterMs(attempt, backoffMs, backoffMaxMs, this.chance));
      }
    }
  }

  /** One call and no more. Throws `Blocked` without calling, or the call's error. */
  async once<T>(name: EndpointClass, call: () => Promise<T>, priority: Priority = usual[name]): Promise<T> {
    const urgent = isUrgent(priority);
    const metered = (): Promise<T> => this.listen(() => withPriority(priority, call), urgent);
    const left = this.untilOf(name, urgent) - this.clock.now();
    if (left > 0) throw new Blocked("the venue asked us to wait", left);
    if (urgent) return metered();
    try {
      return await this.policies.get(name)!.execute(metered);
    } catch (error) {
      if (error instanceof BrokenCircuitError) {
        const because = this.failures.get(name) ?? "";
        throw new Blocked(`the breaker of ${name} is open${because}`, this.settings.pauseMs);
      }
      if (isVenueFailure(error)) this.failures.set(name, ` after: ${(error as Error).message}`);
      throw error;
    }
  }

  breakers(): readonly BreakerState[] {
    const now = this.clock.now();
    return endpointClasses.map((name) => ({
      class: name,
      state: this.untilOf(name, name === "cancels") > now ? "open" : words[this.policies.get(name)!.state],
      openings: this.openings.get(name)!,
    }));
  }

  private async listen<T>(call: () => Promise<T>, urgent: boolean): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const asked = slowDownOf(error);
      if (asked !== undefined) this.hold({ ...asked, everything: asked.banned || urgent });
      throw error;
    }
  }

  private hold(asked: Asked): void {
    const before = this.breakers();
    const scope = asked.ordersOnly ? "orders" : "any";
    const until = this.clock.now() + asked.pauseMs;
    this.until[scope] = Math.max(this.until[scope], until);
    if (asked.everything) this.until[`${scope}Urgent`] = Math.max(this.until[`${scope}Urgent`], until);
    for (const [i, { class: name, state }] of this.breakers().entries())
      if (state === "open" && before[i]!.state !== "open") this.count(name);
    this.asked(asked);
  }

  private untilOf(name: EndpointClass, urgent: boolean): number {
    const { any, anyUrgent, orders, ordersUrgent } = this.until;
    const [all, own] = urgent ? [anyUrgent, ordersUrgent] : [any, orders];
    return name === "orders" ? Math.max(all, own) : all;
  }

  private count(name: EndpointClass): void {
    this.openings.set(name, this.openings.get(name)! + 1);
  }

  private policy(): CircuitBreakerPolicy {
    const { threshold, windowMs, callsMin, pauseMs } = this.settings;
    return circuitBreaker(
      handleWhen((error) => isVenueFailure(error) && slowDownOf(error) === undefined),
      {
        halfOpenAfter: new DelegateBackoff((_context, opened?: number) => {
          const times = (opened ?? 0) + 1;
          const longest = pauseMs * 2 ** Math.min(times, 3);
          return {
            delay: longest / 2 + fullJitterMs(0, longest / 2, longest / 2, this.chance),
            state: times,
          };
        }),
        breaker: new SamplingBreaker({
          threshold,
          duration: windowMs,
          minimumRps: callsMin / (windowMs / 1_000),
        }),
      },
    );
  }
}

const words: Readonly<Record<CircuitState, BreakerState["state"]>> = {
  [CircuitState.Closed]: "closed",
  [CircuitState.Open]: "open",
  [CircuitState.HalfOpen]: "half-open",
  [CircuitState.Isolated]: "open",
};

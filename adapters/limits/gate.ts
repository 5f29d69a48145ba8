/**
 * The gate before a store of budgets: requests of one priority wait in line for their budgets, within bounds; a cancel
 * is counted behind its back. Where the store does not answer, this process goes on with its own share (local-share.ts)
 * and looks for the store in the background, so that no request waits for what is gone.
 */
import type { Clock } from "../clock/clock.ts";
import {
  OverLimit,
  priorities,
  waitsMs,
  type Budget,
  type Cost,
  type Limits,
  type LimitStats,
  type Priority,
} from "./limits.ts";
import { Corrections } from "./corrections.ts";
import type { Line } from "./line.ts";
import { claimsOf, LocalShare } from "./local-share.ts";
import type { Store, Verdict } from "./store.ts";
import type { Claim } from "./window.ts";

export interface GateOptions {
  readonly clock: Clock;
  /** Live hosts, this one included. */
  readonly hosts?: () => number;
  readonly tell?: (problem: string) => void;
  /** A store that has not answered by then is gone. */
  readonly answerMs?: number;
  readonly lookAgainMs?: number;
}

/** In one line; more are refused. */
const LINE_MAX = 10_000;

export const gate = (store: Store, options: GateOptions): Limits => new Gate(store, options);

class Gate implements Limits {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #options: Required<Omit<GateOptions, "clock">>;
  readonly #lines = new Map<string, Line>();
  readonly #budgets = new Map<string, Budget>();
  readonly #share = new LocalShare();
  readonly #corrections = new Corrections((budget, used, since) => this.#correct(budget, used, since));
  readonly #counts = { waited: zeros(), waitedMs: zeros(), refused: zeros() };
  /** Live hosts when the store last answered: while it is gone, nobody may believe to be alone. */
  #hosts = 1;
  #fallback = false;
  #fallbacks = 0;
  #cancelLook = (): void => undefined;
  #closed = false;

  constructor(store: Store, { clock, hosts, tell, answerMs, lookAgainMs }: GateOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#options = {
      hosts: hosts ?? (() => 1),
      tell: tell ?? (() => undefined),
      answerMs: answerMs ?? 500,
      lookAgainMs: lookAgainMs ?? 1_000,
    };
  }

  take(costs: readonly Cost[], priority: Priority): Promise<void> {
    const now = this.#clock.now();
    for (const { budget } of costs) this.#budgets.set(budget.key, budget);
    if (priority === "cancel") {
      const banned = Math.max(...costs.map(({ budget }) => this.#share.bannedUntil(budget, now)));
      if (banned > now) return Promise.reject(this.#refusal(costs, priority, banned - now));
      void this.#ask(claimsOf(costs, priority));
      return Promise.resolve();
    }
    const line = this.#line(costs, priority);
    if (line.waiting.length >= LINE_MAX) return Promise.reject(this.#refusal(costs, priority, 1_000));
    return new Promise((go, refuse) => {
      line.waiting.push({ costs, since: now, held: line.waiting.some(({ held }) => held), go, refuse });
      if (!line.running) void this.#run(line);
    });
  }

  hear(budget: Budget, used: number, since: number): void {
    this.#budgets.set(budget.key, budget);
    this.#corrections.hear(budget, used, since);
  }

  hold(budget: Budget, until: number): void {
    this.#hold(budget, until, false);
  }

  ban(budget: Budget, until: number): void {
    this.#hold(budget, until, true);
  }

  stats(): LimitStats {
    const now = this.#clock.now();
    return {
      usage: [...this.#budgets.values()].map((budget) => ({
        ...budget,
        used: this.#share.used(budget, now),
      })),
      waited: { ...this.#counts.waited },
      waitedMs: { ...this.#counts.waitedMs },
      refused: { ...this.#counts.refused },
      fallback: this.#fallback,
      fallbacks: this.#fallbacks,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelLook();
    for (const { waiting, priority } of this.#lines.values())
      for (const one of waiting.splice(0)) one.refuse(this.#refusal(one.costs, priority, 1_000));
    await this.#store.close();
  }

  #hold(budget: Budget, until: number, ban: boolean): void {
    const now = this.#clock.now();
    this.#budgets.set(budget.key, budget);
    this.#share.hold(budget, until, ban, now);
    if (!this.#fallback) this.#within(this.#store.hold(budget, until, ban, now)).catch(() => this.#lost());
  }

  #line(costs: readonly Cost[], priority: Priority): Line {
    const key = `${priority} ${costs.map(({ budget }) => budget.key).join(" ")}`;
    const line = this.#lines.get(key) ?? { priority, waiting: [], running: false };
    this.#lines.set(key, line);
    return line;
  }

  async #run(line: Line): Promise<void> {
    line.running = true;
    const { priority, waiting } = line;
    for (let head = waiting[0]; head !== undefined; head = waiting[0]) {
      const verdict = await this.#ask(claimsOf(head.costs, priority));
      if (this.#closed) break;
      const now = this.#clock.now();
      if (verdict.readyAt === 0) {
        waiting.shift();
        if (head.held) {
          this.#counts.waited[priority] += 1;
          this.#counts.waitedMs[priority] += now - head.since;
        }
        head.go();
      } else if (verdict.readyAt > head.since + waitsMs[priority]) {
        waiting.shift();
        head.refuse(this.#refusal(head.costs, priority, verdict.readyAt - now));
      } else {
        for (const one of waiting) one.held = true;
        await new Promise<void>((resolve) => {
          this.#clock.after(Math.max(1, verdict.readyAt - now), resolve);
        });
      }
    }
    line.running = false;
  }

  #refusal(costs: readonly Cost[], priority: Priority, retryAfterMs: number): OverLimit {
    this.#counts.refused[priority] += 1;
    return new OverLimit(
      costs.map(({ budget }) => budget),
      priority,
      retryAfterMs,
    );
  }

  async #ask(claims: readonly Claim[]): Promise<Verdict> {
    const now = this.#clock.now();
    if (!this.#fallback)
      try {
        const verdict = await this.#within(this.#store.take(claims, now));
        this.#hosts = Math.max(1, this.#options.hosts());
        for (const [i, { key }] of claims.entries())
          this.#share.hear(this.#budgets.get(key)!, verdict.used[i] ?? 0, now);
        // Which of the claims it was is not said: that all are held for as long costs nothing.
        if (verdict.bannedUntil > now)
          for (const { key } of claims)
            this.#share.hold(this.#budgets.get(key)!, verdict.bannedUntil, true, now);
        if (verdict.readyAt === 0) this.#share.spent(claims, now);
        return verdict;
      } catch (error) {
        this.#lost(error);
      }
    return this.#share.take(claims, this.#many(), this.#clock.now());
  }

  async #correct(budget: Budget, used: number, since: number): Promise<void> {
    const now = this.#clock.now();
    if (!this.#fallback)
      try {
        const counted = await this.#within(this.#store.hear(budget, used, since, now));
        if (counted > this.#share.used(budget, now)) this.#share.hear(budget, counted, now);
        return;
      } catch (error) {
        this.#lost(error);
      }
    this.#share.hearVenue(budget, used, since, this.#many(), now);
  }

  #many(): number {
    return Math.max(this.#hosts, this.#options.hosts());
  }

  /** Rejects when the store takes too long. */
  async #within<T>(answer: Promise<T>): Promise<T> {
    let cancel = (): void => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      cancel = this.#clock.after(this.#options.answerMs, () => reject(new Error("no answer")));
    });
    return Promise.race([answer, late]).finally(cancel);
  }

  #lost(error?: unknown): void {
    if (this.#fallback || this.#closed) return;
    this.#fallback = true;
    this.#fallbacks += 1;
    const hosts = this.#many();
    this.#share.begin(hosts, this.#clock.now());
    const why = error instanceof Error ? error.message : "no answer";
    this.#options.tell(`limits: the shared store is gone (${why}): each of ${hosts} goes on with its share`);
    this.#lookAgain();
  }

  /** Tells the store what it has missed; that it takes it is the proof that it is back. */
  #lookAgain(): void {
    this.#cancelLook = this.#clock.after(this.#options.lookAgainMs, () => {
      const owed = this.#share.settle();
      this.#within(this.#store.take(owed.length > 0 ? owed : probe, this.#clock.now())).then(
        () => {
          this.#fallback = false;
          this.#options.tell("limits: the shared store is back");
        },
        () => {
          this.#share.owe(owed);
          if (!this.#closed) this.#lookAgain();
        },
      );
    });
  }
}

/** Costs nothing. */
const probe: readonly Claim[] = [
  { key: "probe", limit: 1, windowMs: 60_000, amount: 0, ceiling: undefined, urgent: true },
];

const zeros = (): Record<Priority, number> =>
  Object.fromEntries(priorities.map((name) => [name, 0])) as Record<Priority, number>;

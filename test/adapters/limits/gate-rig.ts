/** Gates of several processes before one store that can be switched off, on time moved by hand. */
import { gate } from "../../../adapters/limits/gate.ts";
import type { Budget, Limits, OverLimit, Priority } from "../../../adapters/limits/limits.ts";
import { MemoryStore } from "../../../adapters/limits/memory.ts";
import type { Store } from "../../../adapters/limits/store.ts";
import { HandClock } from "./clock.ts";

export const start = 29_000_000 * 60_000;
export const weight: Budget = { key: "weight.test", limit: 100, windowMs: 60_000 };
export const orders: Budget = { key: "orders.test", limit: 10, windowMs: 10_000 };

/** A store that can be switched off: it refuses, or never answers. */
class Switched implements Store {
  state: "on" | "refuses" | "silent" = "on";
  readonly #inner: MemoryStore;

  constructor(inner: MemoryStore) {
    this.#inner = inner;
  }
  take: Store["take"] = (claims, now) => this.#when(() => this.#inner.take(claims, now));
  hear: Store["hear"] = (window, used, since, now) =>
    this.#when(() => this.#inner.hear(window, used, since, now));
  hold: Store["hold"] = (window, until, ban, now) =>
    this.#when(() => this.#inner.hold(window, until, ban, now));
  close = (): Promise<void> => Promise.resolve();

  #when<T>(run: () => Promise<T>): Promise<T> {
    if (this.state === "silent") return new Promise<never>(() => undefined);
    return this.state === "on" ? run() : Promise.reject(new Error("connection refused"));
  }
}

export const rig = (hosts = 1) => {
  const clock = new HandClock(start);
  const shared = new MemoryStore();
  const told: string[] = [];
  const alive = { hosts };
  const door = () => {
    const store = new Switched(shared);
    const limits = gate(store, { clock, hosts: () => alive.hosts, tell: (problem) => told.push(problem) });
    return { store, limits };
  };
  return { clock, shared, told, alive, door };
};

/** What became of a request so far. */
export const asked = (limits: Limits, amount: number, priority: Priority, budget = weight) => {
  const one = { state: "waiting" as "waiting" | "gone" | "refused", retryAfterMs: 0 };
  limits.take([{ budget, amount }], priority).then(
    () => (one.state = "gone"),
    (error: unknown) => {
      one.state = "refused";
      one.retryAfterMs = (error as OverLimit).retryAfterMs;
    },
  );
  return one;
};

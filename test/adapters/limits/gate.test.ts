/** The gate on time moved by hand: who waits, who is refused, who never is; and what happens while the store is gone. */
import { describe, expect, it } from "vitest";
import { gate } from "../../../adapters/limits/gate.ts";
import type { Budget, Limits, OverLimit, Priority } from "../../../adapters/limits/limits.ts";
import { MemoryStore } from "../../../adapters/limits/memory.ts";
import type { Store } from "../../../adapters/limits/store.ts";
import { HandClock } from "./clock.ts";

const start = 29_000_000 * 60_000;
const weight: Budget = { key: "weight.test", limit: 100, windowMs: 60_000 };
const orders: Budget = { key: "orders.test", limit: 10, windowMs: 10_000 };

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
  hold: Store["hold"] = (window, until, now) => this.#when(() => this.#inner.hold(window, until, now));
  close = (): Promise<void> => Promise.resolve();

  #when<T>(run: () => Promise<T>): Promise<T> {
    if (this.state === "silent") return new Promise<never>(() => undefined);
    return this.state === "on" ? run() : Promise.reject(new Error("connection refused"));
  }
}

const rig = (hosts = 1) => {
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
const asked = (limits: Limits, amount: number, priority: Priority, budget = weight) => {
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

describe("priorities", () => {
  it("data leaves 40 %, entries 20 %, exits 5 %; a cancel goes and is counted", async () => {
    const { clock, door } = rig();
    const { limits } = door();
    const data = [asked(limits, 60, "data"), asked(limits, 1, "data")];
    const entries = [asked(limits, 20, "entry"), asked(limits, 1, "entry")];
    const exits = [asked(limits, 15, "exit"), asked(limits, 1, "exit")];
    const cancels = [asked(limits, 1, "cancel"), asked(limits, 30, "cancel")];
    await clock.pass(0);
    // The window is full for a minute, longer than anybody may wait.
    expect(data.map(({ state }) => state)).toEqual(["gone", "refused"]);
    expect(entries.map(({ state }) => state)).toEqual(["gone", "refused"]);
    expect(exits.map(({ state }) => state)).toEqual(["gone", "refused"]);
    expect(cancels.map(({ state }) => state)).toEqual(["gone", "gone"]);
    expect(exits[1]!.retryAfterMs).toBe(67_000);
    expect(limits.stats()).toMatchObject({
      usage: [{ key: "weight.test", limit: 100, used: 126 }],
      refused: { cancel: 0, exit: 1, entry: 1, data: 1 },
      fallback: false,
    });
  });

  it("a cancel goes at once, even while the store is silent", async () => {
    const { clock, door } = rig();
    const { limits, store } = door();
    store.state = "silent";
    const cancel = asked(limits, 1, "cancel");
    const exit = asked(limits, 1, "exit");
    await clock.pass(0);
    expect([cancel.state, exit.state]).toEqual(["gone", "waiting"]);
  });
});

describe("waiting", () => {
  it("who may wait long enough goes when there is room, in order, and is counted", async () => {
    const { clock, door } = rig();
    const { limits } = door();
    asked(limits, 8, "entry", orders);
    await clock.pass(7_000);
    // Room again 12 s after the first bucket's begin: an exit may wait 5 s for its 95 %, an entry only 2 s.
    const exits = [asked(limits, 3, "exit", orders), asked(limits, 3, "exit", orders)];
    const entry = asked(limits, 1, "entry", orders);
    await clock.pass(0);
    expect([...exits, entry].map(({ state }) => state)).toEqual(["waiting", "waiting", "refused"]);
    expect(entry.retryAfterMs).toBe(5_000);
    await clock.pass(4_999);
    expect(exits.map(({ state }) => state)).toEqual(["waiting", "waiting"]);
    await clock.pass(1);
    expect(exits.map(({ state }) => state)).toEqual(["gone", "gone"]);
    expect(limits.stats()).toMatchObject({ waited: { exit: 2 }, waitedMs: { exit: 10_000 } });
  });

  it("refuses who waits when it is closed", async () => {
    const { clock, door } = rig();
    const { limits } = door();
    asked(limits, 8, "entry", orders);
    await clock.pass(8_000);
    const exit = asked(limits, 5, "exit", orders);
    await clock.pass(0);
    await limits.close();
    await clock.pass(0);
    expect(exit.state).toBe("refused");
  });
});

describe("what the venue tells", () => {
  it("counts what others on the address spend", async () => {
    const { clock, door } = rig();
    const [one, two] = [door().limits, door().limits];
    asked(one, 10, "data");
    await clock.pass(5_000);
    one.hear(weight, 70, start);
    await clock.pass(0);
    const late = [asked(two, 1, "data"), asked(two, 10, "entry"), asked(two, 1, "entry")];
    await clock.pass(0);
    expect(late.map(({ state }) => state)).toEqual(["refused", "gone", "refused"]);
  });

  it("holds all but cancels, in every process, until the venue may be asked again", async () => {
    const { clock, door } = rig();
    const [one, two] = [door().limits, door().limits];
    one.hold(weight, start + 30_000);
    await clock.pass(0);
    const held = [asked(two, 1, "exit"), asked(one, 1, "data"), asked(two, 1, "cancel")];
    await clock.pass(0);
    expect(held.map(({ state }) => state)).toEqual(["refused", "refused", "gone"]);
    expect(held[0]!.retryAfterMs).toBe(30_000);
    await clock.pass(30_000);
    const after = asked(two, 1, "exit");
    await clock.pass(0);
    expect(after.state).toBe("gone");
  });
});

describe("while the store is gone", () => {
  it("each of four hosts goes on with a quarter, less a quarter of what all had used", async () => {
    const { clock, door, told, alive } = rig(4);
    const { limits, store } = door();
    asked(limits, 20, "data");
    await clock.pass(0);
    store.state = "refuses";
    // The registry would see the others go too, when it goes by the same server.
    alive.hosts = 1;
    // 60 % of 100 / 4 is 15. Of that 20 are spent by this host alone: it has had its share.
    expect(await refusedNow(clock, limits, 1, "data")).toBe(true);
    expect(await refusedNow(clock, limits, 1, "entry")).toBe(true);
    // 95 % of a quarter, less 20: 3 for exits.
    expect(await refusedNow(clock, limits, 3, "exit")).toBe(false);
    expect(await refusedNow(clock, limits, 1, "exit")).toBe(true);
    expect(await refusedNow(clock, limits, 1, "cancel")).toBe(false);
    expect(limits.stats()).toMatchObject({ fallback: true, fallbacks: 1 });
    expect(told[0]).toMatch(/store is gone.*each of 4/);
  });

  it("a silent store holds the first one up for half a second and no other", async () => {
    const { clock, door } = rig(2);
    const { limits, store } = door();
    store.state = "silent";
    const first = asked(limits, 1, "exit");
    await clock.pass(499);
    expect(first.state).toBe("waiting");
    await clock.pass(1);
    expect(first.state).toBe("gone");
    const second = asked(limits, 1, "exit");
    await clock.pass(0);
    expect(second.state).toBe("gone");
  });

  it("all shares together stay within the limit", async () => {
    const { clock, door, shared } = rig(4);
    const doors = Array.from({ length: 4 }, () => door());
    // 40 are used, unevenly, and everybody has heard of it.
    asked(doors[0]!.limits, 37, "data");
    for (const { limits } of doors) asked(limits, 1, "data");
    await clock.pass(0);
    expect(shared.used(weight, clock.now())).toBe(41);
    for (const { store } of doors) store.state = "refuses";
    let spent = 41;
    for (let i = 0; i < 100; i += 1)
      for (const { limits } of doors) if (!(await refusedNow(clock, limits, 1, "exit"))) spent += 1;
    expect(spent).toBeLessThanOrEqual(100);
    // Three of them have some 13 each.
    expect(spent).toBeGreaterThan(70);
  });

  it("the store learns afterwards what it has missed, cancels included", async () => {
    const { clock, door, shared, told } = rig();
    const { limits, store } = door();
    asked(limits, 10, "data");
    await clock.pass(0);
    store.state = "refuses";
    asked(limits, 5, "exit");
    asked(limits, 2, "cancel");
    await clock.pass(3_000);
    expect(limits.stats().fallback).toBe(true);
    expect(shared.used(weight, clock.now())).toBe(10);
    store.state = "on";
    await clock.pass(1_000);
    expect(limits.stats()).toMatchObject({ fallback: false, fallbacks: 1 });
    expect(shared.used(weight, clock.now())).toBe(17);
    expect(told.at(-1)).toContain("back");
  });

  it("hears the venue all the same: its part of what all have used", async () => {
    const { clock, door } = rig(2);
    const { limits, store } = door();
    store.state = "refuses";
    asked(limits, 1, "data");
    await clock.pass(2_000);
    // Half of 90 of half of 100: 45 of 50 are used, 47.5 are an exit's ceiling.
    limits.hear(weight, 90, start);
    await clock.pass(0);
    expect(await refusedNow(clock, limits, 1, "data")).toBe(true);
    expect(await refusedNow(clock, limits, 2, "exit")).toBe(false);
    expect(await refusedNow(clock, limits, 1, "exit")).toBe(true);
  });
});

const refusedNow = async (
  clock: HandClock,
  limits: Limits,
  amount: number,
  priority: Priority,
): Promise<boolean> => {
  const one = asked(limits, amount, priority);
  await clock.pass(0);
  return one.state !== "gone";
};

/** The guard with errors made on the spot: what is repeated, what is held back, and what never is. */
import ccxt from "ccxt";
import { describe, expect, it } from "vitest";
import { systemClock, type Clock } from "../../../adapters/clock/clock.ts";
import { endpointClasses, fullJitterMs, Guard, RetryBudget } from "../../../adapters/venue/guard.ts";
import { priorities } from "../../../adapters/limits/limits.ts";
import { annotated, Blocked } from "../../../adapters/venue/outcome.ts";
import { offsetOf } from "../../../adapters/venue/link.ts";
import { eventually } from "../../servers.ts";
import type { Timestamp } from "../../../domain/values/values.ts";

/** Waits are over at once, and noted. */
const quickClock = (): Clock & { waits: number[]; time: number } => {
  const clock = {
    waits: [] as number[],
    time: 1_000_000,
    now: () => clock.time as Timestamp,
    monotonic: () => clock.time,
    after: (ms: number, run: () => void) => {
      clock.waits.push(ms);
      clock.time += ms;
      queueMicrotask(run);
      return () => undefined;
    },
  };
  return clock;
};
const failing = (error: Error): (() => Promise<never>) & { calls: () => number } => {
  let calls = 0;
  return Object.assign(
    () => {
      calls += 1;
      return Promise.reject(error);
    },
    { calls: () => calls },
  );
};
const down = (): Error => new ccxt.ExchangeNotAvailable("502");
const limited = (seconds: string): Error =>
  annotated(new ccxt.DDoSProtection("429"), 429, { "Retry-After": seconds }) as Error;

describe("reads", () => {
  it("repeats with full jitter, capped, at most attemptsMax times", async () => {
    const clock = quickClock();
    const guard = new Guard(clock, () => 0.5, {
      attemptsMax: 4,
      backoffMs: 100,
      backoffMaxMs: 300,
      callsMin: 100,
    });
    const call = failing(down());
    await expect(guard.read("public", call)).rejects.toThrow("502");
    expect(call.calls()).toBe(4);
    // Half of min(300, 100 x 2^attempt): 50, 100, 150.
    expect(clock.waits).toEqual([50, 100, 150]);
  });

  it("does not repeat what the venue refused", async () => {
    const call = failing(new ccxt.BadSymbol("no"));
    await expect(new Guard(quickClock(), () => 0.5).read("public", call)).rejects.toThrow("no");
    expect(call.calls()).toBe(1);
  });

  it("stays within the budget: a tenth of the calls and the burst", async () => {
    const guard = new Guard(quickClock(), () => 0, { callsMin: 100_000, attemptsMax: 10 });
    const call = failing(down());
    for (let i = 0; i < 100; i += 1) await guard.read("account", call).catch(() => undefined);
    // 100 calls, 100 / 10 retries earned, 5 of burst.
    expect(call.calls()).toBeLessThanOrEqual(115);
    expect(call.calls()).toBeGreaterThan(105);
  });
});

describe("breakers", () => {
  const settings = { callsMin: 5, windowMs: 10_000, pauseMs: 40, attemptsMax: 1 };

  it("opens after failures, one class at a time, and closes after a success", async () => {
    const guard = new Guard(systemClock, () => 0, settings);
    for (let i = 0; i < 6; i += 1) await guard.once("orders", failing(down())).catch(() => undefined);
    const call = failing(down());
    await expect(guard.once("orders", call)).rejects.toThrow(Blocked);
    expect(call.calls()).toBe(0);
    expect(guard.breakers()).toMatchObject([
      { class: "public", state: "closed", openings: 0 },
      { class: "account", state: "closed", openings: 0 },
      { class: "orders", state: "open", openings: 1 },
      { class: "cancels", state: "closed", openings: 0 },
    ]);
    await expect(guard.once("account", () => Promise.resolve(1))).resolves.toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await expect(guard.once("orders", () => Promise.resolve(2))).resolves.toBe(2);
    expect(guard.breakers()[2]).toMatchObject({ state: "closed", openings: 1 });
  });

  it("open, it lets cancels and exits pass, and their success does not close it", async () => {
    const guard = new Guard(systemClock, () => 0, { ...settings, pauseMs: 60_000 });
    for (let i = 0; i < 6; i += 1) await guard.once("orders", failing(down())).catch(() => undefined);
    await expect(guard.once("orders", () => Promise.resolve(1))).rejects.toThrow(Blocked);
    await expect(guard.once("orders", () => Promise.resolve("less"), "exit")).resolves.toBe("less");
    await expect(guard.once("cancels", () => Promise.resolve("gone"))).resolves.toBe("gone");
    expect(guard.breakers()[2]).toMatchObject({ class: "orders", state: "open" });
  });

  it("half-open, one probe goes and the others wait for it; its failure opens it again, its success closes it", async () => {
    const guard = new Guard(systemClock, () => 0, settings);
    for (let i = 0; i < 6; i += 1) await guard.once("orders", failing(down())).catch(() => undefined);
    const state = (): string => guard.breakers()[2]!.state;
    /** Asks until the breaker lets it through. */
    const probed = async (call: () => Promise<unknown>): Promise<void> => {
      const asked = failing(down());
      const probe = (): Promise<unknown> => Promise.allSettled([asked()]).then(call);
      while (asked.calls() === 0) {
        await guard.once("orders", probe).catch(() => undefined);
        if (asked.calls() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await probed(failing(down()));
    expect(state()).toBe("open");
    let answer = (): void => undefined;
    const probe = probed(() => new Promise<void>((resolve) => (answer = resolve)));
    await eventually("the probe is under way", () => state() === "half-open");
    let second = false;
    const after = guard.once("orders", () => Promise.resolve((second = true)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(second).toBe(false);
    answer();
    await probe;
    await expect(after).resolves.toBe(true);
    expect(state()).toBe("closed");
  });

  it("too many orders of one account hold its orders back and nothing else", async () => {
    const clock = quickClock();
    const asked: unknown[] = [];
    const guard = new Guard(
      clock,
      () => 0,
      settings,
      (one) => asked.push(one),
    );
    const many = annotated(new ccxt.RateLimitExceeded('{"code":-1015}'), 429, { "Retry-After": "7" });
    await guard.once("orders", failing(many as Error)).catch(() => undefined);
    await expect(guard.once("orders", failing(down()))).rejects.toMatchObject({ retryAfterMs: 7_000 });
    await expect(guard.once("account", () => Promise.resolve(1))).resolves.toBe(1);
    // An exit may try; refused like the others, it is the last one.
    await guard.once("orders", failing(many as Error), "exit").catch(() => undefined);
    await expect(guard.once("orders", failing(down()), "exit")).rejects.toMatchObject({
      retryAfterMs: 7_000,
    });
    await expect(guard.once("cancels", () => Promise.resolve("gone"))).resolves.toBe("gone");
    const told = { pauseMs: 7_000, ordersOnly: true, banned: false };
    expect(asked).toEqual([
      { ...told, everything: false },
      { ...told, everything: true },
    ]);
    expect(guard.breakers().map(({ state }) => state)).toEqual(["closed", "closed", "open", "closed"]);
    expect(guard.breakers()[2]).toMatchObject({ openings: 1 });
  });

  it("while the venue shuts us out nothing goes, not even a cancel", async () => {
    const clock = quickClock();
    const guard = new Guard(clock, () => 0, settings);
    const banned = annotated(new ccxt.DDoSProtection("418"), 418, { "Retry-After": "120" }) as Error;
    await expect(guard.read("public", failing(banned))).rejects.toThrow("418");
    const call = failing(down());
    for (const name of endpointClasses)
      for (const priority of priorities)
        await expect(guard.once(name, call, priority)).rejects.toMatchObject({ retryAfterMs: 120_000 });
    expect(call.calls()).toBe(0);
    clock.time += 120_000;
    await expect(guard.once("cancels", () => Promise.resolve("gone"))).resolves.toBe("gone");
  });

  it("ignores refusals", async () => {
    const guard = new Guard(systemClock, () => 0, settings);
    for (let i = 0; i < 20; i += 1)
      await guard.once("orders", failing(new ccxt.InsufficientFunds("poor"))).catch(() => undefined);
    expect(guard.breakers()[2]).toMatchObject({ state: "closed", openings: 0 });
  });

  it("waits as long as the venue says; what is urgent tries, until it is refused as well", async () => {
    const clock = quickClock();
    const guard = new Guard(clock, () => 0, settings);
    await guard.once("orders", failing(limited("5"))).catch(() => undefined);
    const call = failing(down());
    await expect(guard.once("orders", call)).rejects.toMatchObject({ name: "Blocked", retryAfterMs: 5_000 });
    await expect(guard.read("public", call)).rejects.toThrow(Blocked);
    expect(call.calls()).toBe(0);
    await expect(guard.once("cancels", () => Promise.resolve("gone"))).resolves.toBe("gone");
    await expect(guard.once("orders", () => Promise.resolve("less"), "exit")).resolves.toBe("less");
    expect(guard.breakers().map(({ state }) => state)).toEqual(["open", "open", "open", "closed"]);
    await guard.once("orders", failing(limited("5")), "exit").catch(() => undefined);
    for (const priority of ["exit", "cancel"] as const)
      await expect(guard.once("orders", call, priority)).rejects.toMatchObject({ retryAfterMs: 5_000 });
    expect(call.calls()).toBe(0);
    expect(guard.breakers()).toMatchObject(Array(4).fill({ state: "open", openings: 1 }));
    clock.time += 5_001;
    await expect(guard.once("cancels", () => Promise.resolve("gone"))).resolves.toBe("gone");
    await expect(guard.once("orders", () => Promise.resolve("again"))).resolves.toBe("again");
  });
});

describe("formulas", () => {
  it("draws full jitter below min(cap, base x 2^attempt)", () => {
    expect(fullJitterMs(3, 100, 10_000, () => 0.999)).toBe(799);
    expect(fullJitterMs(20, 100, 10_000, () => 0.5)).toBe(5_000);
    expect(fullJitterMs(2, 100, 10_000, () => 0)).toBe(0);
  });

  it("gives no more tokens than the burst", () => {
    const budget = new RetryBudget(2);
    for (let i = 0; i < 1_000; i += 1) budget.called();
    expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
  });

  it("takes the median offset, each halfway through its request", () => {
    const sample = (sentAt: number, heardAt: number, venueAt: number) => ({ sentAt, heardAt, venueAt });
    // 1050 - 1000, 2340 - 2010, 3052 - 3002: the slow one does not pull.
    expect(offsetOf([sample(990, 1010, 1050), sample(2000, 2020, 2340), sample(3000, 3004, 3052)])).toBe(50);
    expect(offsetOf([])).toBe(0);
  });
});

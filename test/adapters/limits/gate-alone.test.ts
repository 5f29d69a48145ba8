/** The gate while its store is gone: each process goes on with its share, and tells the store afterwards. */
import { describe, expect, it } from "vitest";
import type { Limits, Priority } from "../../../adapters/limits/limits.ts";
import type { HandClock } from "./clock.ts";
import { asked, rig, start, weight } from "./gate-rig.ts";

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

/** Ten seeds of the kill -9 runs; `node test/chaos/kill.ts --seeds 200` does as many as wanted. */
import { describe, expect, it } from "vitest";
import { findServer } from "../servers.ts";
import { killPlan } from "./kill-plan.ts";
import { killBatch } from "./kill-runs.ts";

describe("plans", () => {
  it("come from the seed alone, and every second aims between append, send and answer", () => {
    const plans = Array.from({ length: 200 }, (_, k) => killPlan(k + 1));
    expect(plans).toEqual(Array.from({ length: 200 }, (_, k) => killPlan(k + 1)));
    expect(plans.filter(({ aim }) => aim !== undefined)).toHaveLength(100);
    for (const point of ["appended", "unsent", "sent", "answered"])
      expect(plans.filter(({ aim }) => aim?.point === point).length).toBeGreaterThan(10);
    expect(plans.filter(({ second }) => second !== undefined).length).toBeGreaterThan(25);
  });
});

describe.skipIf(findServer("nats-server") === undefined)("kill -9", () => {
  it("ten seeds: nothing lost, nothing doubled, traded elsewhere within 5 s", async () => {
    const { broken, runs, orders, fills } = await killBatch({ from: 1, seeds: 10 });
    expect(broken).toEqual([]);
    expect(runs).toHaveLength(10);
    expect(orders).toBeGreaterThan(50);
    expect(fills).toBeGreaterThan(50);
  }, 180_000);
});

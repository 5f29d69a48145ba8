/**
 * The long chaos runs (test/chaos), short enough for every change: seeded kill -9 at and between the steps of an order, and a
 * soak with faults. What must hold is the same; times are not judged as strictly, since other tests run beside it.
 */
import { describe, expect, it } from "vitest";
import { killBatch } from "../chaos/kill-runs.ts";
import { soak } from "../chaos/soak-run.ts";
import { findServer } from "../servers.ts";

describe.skipIf(findServer("nats-server") === undefined)("short chaos", () => {
  it("four seeds of kill -9: nothing lost, nothing doubled, traded elsewhere", async () => {
    const { broken, runs, orders, fills } = await killBatch({ from: 1, seeds: 4, takeOverMs: 20_000 });
    expect(broken).toEqual([]);
    expect(runs).toHaveLength(4);
    expect(orders).toBeGreaterThan(20);
    expect(fills).toBeGreaterThan(20);
  }, 150_000);

  it("a soak of 75 s at 5,000 ticks/s with faults: nothing broken", async () => {
    const told: string[] = [];
    const result = await soak({
      ...{ minutes: 1.25, perSecond: 5_000, seed: 4, faultEveryMs: 10_000 },
      tell: (line) => told.push(line),
    });
    expect(result.broken, told.join("\n")).toEqual([]);
    expect(result.faults.length, told.join("\n")).toBeGreaterThanOrEqual(2);
    expect(result.orders).toBeGreaterThan(20);
    expect(result.heapMb).toBeLessThan(250);
  }, 240_000);
});

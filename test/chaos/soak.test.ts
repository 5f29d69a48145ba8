/** Five minutes of soak with faults in it; `node test/chaos/soak.ts --minutes 45` is the long one. */
import { describe, expect, it } from "vitest";
import { findServer } from "../servers.ts";
import { slopePerMinute } from "./slope.ts";
import { soak } from "./soak-run.ts";

describe("the slope", () => {
  const line = (perMinute: number, noise: (k: number) => number) =>
    Array.from({ length: 30 }, (_, k) => ({ atMs: k * 60_000, value: 100 + k * perMinute + noise(k) }));

  it("is the growth per minute, whatever the first third did", () => {
    expect(slopePerMinute(line(2, () => 0))).toBeCloseTo(2, 10);
    expect(slopePerMinute(line(0, (k) => (k < 10 ? k * 50 : 0)))).toBeCloseTo(0, 10);
    expect(slopePerMinute(line(0, (k) => (k % 2) * 3))).toBeCloseTo(0, 1);
    expect(slopePerMinute(line(1, () => 0).slice(0, 3))).toBe(0);
  });
});

describe.skipIf(findServer("nats-server") === undefined)("soak", () => {
  it("five minutes at 20,000 ticks/s with faults: nothing broken, memory and lag in bounds", async () => {
    const told: string[] = [];
    const result = await soak({
      ...{ minutes: 5, perSecond: 20_000, seed: 4 },
      tell: (line) => told.push(line),
    });
    expect(result.broken, told.join("\n")).toEqual([]);
    expect(result.faults.length, told.join("\n")).toBeGreaterThanOrEqual(3);
    expect(result.ticksPerSecond).toBeGreaterThan(10_000);
    expect(result.orders).toBeGreaterThan(20);
    // Five minutes tell no slope; these would be told by something that is kept for every tick.
    expect(result.heapMb).toBeLessThan(250);
    expect(result.lagP99Ms).toBeLessThan(500);
  }, 480_000);
});

/**
 * Five minutes of soak with faults, beside whatever else is tested: what must hold and what must not grow. At another rate or
 * for longer by hand: `node test/chaos/soak.ts --minutes 45 --rate 20000`.
 */
import { describe, expect, it } from "vitest";
import { slopePerMinute } from "../chaos/slope.ts";
import { soak } from "../chaos/soak-run.ts";
import { findServer } from "../servers.ts";

const MINUTES = 5;

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
  it("five minutes on three nodes with faults: nothing broken, and nothing kept for every tick", async () => {
    const told: string[] = [];
    const result = await soak({
      ...{ minutes: MINUTES, perSecond: 4_000, seed: 4 },
      tell: (line) => told.push(line),
    });
    expect(result.broken, told.join("\n")).toEqual([]);
    expect(result.faults.length, told.join("\n")).toBeGreaterThanOrEqual(3);
    expect(result.orders).toBeGreaterThan(20);
    // Five minutes tell no slope; this would be told by something that is kept for every tick.
    expect(result.heapMb).toBeLessThan(250);
  }, 480_000);
});

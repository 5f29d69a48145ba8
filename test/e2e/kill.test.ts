/**
 * The kill runs (test/chaos), short enough for every change: seeded kill -9 at and between the steps of an order. What must
 * hold is the same; times are not judged as strictly, since other tests run beside it.
 */
import { describe, expect, it } from "vitest";
import { killBatch } from "../chaos/kill-runs.ts";
import { findServer } from "../servers.ts";

describe.skipIf(findServer("nats-server") === undefined)("kill -9", () => {
  it("three seeds: nothing lost, nothing doubled, traded elsewhere", async () => {
    const { broken, runs, orders, fills } = await killBatch({ from: 1, seeds: 3, takeOverMs: 20_000 });
    expect(broken).toEqual([]);
    expect(runs).toHaveLength(3);
    expect(orders).toBeGreaterThan(20);
    expect(fills).toBeGreaterThan(20);
  }, 150_000);
});

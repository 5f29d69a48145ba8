/**
 * The owner of the portfolio and the account freezes (SIGSTOP) for longer than anybody waits for it, others take over, and it
 * wakes up believing that all is still its own: nothing it does may count.
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, findServer } from "../servers.ts";
import { startCluster, type Cluster } from "./cluster.ts";
import { invariants } from "./invariants.ts";
import { TAKE_OVER_MS } from "./kill-runs.ts";

const ACTORS = ["portfolio.main", "execution.main"] as const;

describe.skipIf(findServer("nats-server") === undefined)("an owner that was frozen", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ strategies: 12, symbols: 3, speed: 60, seed: 7 });
    await cluster.join("one", "two", "three");
    await cluster.complete(20_000);
    await cluster.watch.traded(performance.now());
  }, 60_000);
  afterAll(async () => {
    for (const node of cluster.nodes.values()) node.thaw();
    await cluster.stop();
  });

  it.each(ACTORS)(
    "%s: the others trade within 5 s; awake again it writes nothing and sends nothing twice",
    async (actor) => {
      const name = (await cluster.ownerOf(actor))!;
      const stale = cluster.nodes.get(name)!;
      const frozenAt = performance.now();
      stale.freeze();
      cluster.forget(name);
      const traded = cluster.watch.traded(frozenAt + 1);
      await cluster.complete(20_000);
      const tookMs = Math.max((await traded) - frozenAt, performance.now() - frozenAt);
      console.info(`${actor} of ${name} taken over ${Math.round(tookMs)} ms after it froze`);
      expect(tookMs).toBeLessThan(TAKE_OVER_MS);
      const owner = (await cluster.ownerOf(actor))!;
      expect(owner).not.toBe(name);

      const last = await cluster.journal.lastSequence("portfolio.main");
      await pause(500);
      stale.thaw();
      // It joins the others again: each actor runs once, and trading goes on.
      cluster.adopt(stale);
      await cluster.complete(30_000);
      await cluster.watch.traded(performance.now());
      await eventually(
        "entries behind the awakening",
        async () => (await cluster.journal.lastSequence("portfolio.main")) > last + 5,
      );
    },
    120_000,
  );

  it("nothing was lost, nothing doubled", async () => {
    const { broken, orders } = await invariants(cluster);
    expect(broken).toEqual([]);
    expect(orders).toBeGreaterThan(50);
  }, 60_000);
});

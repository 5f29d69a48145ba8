/**
 * Growth and shrinkage under a burst of ticks: processes join and leave a cluster of two hundred strategies while raw
 * batches pour onto the market road, and every strategy is told every candle, once.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findServer } from "../servers.ts";
import { startCluster, type Cluster } from "./cluster.ts";
import { invariants } from "./invariants.ts";

const STRATEGIES = 200;
const TICKS_PER_SECOND = 10_000;

describe.skipIf(findServer("nats-server") === undefined)("scale out and in under a burst of ticks", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({
      strategies: STRATEGIES,
      trading: 12,
      symbols: 6,
      watched: 6,
      speed: 20,
      seed: 31,
    });
    await cluster.join("one", "two");
    await cluster.complete(60_000);
    await cluster.watch.traded(performance.now());
  }, 120_000);
  afterAll(async () => {
    await cluster.stop();
  });

  const pumped = (names: readonly string[]): Promise<unknown> =>
    Promise.all(
      names.map((name) =>
        cluster.nodes.get(name)!.call("pump", { perSecond: TICKS_PER_SECOND, instruments: cluster.watched }),
      ),
    );
  const ticks = async (): Promise<number> =>
    (await cluster.nodes.get("one")!.call<{ readonly ticks: number }>("vitals")).ticks;

  it("moves 200 actors and more: no candle missed, none told twice, ledger equal to the venue", async () => {
    await pumped(["one", "two"]);
    const [begun, before] = [performance.now(), await cluster.where()];
    const first = await ticks();

    await cluster.join("three", "four");
    await pumped(["three", "four"]);
    await cluster.complete(60_000);
    const grown = await cluster.where();
    await cluster.watch.traded(performance.now());
    const grownMs = performance.now() - begun;

    const leaving = ["three", "four"].map((name) => {
      const node = cluster.nodes.get(name)!;
      cluster.forget(name);
      return node.end();
    });
    expect(await Promise.all(leaving)).toEqual([0, 0]);
    await cluster.complete(60_000);
    const shrunk = await cluster.where();
    await cluster.watch.traded(performance.now());

    const seconds = (performance.now() - begun) / 1_000;
    const rate = ((await ticks()) - first) / seconds;
    const moved = (from: ReadonlyMap<string, string>, to: ReadonlyMap<string, string>): number =>
      [...from].filter(([actor, node]) => to.get(actor) !== node).length;
    const [out, back] = [moved(before, grown), moved(grown, shrunk)];
    expect(out + back).toBeGreaterThanOrEqual(200);
    expect(rate).toBeGreaterThan(TICKS_PER_SECOND / 2);

    const { broken, orders, candles } = await invariants(cluster);
    console.info(
      `${out} actors moved out in ${(grownMs / 1_000).toFixed(1)} s, ${back} back; ${Math.round(rate)} ticks/s at node one over ${seconds.toFixed(1)} s; ${orders} orders, ${candles} candles told`,
    );
    expect(broken).toEqual([]);
    expect(candles).toBeGreaterThan(5 * STRATEGIES);
    expect(orders).toBeGreaterThan(20);
  }, 240_000);
});

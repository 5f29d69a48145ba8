/**
 * Three nats-servers keep the journal (R3). The leader of its stream is killed twice: acknowledged entries stay, the outage is
 * bounded, and those who had the actors go on with them.
 */
import { connect, type NatsConnection } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verify } from "../../adapters/journal/verify.ts";
import { eventually, findServer, startNatsCluster, type NatsCluster } from "../servers.ts";
import { startCluster, type Cluster } from "./cluster.ts";
import { invariants } from "./invariants.ts";

/** Measured 6 to 8 s (R3, nats-server 2.9); a machine of two cores under load gets twice that. */
const OUTAGE_MS = 16_000;
const STREAM = "audit.chaos";

describe.skipIf(findServer("nats-server") === undefined)("three nats-servers", () => {
  let nats: NatsCluster;
  let cluster: Cluster;
  let connection: NatsConnection;
  beforeAll(async () => {
    nats = await startNatsCluster();
    connection = await connect({
      servers: nats.url.split(","),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    });
    cluster = await startCluster({
      ...{ strategies: 12, symbols: 3, speed: 60, seed: 11 },
      nats: { url: nats.url, replicas: 3 },
    });
    await cluster.join("one", "two", "three");
    await cluster.complete(30_000);
    await cluster.watch.traded(performance.now());
  }, 90_000);
  afterAll(async () => {
    await cluster.stop();
    await connection.close();
    await nats.stop();
  });

  const leader = async (): Promise<string> => {
    const manager = await connection.jetstreamManager({ timeout: 2_000 });
    return (await manager.streams.info("journal")).cluster!.leader!;
  };

  it("the journal's stream has three copies", async () => {
    const manager = await connection.jetstreamManager();
    const { config, cluster: copies } = await manager.streams.info("journal");
    expect(config.num_replicas).toBe(3);
    expect(copies?.replicas).toHaveLength(2);
  });

  it("its leader is killed: no acknowledged entry is lost, the owners go on, trading is back within the bound", async () => {
    const before = await cluster.where();
    const acknowledged: number[] = [];
    let on = true as boolean;
    const writing = (async () => {
      for (let expected = 0; on; expected += 1) {
        const entry = { schema: 1, turns: [], at: expected, marketSequence: 0, writer: "chaos" };
        acknowledged.push(await cluster.journal.append(STREAM, entry, expected));
      }
    })();
    await eventually("some entries", () => acknowledged.length > 20);
    const name = await leader();
    const killedAt = performance.now();
    await nats.servers.get(name)!.kill();
    const tradedAt = await cluster.watch.traded(killedAt + 50);
    const outageMs = tradedAt - killedAt;
    const count = acknowledged.length;
    await eventually("entries behind the outage", () => acknowledged.length > count + 20, OUTAGE_MS);
    on = false;
    await writing;
    console.info(
      `leader ${name} killed: trades again after ${Math.round(outageMs)} ms; ${acknowledged.length} entries acknowledged`,
    );
    expect(outageMs).toBeLessThan(OUTAGE_MS);

    // Dense from 1, and every one that was acknowledged stands.
    expect(await verify(cluster.journal, STREAM)).toMatchObject({ entries: acknowledged.length });
    await cluster.complete(30_000);
    expect([...(await cluster.where())].sort()).toEqual([...before].sort());
    await nats.servers.get(name)!.restart();
  }, 120_000);

  it("the next leader is killed and comes back empty-handed of nothing: ledger, venue and journal agree", async () => {
    await eventually(
      "a leader",
      () =>
        leader().then(
          () => true,
          () => false,
        ),
      OUTAGE_MS,
    );
    const name = await leader();
    const killedAt = performance.now();
    await nats.servers.get(name)!.kill();
    const outageMs = (await cluster.watch.traded(killedAt + 50)) - killedAt;
    console.info(`leader ${name} killed: trades again after ${Math.round(outageMs)} ms`);
    expect(outageMs).toBeLessThan(OUTAGE_MS);
    await nats.servers.get(name)!.restart();
    await cluster.complete(30_000);
    const { broken, orders } = await invariants(cluster);
    expect(broken).toEqual([]);
    expect(orders).toBeGreaterThan(50);
  }, 120_000);
});

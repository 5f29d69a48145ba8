/**
 * Three nats-servers, one of them lost: what a take-over reads (the journal, its snapshot, the owners) comes at once. Each read
 * is repeated, since a consumer, placed on one of three by chance, would go wrong in one case of three.
 */
import { setTimeout as pause } from "node:timers/promises";
import { connect, type NatsConnection } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../adapters/clock/clock.ts";
import { jetstreamJournal } from "../../../adapters/journal/jetstream.ts";
import type { Journal } from "../../../adapters/journal/journal.ts";
import { jetstreamLeases } from "../../../adapters/leases/jetstream.ts";
import type { Leases } from "../../../adapters/leases/leases.ts";
import { eventually, findServer, startNatsCluster, type NatsCluster } from "../../servers.ts";
import { all, entry } from "./entry.ts";

const READS = 10;
/** Behind the 64 that are asked for one by one. */
const ENTRIES = 90;

describe.skipIf(findServer("nats-server") === undefined)("one of three nats-servers is lost", () => {
  let nats: NatsCluster;
  let connection: NatsConnection;
  let journal: Journal;
  let leases: Leases;
  beforeAll(async () => {
    nats = await startNatsCluster();
    connection = await connect({
      servers: nats.url.split(","),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
    });
    journal = await jetstreamJournal({ connection, replicas: 3 });
    leases = await jetstreamLeases({ connection, host: "one", clock: systemClock, replicas: 3 });
    await leases.open();
    expect(await leases.claim("portfolio.main", 0)).toMatchObject({ ok: true });
    for (let n = 0; n < ENTRIES; n += 1) await journal.append("portfolio.main", entry(n), n);
    await journal.saveSnapshot("portfolio.main", {
      ...{ sequence: 40, schema: 1 },
      state: { text: "x".repeat(300_000) },
    });
    const manager = await connection.jetstreamManager({ timeout: 2_000 });
    const { leader } = (await manager.streams.info("journal")).cluster!;
    const victim = [...nats.servers].find(([name]) => name !== leader)![1];
    await victim.kill();
    // It may have led the other streams, which then choose another first.
    const answered = async (): Promise<boolean> => {
      await Promise.all([leases.owners(), journal.snapshot("portfolio.main")]);
      return true;
    };
    await eventually("leaders of all streams", () => answered().catch(() => false), 30_000);
  }, 60_000);
  afterAll(async () => {
    await leases.close();
    await journal.close();
    await connection.close();
    await nats.stop();
  });

  it("every read of the journal is whole", async () => {
    for (let n = 0; n < READS; n += 1) expect(await all(journal, "portfolio.main")).toHaveLength(ENTRIES);
  }, 20_000);

  it("every read of a snapshot of several chunks is whole", async () => {
    for (let n = 0; n < READS; n += 1)
      expect(await journal.snapshot("portfolio.main")).toMatchObject({ sequence: 40 });
    expect(await journal.snapshots()).toEqual(["portfolio.main"]);
  }, 20_000);

  it("the owners are told", async () => {
    for (let n = 0; n < READS; n += 1)
      expect(await leases.owners()).toMatchObject([{ actor: "portfolio.main", host: "one" }]);
  }, 20_000);
});

describe.skipIf(findServer("nats-server") === undefined)("one of three nats-servers is not there yet", () => {
  it("a journal and leases of three copies wait for it", async () => {
    const nats = await startNatsCluster(3, 1);
    const connection = await connect({ servers: nats.url.split(",") });
    const made = Promise.all([
      jetstreamJournal({ connection, replicas: 3 }),
      jetstreamLeases({ connection, host: "one", clock: systemClock, replicas: 3 }),
    ]);
    await pause(1_000);
    await nats.join();
    const [journal, leases] = await made;
    await leases.open();
    expect(await leases.claim("portfolio.main", 0)).toMatchObject({ ok: true });
    expect(await journal.append("portfolio.main", entry(0), 0)).toBe(1);
    await leases.close();
    await journal.close();
    await connection.close();
    await nats.stop();
  }, 60_000);
});

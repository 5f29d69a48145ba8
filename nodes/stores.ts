/** Journal, tick store and cache as the settings say. Only what is used is loaded. */
import { join } from "node:path";
import type { ServiceBroker } from "moleculer";
import type { NatsConnection } from "nats";
import type { Cache } from "../adapters/cache/cache.ts";
import type { Clock } from "../adapters/clock/clock.ts";
import type { Journal } from "../adapters/journal/journal.ts";
import type { Leases } from "../adapters/leases/leases.ts";
import type { TickStore } from "../adapters/ticks/ticks.ts";
import { insides } from "../mixins/moleculer-insides.ts";
import type { Settings } from "./settings.ts";

export const openCache = async ({ redis }: Settings, clock: Clock): Promise<Cache> => {
  if (redis === undefined) return (await import("../adapters/cache/memory.ts")).memoryCache(clock);
  const { redisCache } = await import("../adapters/cache/redis.ts");
  return redisCache({ url: redis.url, prefix: "shoal:" });
};

/** The JetStream journal uses the bus's own connection. */
export const openJournal = async (
  { nats }: Settings,
  dataDir: string,
  broker: ServiceBroker,
): Promise<Journal> => {
  if (nats === undefined) {
    const { lmdbJournal } = await import("../adapters/journal/lmdb.ts");
    return lmdbJournal({ path: join(dataDir, "journal") });
  }
  const { jetstreamJournal } = await import("../adapters/journal/jetstream.ts");
  const connection = insides(broker).transit?.tx.client as NatsConnection;
  return jetstreamJournal({ connection, replicas: nats.replicas });
};

/** Of this host, in a cluster: which of its actors it may run, and nobody else meanwhile. */
export const openLeases = async (
  { nats }: Settings,
  broker: ServiceBroker,
  clock: Clock,
): Promise<Leases | undefined> => {
  if (nats === undefined) return undefined;
  const { jetstreamLeases } = await import("../adapters/leases/jetstream.ts");
  const connection = insides(broker).transit?.tx.client as NatsConnection;
  const leases = await jetstreamLeases({ connection, host: broker.nodeID, clock, replicas: nats.replicas });
  await leases.open();
  return leases;
};

export const openTicks = async ({ influx }: Settings, dataDir: string): Promise<TickStore> => {
  if (influx === undefined) {
    const { duckdbTickStore } = await import("../adapters/ticks/duckdb.ts");
    return duckdbTickStore({ path: join(dataDir, "ticks.duckdb") });
  }
  const { influxTickStore } = await import("../adapters/ticks/influx.ts");
  return influxTickStore({ url: influx.url, database: influx.database });
};

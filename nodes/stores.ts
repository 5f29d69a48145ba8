/** Journal, tick store, cache and budgets as the settings say. Only what is used is loaded. */
import { join } from "node:path";
import type { ServiceBroker } from "moleculer";
import type { NatsConnection } from "nats";
import type { Cache } from "../adapters/cache/cache.ts";
import type { Clock } from "../adapters/clock/clock.ts";
import { gate } from "../adapters/limits/gate.ts";
import type { Limits } from "../adapters/limits/limits.ts";
import type { Store } from "../adapters/limits/store.ts";
import type { Journal } from "../adapters/journal/journal.ts";
import type { Leases } from "../adapters/leases/leases.ts";
import type { TickStore } from "../adapters/ticks/ticks.ts";
import { insides } from "../mixins/moleculer-insides.ts";
import { trainsOnly, type Settings } from "./settings.ts";

export const openCache = async ({ redis }: Settings, clock: Clock): Promise<Cache> => {
  if (redis === undefined) return (await import("../adapters/cache/memory.ts")).memoryCache(clock);
  const { redisCache } = await import("../adapters/cache/redis.ts");
  return redisCache({ url: redis.url, prefix: "shoal:" });
};

/** Redis before NATS: it is one round trip where NATS may need several. */
const openLimitStore = async ({ redis, nats }: Settings, broker: ServiceBroker): Promise<Store> => {
  if (redis !== undefined) {
    const { redisStore } = await import("../adapters/limits/redis.ts");
    return redisStore({ url: redis.url });
  }
  if (nats !== undefined) {
    const { natsStore } = await import("../adapters/limits/nats.ts");
    return natsStore({ connection: natsOf(broker), replicas: nats.replicas });
  }
  const { MemoryStore } = await import("../adapters/limits/memory.ts");
  return new MemoryStore();
};

export const openLimits = async (
  settings: Settings,
  broker: ServiceBroker,
  ports: { readonly clock: Clock; readonly tell: (problem: string) => void },
): Promise<Limits> => {
  const { nodes } = insides(broker).registry;
  const hosts = (): number => nodes.toArray().filter(({ available }) => available).length;
  return gate(await openLimitStore(settings, broker), { ...ports, hosts });
};

const natsOf = (broker: ServiceBroker): NatsConnection =>
  insides(broker).transit?.tx.client as NatsConnection;

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
  return jetstreamJournal({ connection: natsOf(broker), replicas: nats.replicas });
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

export const openTicks = async (settings: Settings, dataDir: string): Promise<TickStore> => {
  const { influx } = settings;
  // Nobody writes or asks.
  if (trainsOnly(settings)) return (await import("../adapters/ticks/memory.ts")).memoryTickStore();
  if (influx === undefined) {
    const { duckdbTickStore } = await import("../adapters/ticks/duckdb.ts");
    return duckdbTickStore({ path: join(dataDir, "ticks.duckdb") });
  }
  const { influxTickStore } = await import("../adapters/ticks/influx.ts");
  return influxTickStore({ url: influx.url, database: influx.database });
};

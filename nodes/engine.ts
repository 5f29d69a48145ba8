/**
 * One process of the engine, put together from settings: stores, bus, venues, actors. With no configuration all of it
 * runs here on embedded parts; with NATS the same program shares its actors with the other processes.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ServiceBroker, type BrokerOptions } from "moleculer";
import type { NatsConnection } from "nats";
import { hostActor, type HostHandle } from "../actors/host.actor.ts";
import { memoryCache } from "../adapters/cache/memory.ts";
import { redisCache } from "../adapters/cache/redis.ts";
import type { Cache } from "../adapters/cache/cache.ts";
import { systemClock } from "../adapters/clock/clock.ts";
import { jetstreamJournal } from "../adapters/journal/jetstream.ts";
import type { Journal } from "../adapters/journal/journal.ts";
import { lmdbJournal } from "../adapters/journal/lmdb.ts";
import { duckdbTickStore } from "../adapters/ticks/duckdb.ts";
import { influxTickStore } from "../adapters/ticks/influx.ts";
import type { TickStore } from "../adapters/ticks/ticks.ts";
import { rawSubject } from "../contracts/market.ts";
import { Chance } from "../domain/values/chance.ts";
import type { InstrumentId, Timestamp } from "../domain/values/values.ts";
import { Activity } from "../mixins/activity.ts";
import { MarketRoad } from "../mixins/market-road.ts";
import { insides } from "../mixins/moleculer-insides.ts";
import { MoleculerWire } from "../mixins/moleculer-wire.ts";
import { placement } from "../mixins/placement.ts";
import { bus } from "../moleculer.config.ts";
import { kinds, kindsOf, planOf } from "./desired.ts";
import { openDoors } from "./doors.ts";
import type { Gateway } from "./gateway.ts";
import { planMetrics, type Metrics } from "./metrics.ts";
import { driveLockStep, type LockStep } from "./lock-step.ts";
import { MarketTime } from "./market-time.ts";
import type { EnginePorts } from "./ports.ts";
import type { Settings } from "./settings.ts";
import { strategyFinder } from "./strategy-files.ts";
import { Venues } from "./venues.ts";

export interface Engine {
  readonly settings: Settings;
  readonly broker: ServiceBroker;
  readonly wire: MoleculerWire;
  readonly road: MarketRoad;
  readonly host: HostHandle;
  readonly journal: Journal;
  readonly ticks: TickStore;
  readonly cache: Cache;
  readonly venues: Venues;
  readonly instruments: readonly InstrumentId[];
  readonly dataDir: string;
  readonly marketNow: () => Timestamp;
  /** Of processes with the role `all` or `gateway`. */
  readonly gateway: Gateway | undefined;
  /** Undefined when the options bring their own. */
  readonly metrics: Metrics | undefined;
  /** A replay at full speed under way; undefined otherwise. Begins with `run`. */
  run(): Promise<LockStep | undefined>;
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger?: BrokerOptions["logger"];
  readonly metrics?: BrokerOptions["metrics"];
  readonly tracing?: BrokerOptions["tracing"];
  readonly repl?: Record<string, unknown>;
  readonly tell?: (problem: string) => void;
}

/** Everything in it is started when it resolves; nothing is left running when it rejects. */
export const startEngine = async (settings: Settings, options: EngineOptions): Promise<Engine> => {
  const hostId = settings.node ?? `node-${process.pid}`;
  const dataDir = settings.node === undefined ? settings.dataDir : join(settings.dataDir, settings.node);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const undo: (() => Promise<unknown> | unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const clock = systemClock;
    const clustered = settings.nats !== undefined;
    const lockStep = Object.values(settings.venues).some((venue) => venue.sandbox?.speed === "max");
    // Order ids must differ between runs, but not between two runs of one replay.
    const chance = new Chance(lockStep ? 1 : Date.now() ^ (process.pid << 8));
    const activity = new Activity();
    const metrics = options.metrics === undefined ? await planMetrics(settings) : undefined;
    const broker = new ServiceBroker(
      bus({
        hostId,
        roles: kindsOf(settings.roles),
        ...(settings.nats === undefined ? {} : { natsUrl: settings.nats.url }),
        ...metrics?.broker,
        ...options,
      }),
    );
    const locate = placement();
    const wire = new MoleculerWire(broker, {
      kinds: ["host", ...kinds],
      locate,
      activity,
      chance: () => chance.next(),
    });
    const road = new MarketRoad(broker, wire);
    await broker.start();
    undo.push(() => broker.stop());
    const doors = await openDoors(broker, settings, { dataDir, plan: metrics });
    undo.push(() => doors.stop());

    const cache =
      settings.redis === undefined
        ? memoryCache(clock)
        : redisCache({ url: settings.redis.url, prefix: "shoal:" });
    undo.push(() => cache.close());
    const marketTime = new MarketTime(
      clock,
      Object.values(settings.venues).some((venue) => venue.sandbox !== undefined),
    );
    const venues = new Venues(settings, {
      clock,
      chance: () => chance.next(),
      cache,
      marketNow: marketTime.now,
      environment: options.environment,
      tell: options.tell ?? ((problem) => wire.log.warn(problem)),
    });
    await venues.startSandboxes(broker, clustered);
    undo.push(() => venues.stop());
    const journal = await openJournal(settings, dataDir, broker);
    undo.push(() => journal.close());
    const ticks = await openTicks(settings, dataDir);
    undo.push(() => ticks.close());

    const ports: EnginePorts = {
      clock,
      chance: () => chance.next(),
      activity,
      road,
      journal,
      ticks,
      lockStep,
      marketNow: marketTime.now,
      onMarketTime: marketTime.told,
      openMarket: (venue) => venues.openMarket(venue),
      openAccount: (account) => venues.openAccount(account),
      replay: (venue) => venues.replay(venue),
      simulated: (venue) => venues.simulated(venue),
    };
    const plan = await planOf(settings, ports, strategyFinder(settings.strategiesDir));
    if (clustered) undo.push(marketTime.follow(road, plan.instruments));
    const host = hostActor({
      wire,
      clock,
      locate,
      kinds,
      desired: plan.wanted,
      make: plan.make,
      onBusUp: (told) => broker.localBus.on("$bus.up", told),
    });
    undo.push(() => host.leave());
    await host.start();

    const run = async (): Promise<LockStep | undefined> => {
      const [venue] = Object.keys(settings.venues).filter((id) => venues.lockStep(id));
      if (venue === undefined) return undefined;
      await activity.idle();
      activity.lockStep = true;
      const driven = await driveLockStep(
        `${venues.sandboxes.get(venue)!.url.replace("http", "ws")}/admin/lockstep`,
        {
          activity,
          tradesReceived: () => venues.markets.get(venue)?.received().trades ?? {},
          userReceived: () =>
            [...venues.accounts.values()].reduce((sum, account) => sum + account.received(), 0),
          tellTime: (at) => {
            marketTime.told(at);
            for (const instrument of plan.instruments)
              road.publish(rawSubject(instrument), { trades: [], at });
          },
        },
      );
      undo.push(() => driven.close());
      return driven;
    };
    const engine: Engine = {
      settings,
      broker,
      wire,
      road,
      host,
      journal,
      ticks,
      cache,
      venues,
      instruments: plan.instruments,
      dataDir,
      marketNow: marketTime.now,
      gateway: doors.gateway,
      metrics: doors.metrics,
      run,
      stop,
    };
    doors.use(engine);
    return engine;
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
};

const openJournal = (
  settings: Settings,
  dataDir: string,
  broker: ServiceBroker,
): Promise<Journal> | Journal => {
  if (settings.nats === undefined) return lmdbJournal({ path: join(dataDir, "journal") });
  const connection = insides(broker).transit?.tx.client as NatsConnection;
  return jetstreamJournal({ connection, replicas: settings.nats.replicas });
};

const openTicks = (settings: Settings, dataDir: string): Promise<TickStore> =>
  settings.influx === undefined
    ? duckdbTickStore({ path: join(dataDir, "ticks.duckdb") })
    : influxTickStore({ url: settings.influx.url, database: settings.influx.database });

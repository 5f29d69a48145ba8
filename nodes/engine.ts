/**
 * One process of the engine: the bus, the gateway and the metrics first, so that it answers at once; then all the rest
 * (assembly.ts, loaded only then). With no configuration everything runs here on embedded parts; with NATS the same
 * program shares its actors with the other processes.
 */
import { randomInt } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ServiceBroker, type BrokerOptions } from "moleculer";
import type { HostHandle } from "../actors/host.actor.ts";
import type { Cache } from "../adapters/cache/cache.ts";
import type { DeadLetters } from "../adapters/dead-letters/dead-letters.ts";
import type { Leases } from "../adapters/leases/leases.ts";
import type { Limits } from "../adapters/limits/limits.ts";
import type { Journal } from "../adapters/journal/journal.ts";
import type { TickStore } from "../adapters/ticks/ticks.ts";
import { shipped, type PortfolioVersion } from "../domain/portfolio/portfolio.ts";
import { Chance } from "../domain/values/chance.ts";
import type { InstrumentId, Timestamp } from "../domain/values/values.ts";
import { Activity } from "../mixins/activity.ts";
import { MarketRoad } from "../mixins/market-road.ts";
import { MoleculerWire } from "../mixins/moleculer-wire.ts";
import { placement } from "../mixins/placement.ts";
import { bus } from "../moleculer.config.ts";
import { openDoors } from "./doors.ts";
import type { Gateway } from "./gateway.ts";
import { hostIdOf } from "./host-id.ts";
import { kinds, kindsOf } from "./kinds.ts";
import { joinBus, type Joining } from "./join-bus.ts";
import type { LockStep } from "./lock-step.ts";
import { guardReporter, planMetrics, type Metrics } from "./metrics.ts";
import type { Settings } from "./settings.ts";
import type { TrainerNode } from "./trainer.ts";
import type { Venues } from "./venues.ts";

export interface Engine {
  readonly settings: Settings;
  readonly broker: ServiceBroker;
  readonly wire: MoleculerWire;
  readonly road: MarketRoad;
  readonly host: HostHandle;
  /** In a cluster. */
  readonly leases: Leases | undefined;
  readonly journal: Journal;
  readonly deadLetters: DeadLetters;
  readonly ticks: TickStore;
  readonly cache: Cache;
  readonly limits: Limits;
  readonly venues: Venues;
  /** Of processes with the role `trainer`. */
  readonly trainer: TrainerNode | undefined;
  readonly instruments: readonly InstrumentId[];
  readonly dataDir: string;
  readonly marketNow: () => Timestamp;
  readonly portfolio: PortfolioVersion;
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
  /** Portfolios of another version of the program: tests of upgrades bring the next one. */
  readonly portfolio?: PortfolioVersion;
  readonly tell?: (problem: string) => void;
  readonly joining?: Joining;
}

/** What the parts of a process share, and what ends them, last opened first. */
export interface Base {
  readonly settings: Settings;
  readonly options: EngineOptions;
  readonly dataDir: string;
  readonly lockStep: boolean;
  readonly chance: () => number;
  readonly activity: Activity;
  readonly broker: ServiceBroker;
  readonly wire: MoleculerWire;
  readonly road: MarketRoad;
  readonly undo: (() => unknown)[];
}

/** Everything in it is started when it resolves; nothing is left running when it rejects. */
export const startEngine = async (settings: Settings, options: EngineOptions): Promise<Engine> => {
  const dataDir = settings.node === undefined ? settings.dataDir : join(settings.dataDir, settings.node);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const undo: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const lockStep = Object.values(settings.venues).some((venue) => venue.sandbox?.speed === "max");
    // Order ids must differ between runs, but not between two runs of one replay. Clock and process number would not do:
    // containers start in the same millisecond, each as process 1.
    const chance = new Chance(lockStep ? 1 : randomInt(2 ** 32));
    const metrics = options.metrics === undefined ? await planMetrics(settings) : undefined;
    const broker = new ServiceBroker(
      bus({
        hostId: hostIdOf(settings),
        roles: kindsOf(settings.roles),
        schemas: { portfolio: (options.portfolio ?? shipped).schema.schema },
        ...(settings.nats === undefined ? {} : { natsUrl: settings.nats.url }),
        ...metrics?.broker,
        ...options,
      }),
    );
    guardReporter(broker);
    const activity = new Activity();
    const wire = new MoleculerWire(broker, {
      kinds: ["host", ...kinds],
      locate: placement(),
      activity,
      chance: () => chance.next(),
    });
    const road = new MarketRoad(broker, wire);
    await joinBus(broker, settings.nats?.url, options.joining);
    undo.push(() => broker.stop());
    const doors = await openDoors(broker, settings, { dataDir, plan: metrics });
    undo.push(() => doors.stop());
    const { assemble } = await import("./assembly.ts");
    const engine: Engine = {
      ...(await assemble({
        ...{ settings, options, dataDir, lockStep, chance: () => chance.next() },
        ...{ activity, broker, wire, road, undo },
      })),
      gateway: doors.gateway,
      metrics: doors.metrics,
      stop,
    };
    doors.use(engine);
    return engine;
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
};

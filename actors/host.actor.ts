/**
 * One process of the engine. It starts the actors that placement gives it, in the order of their kinds, moves them when
 * hosts come and go, and hands them over before it ends. What is meant to run may change while running (`wish`);
 * hosts tell one another, and one that joins asks.
 */
import type { Clock } from "../adapters/clock/clock.ts";
import type { Tenure } from "../adapters/leases/leases.ts";
import { ref, tell } from "../contracts/contract.ts";
import { HostContract, type ActorView } from "../contracts/host.ts";
import { defineActor, type Actor } from "../mixins/actor.ts";
import { Claims } from "../mixins/claims.ts";
import { Desired, keyOf, type Wanted } from "../mixins/desired.ts";
import type { Fence } from "../mixins/fencing.ts";
import type { Locate, Wire } from "../mixins/wire.ts";

export interface HostSettings {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly locate: Locate;
  /** In order of start. */
  readonly kinds: readonly string[];
  /** The same in every process of the engine. */
  readonly desired: readonly Wanted[];
  readonly make: (wanted: Wanted, tenure: Tenure) => Actor | Promise<Actor>;
  /** In a cluster. */
  readonly fence?: Fence | undefined;
  /** Called at `$bus.up`: what ran here may have been taken up elsewhere meanwhile. */
  readonly onBusUp?: (told: () => void) => void;
}

export interface HostHandle {
  readonly actor: Actor;
  /** Opens the host and starts what belongs here; resolves when that runs. */
  start(): Promise<void>;
  /** Tells the others, stops everything here in order, and is gone. */
  leave(): Promise<void>;
  /** What runs here. */
  actors(): readonly ActorView[];
}

export const hostActor = (settings: HostSettings): HostHandle => {
  const { wire, clock, locate, kinds, make, fence } = settings;
  const desired = new Desired(settings.desired);
  const claims = new Claims({
    wire,
    clock,
    locate,
    kinds,
    make,
    fence,
    wanted: () => desired.all(),
    onLost: (address, error) => {
      wire.log.error(`${keyOf(address)} is lost and starts anew`, { error });
      tell(wire, HostContract, wire.hostId, "lost", { ...address, error: String(error) });
    },
  });

  const actors = (): readonly ActorView[] => views(wire.hostId, claims);

  /** News is at most once, so whoever joins, and everybody when somebody joins, asks for the changes so far. */
  const learn = async (): Promise<void> => {
    const others = wire.hosts().filter(({ id }) => id !== wire.hostId);
    const answers = await Promise.allSettled(
      others.map(({ id }) => ref(wire, HostContract, id, { timeoutMs: 2_000 }).changes()),
    );
    for (const answer of answers)
      if (answer.status === "fulfilled") for (const change of answer.value) desired.merge(change);
  };

  const ends: (() => void)[] = [];
  const actor = defineActor(HostContract, wire.hostId, {
    free: true,
    handlers: {
      release: ({ actors: released }) => claims.release(released),
      actors,
      wish: async (wish) => {
        tell(wire, HostContract, wire.hostId, "changed", desired.change(wish, wire.hostId));
        await claims.now();
      },
      changes: () => desired.changes(),
      restart: (address) => claims.restart(address).then(() => undefined),
    },
    start() {
      ends.push(
        wire.subscribe("host", "*", "changed", (change) => {
          if (desired.merge(change as never)) claims.soon(0);
        }),
        wire.onHosts(() => {
          void learn().then(() => claims.soon());
        }),
      );
      settings.onBusUp?.(() => {
        claims.doubt();
        claims.soon();
      });
    },
    stop() {
      for (const end of ends) end();
      claims.stop();
    },
  });

  return {
    actor,
    actors,
    async start() {
      wire.expect((kind, id) => kind === "host" || desired.has(kind, id));
      await wire.open(actor);
      await learn();
      await claims.now();
    },
    async leave() {
      await wire.leave();
      await claims.now();
      await wire.close("host", wire.hostId);
    },
  };
};

const views = (host: string, claims: Claims): readonly ActorView[] =>
  [...claims.running.values()].map(({ actor: { kind, id, gauges, invalid }, since }) => ({
    kind,
    id,
    host,
    depth: gauges.depth,
    depthMax: gauges.depthMax,
    processed: gauges.processed,
    refused: gauges.refused,
    failed: gauges.failed,
    invalid,
    coalesced: gauges.coalesced ?? 0,
    dropped: gauges.dropped ?? 0,
    since,
    restarts: claims.restarts(`${kind}.${id}`),
  }));

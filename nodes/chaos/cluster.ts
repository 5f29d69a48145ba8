/**
 * A whole cluster in one process, without a broker: hosts with the very actors that trade, a journal, and a venue, under
 * virtual time and on a simulated network. Nothing in it reads a clock or draws chance of its own: a seed says all.
 */
import { hostActor, type HostHandle } from "../../actors/host.actor.ts";
import type { Placing } from "../../contracts/execution.ts";
import type { Entry } from "../../adapters/journal/journal.ts";
import { memoryLeases, memoryTables } from "../../adapters/leases/memory.ts";
import { memoryTickStore } from "../../adapters/ticks/memory.ts";
import type { Grant } from "../../domain/risk/shared/granting.ts";
import type { ByLimit } from "../../domain/risk/shared/shared-limits.ts";
import { Chance } from "../../domain/values/chance.ts";
import type { Actor } from "../../mixins/actor.ts";
import { most } from "../../domain/values/values.ts";
import { placement } from "../../mixins/placement.ts";
import { planOf } from "../desired.ts";
import { kinds } from "../kinds.ts";
import { MarketTime } from "../market-time.ts";
import type { EnginePorts } from "../ports.ts";
import type { Ground } from "./ground.ts";
import { Machine } from "./machine.ts";
import { Membership } from "./membership.ts";
import { Network } from "./network.ts";
import { SimulatedExchange, WINDOW_MS } from "./simulated-exchange.ts";
import { SimulatedJournal } from "./simulated-journal.ts";
import { SimulatedRoad } from "./simulated-road.ts";
import { remoteTables, SimulatedStore } from "./simulated-store.ts";
import { SimulatedWire, type Neighbourhood } from "./simulated-wire.ts";
import { VenueDoors, type VenueTrouble } from "./venue-doors.ts";
import { VirtualTime } from "./virtual-time.ts";

export interface Node {
  readonly machine: Machine;
  readonly wire: SimulatedWire;
  readonly road: SimulatedRoad;
  /** Once it has come up. */
  readonly host: HostHandle | undefined;
}

/** Mistakes planted on purpose: a simulation that does not find them proves nothing. */
export type Planted = "skip-expected" | "resend" | "forget-outbox" | "grant-twice";

export interface ClusterOptions {
  readonly seed: number;
  readonly ground: Ground;
  readonly planted?: Planted | undefined;
  /** Told of each entry once it is stored. */
  readonly stored: (stream: string, entry: Entry, node: Machine) => void;
  readonly log: (line: string) => void;
}

const BOOT_MS = 150;
const RESTART_MS = 500;
/** Beyond the receive window: room for clocks. */
const SPARE_MS = 500;

export class Cluster implements Neighbourhood {
  readonly time = new VirtualTime();
  readonly network: Network;
  readonly venues: readonly { readonly exchange: SimulatedExchange; readonly doors: VenueDoors }[];
  readonly venueTrouble: VenueTrouble = { refusedRatio: 0, brokenRatio: 0 };
  readonly journal = new SimulatedJournal();
  readonly nodes = new Map<string, Node>();
  readonly membership: Membership;
  /** Until when the store has no leader. */
  storeDownUntil = 0;
  readonly log: Neighbourhood["log"];
  readonly #tables = memoryTables(this.time.clock);
  readonly #chance: Chance;
  readonly #options: ClusterOptions;
  #lives = 0;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#chance = new Chance(options.seed);
    const { time } = this;
    this.network = new Network(time, this.#chance.fork("network"));
    this.venues = options.ground.venues.map((venue, k) => {
      const chanceOf = (label: string): Chance => this.#chance.fork(k === 0 ? label : `${label} ${k}`);
      const exchange = new SimulatedExchange(time, chanceOf("exchange"), venue);
      const doors = new VenueDoors({
        ...{ time, network: this.network, exchange },
        ...{ chance: chanceOf("venue"), trouble: this.venueTrouble },
      });
      doors.resends = options.planted === "resend";
      return { exchange, doors };
    });
    this.membership = new Membership(time, this.network, this.#chance.fork("membership"), () => this.wires());
    this.log = (host, level, message, fields) => {
      if (level === "debug") return;
      const { error } = (fields ?? {}) as { error?: unknown };
      options.log(
        `${time.now.toFixed(1)} ${host} ${level}: ${message}${error instanceof Error ? ` (${error.name}: ${error.message})` : ""}`,
      );
    };
  }

  wireOf(host: string): SimulatedWire | undefined {
    return this.nodes.get(host)?.wire;
  }

  *wires(): Iterable<SimulatedWire> {
    for (const { wire } of this.nodes.values()) yield wire;
  }

  /** The venue that the plan means when it speaks of the one near to the host of this number. */
  venueFor(host: number): Cluster["venues"][number] {
    return this.venues[host % this.venues.length]!;
  }

  #doors(named: (exchange: SimulatedExchange) => boolean): VenueDoors {
    return this.venues.find(({ exchange }) => named(exchange))!.doors;
  }

  /** A new life of a host. It starts its actors once it has found the others. */
  boot(name: string, skewMs = 0): void {
    this.#lives += 1;
    const machine = new Machine(this.time, name, this.#lives, skewMs);
    const chance = this.#chance.fork(`machine ${this.#lives}`);
    const wire = new SimulatedWire(machine, this, () => chance.next());
    if (this.#options.planted === "forget-outbox") wire.swallows = forgetful();
    const road = new SimulatedRoad(machine, this.network, () => this.#roads());
    machine.wake(BOOT_MS, () => {
      this.#assemble(machine, wire, road, chance)
        .then((host) => {
          this.nodes.set(name, { machine, wire, road, host });
          return host.start();
        })
        .catch((error: unknown) => {
          // A process that cannot start ends, and its container begins again.
          this.log(name, "error", "does not start", { error });
          this.crash(name);
          this.time.after(RESTART_MS, () => {
            if (!this.nodes.has(name)) this.boot(name, skewMs);
          });
        });
    });
    this.nodes.set(name, { machine, wire, road, host: undefined });
    this.membership.survey(wire);
  }

  crash(name: string): void {
    const node = this.nodes.get(name);
    if (node === undefined) return;
    node.machine.alive = false;
    this.nodes.delete(name);
    this.membership.survey();
  }

  *#roads(): Iterable<SimulatedRoad> {
    for (const { road } of this.nodes.values()) yield road;
  }

  async #assemble(
    machine: Machine,
    wire: SimulatedWire,
    road: SimulatedRoad,
    chance: Chance,
  ): Promise<HostHandle> {
    const { planted, stored, ground } = this.#options;
    const { clock } = machine;
    const marketTime = new MarketTime(clock, true);
    const journal = new SimulatedStore(
      {
        ...{ network: this.network, journal: this.journal, up: () => this.time.now >= this.storeDownUntil },
        stored: (stream, entry) => stored(stream, entry, machine),
        skipExpected: planted === "skip-expected",
      },
      machine,
    );
    const ports: EnginePorts = {
      ...{ clock, chance: () => chance.next(), activity: wire.activity, road, journal },
      ...{ ticks: memoryTickStore(), lockStep: false, marketNow: marketTime.now },
      onMarketTime: marketTime.told,
      afterReading: (run) => void clock.after(0, run),
      openMarket: (id) => Promise.resolve(this.#doors(({ venue }) => venue === id).openMarket(machine)),
      openAccount: (id, _refused, tenure) =>
        Promise.resolve(
          this.#doors(({ account }) => account === id).openAccount(machine, () => tenure.holds()),
        ),
      replay: () => false,
      simulated: () => true,
    };
    const {
      instruments,
      wanted,
      make: makeOf,
    } = await planOf(ground.settings, ports, () => Promise.resolve(ground.strategy));
    const make: typeof makeOf =
      planted === "grant-twice" ? async (one, tenure) => generous(await makeOf(one, tenure)) : makeOf;
    marketTime.follow(road, instruments);
    const leases = memoryLeases(remoteTables(journal, this.#tables), {
      ...{ host: machine.host, clock, life: `${machine.life}` },
    });
    await leases.open();
    return hostActor({
      fence: { leases, spareMs: { risk: 0, portfolio: 0, execution: WINDOW_MS + SPARE_MS } },
      ...{ wire, clock, locate: placement(), kinds, make },
      desired: wanted.filter(({ kind }) => kind !== "recorder"),
      onBusUp: (told) => wire.onBusUp(told),
    });
  }
}

/** What one portfolio was granted is granted to the next once more. */
const generous = (actor: Actor): Actor => {
  if (actor.kind !== "risk") return actor;
  const take = actor.take.bind(actor);
  let given: ByLimit = {};
  actor.take = async (message, input) => {
    const answer = await take(message, input);
    if (message !== "askGrant") return answer;
    const grant = answer as Grant;
    const before = given;
    given = grant.amounts;
    const twice = Object.entries(given).map(([key, one]) => [key, most(one, before[key] ?? one)] as const);
    return { ...grant, amounts: Object.fromEntries(twice) };
  };
  return actor;
};

/** After a recovery the orders that may have been sent are forgotten: only those first tried in this life are delivered. */
const forgetful = (): SimulatedWire["swallows"] => {
  const tried = new Set<string>();
  return (kind, message, input) => {
    if (kind !== "execution" || message !== "place") return false;
    const { order, attempt } = input as Placing;
    if (attempt === 1) tried.add(order.id);
    return !tried.has(order.id);
  };
};

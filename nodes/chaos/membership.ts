/**
 * Who believes whom to be alive. A host that cannot be heard is given up after a while, as by heartbeats; one that can be
 * heard again comes back soon. Belief is each machine's own and may be wrong: that is the point.
 */
import type { Chance } from "../../domain/values/chance.ts";
import type { Host } from "../../mixins/wire.ts";
import type { Network } from "./network.ts";
import type { SimulatedWire } from "./simulated-wire.ts";
import type { VirtualTime } from "./virtual-time.ts";

const DEAD_MS = 1_500;
const FOUND_MS = 40;

interface Pair {
  heard: boolean;
  believed: boolean;
  change: number;
}

export class Membership {
  readonly #time: VirtualTime;
  readonly #network: Network;
  readonly #chance: Chance;
  readonly #wires: () => Iterable<SimulatedWire>;
  readonly #pairs = new Map<string, Pair>();

  constructor(time: VirtualTime, network: Network, chance: Chance, wires: () => Iterable<SimulatedWire>) {
    this.#time = time;
    this.#network = network;
    this.#chance = chance;
    this.#wires = wires;
  }

  /** Something has changed: machines, cuts, freezes. `joined`: a new life whose name the others may know already. */
  survey(joined?: SimulatedWire): void {
    const wires = [...this.#wires()];
    for (const observer of wires)
      for (const { hostId } of this.#names(wires)) {
        if (hostId === observer.hostId) continue;
        const pair = this.#pair(observer, hostId);
        const subject = wires.find((wire) => wire.hostId === hostId);
        const heard = subject !== undefined && this.#hears(observer, subject);
        if (heard === pair.heard && (joined === undefined || subject !== joined)) continue;
        pair.heard = heard;
        pair.change += 1;
        const { change } = pair;
        const wait = heard ? FOUND_MS * (0.5 + this.#chance.next()) : DEAD_MS + 300 * this.#chance.next();
        this.#time.after(wait, () => {
          if (pair.change === change) this.#conclude(observer, pair);
        });
      }
    // Frozen machines are heard again when they thaw.
    for (const { machine } of wires)
      if (machine.frozenUntil > this.#time.now) this.#time.schedule(machine.frozenUntil, () => this.survey());
  }

  #names(wires: readonly SimulatedWire[]): readonly { readonly hostId: string }[] {
    const names = new Set(wires.map(({ hostId }) => hostId));
    for (const key of this.#pairs.keys()) names.add(key.split(" ")[1]!);
    return [...names].sort().map((hostId) => ({ hostId }));
  }

  #hears(observer: SimulatedWire, subject: SimulatedWire): boolean {
    const { machine } = subject;
    return (
      machine.alive &&
      machine.frozenUntil <= this.#time.now &&
      this.#network.open(machine.host, observer.hostId)
    );
  }

  #conclude(observer: SimulatedWire, pair: Pair): void {
    pair.believed = pair.heard;
    const hosts: Host[] = [];
    for (const wire of this.#wires())
      if (wire !== observer && this.#pairs.get(this.#key(observer, wire.hostId))?.believed === true)
        hosts.push({ id: wire.hostId, roles: ["*"], leaving: wire.leaving });
    observer.machine.hand(() => observer.believe(hosts));
  }

  #key(observer: SimulatedWire, subject: string): string {
    return `${observer.hostId}/${observer.machine.life} ${subject}`;
  }

  #pair(observer: SimulatedWire, subject: string): Pair {
    const key = this.#key(observer, subject);
    let pair = this.#pairs.get(key);
    if (pair === undefined) this.#pairs.set(key, (pair = { heard: false, believed: false, change: 0 }));
    return pair;
  }
}

/**
 * Who is connected to one kind of the simulated exchange's streams. A connection keeps its order; when the network is cut it
 * breaks, what was under way and what is told meanwhile is not heard, and after it has come back its owner is told so.
 */
import type { Machine } from "./machine.ts";
import type { Network } from "./network.ts";
import type { VenueId } from "../../domain/values/values.ts";

const RECONNECT_MS = 300;

export interface Connection {
  readonly machine: Machine;
  broken: boolean;
  /** How often it broke. */
  breaks: number;
  resumed(): void;
}

export class VenueStreams<C extends Connection> {
  readonly #network: Network;
  readonly #venue: VenueId;
  readonly #all = new Set<C>();

  constructor(network: Network, venue: VenueId) {
    this.#network = network;
    this.#venue = venue;
  }

  join(connection: C): C {
    this.#all.add(connection);
    return connection;
  }

  leave(connection: C | undefined): Promise<void> {
    if (connection !== undefined) this.#all.delete(connection);
    return Promise.resolve();
  }

  /** `newsFor` is asked for each connection that stands, and makes the news at once: the engine goes on changing its orders. */
  tell(newsFor: (connection: C) => (() => void) | undefined): void {
    for (const one of this.#all) {
      const { machine } = one;
      if (!machine.alive) this.#all.delete(one);
      else if (one.broken) continue;
      else if (this.#network.open(this.#venue, machine.host)) this.#send(one, newsFor(one));
      else this.#lose(one);
    }
  }

  /** All are cut. */
  drop(): void {
    for (const one of this.#all) this.#lose(one);
  }

  #send(one: C, tell: (() => void) | undefined): void {
    if (tell === undefined) return;
    const { machine, breaks } = one;
    this.#network.stream(`${machine.host}/${machine.life}`, () =>
      machine.hand(() => {
        if (this.#all.has(one) && one.breaks === breaks) tell();
      }),
    );
  }

  #lose(one: C): void {
    if (one.broken) return;
    one.broken = true;
    one.breaks += 1;
    this.#again(one);
  }

  /** Broken until the network lets a new connection through. */
  #again(one: C): void {
    const { host } = one.machine;
    one.machine.wake(RECONNECT_MS, () => {
      if (this.#network.open(this.#venue, host) && this.#network.open(host, this.#venue)) {
        one.broken = false;
        one.resumed();
      } else this.#again(one);
    });
  }
}

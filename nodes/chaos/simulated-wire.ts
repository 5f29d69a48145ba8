/**
 * The bus of a simulated cluster: the Wire port over the simulated network. Who is alive is learned late, as by heartbeats;
 * messages travel by reference, as inside one process; an ask whose answer does not come in time is an unknown outcome.
 * What is asked again is the rule of the production wire (mixins/ask-again.ts).
 */
import type { Mode } from "../../contracts/contract.ts";
import { busDown, Failure, notHere, unknownOutcome } from "../../contracts/failure.ts";
import { Activity } from "../../mixins/activity.ts";
import type { Actor } from "../../mixins/actor.ts";
import { askAgain } from "../../mixins/ask-again.ts";
import { placement } from "../../mixins/placement.ts";
import type { Host, Log, Wire } from "../../mixins/wire.ts";
import type { Machine } from "./machine.ts";
import type { Network } from "./network.ts";

const TIMEOUT_MS = 5_000;

/** What the wires of one cluster share. */
export interface Neighbourhood {
  readonly network: Network;
  /** The running life of a host. */
  wireOf(host: string): SimulatedWire | undefined;
  wires(): Iterable<SimulatedWire>;
  readonly log: (host: string, level: string, message: string, fields: object | undefined) => void;
}

type NewsHandler = (news: unknown, id: string) => void;

export class SimulatedWire implements Wire {
  readonly hostId: string;
  readonly activity = new Activity();
  readonly log: Log;
  readonly clock;
  readonly machine: Machine;
  leaving = false;
  /** Its connection to the bus is known to be down: asks fail at once. */
  down = false;
  /** Planted mistakes: asks that are never made. */
  swallows: (kind: string, message: string, input: unknown) => boolean = () => false;
  readonly #around: Neighbourhood;
  readonly #chance: () => number;
  readonly #locate = placement();
  readonly #actors = new Map<string, Actor>();
  readonly #topics = new Map<string, Set<NewsHandler>>();
  readonly #watchers = new Set<() => void>();
  readonly #busUp = new Set<() => void>();
  /** Asks under way by host: given up with it. */
  readonly #pending = new Map<string, Set<() => void>>();
  #hosts: readonly Host[] = [];
  #expects: (kind: string, id: string) => boolean = () => true;

  constructor(machine: Machine, around: Neighbourhood, chance: () => number) {
    this.machine = machine;
    this.hostId = machine.host;
    this.clock = machine.clock;
    this.#around = around;
    this.#chance = chance;
    this.#hosts = [this.#self()];
    const say = (level: string) => (message: string, fields?: object) =>
      around.log(machine.host, level, message, fields);
    this.log = { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
  }

  async ask(
    kind: string,
    id: string,
    message: string,
    input: unknown,
    mode: Mode,
    timeoutMs = TIMEOUT_MS,
  ): Promise<unknown> {
    if (this.swallows(kind, message, input)) return new Promise(() => undefined);
    const here = this.#actors.get(`${kind}.${id}`);
    if (here !== undefined) return here.take(message, input);
    if (!this.#expects(kind, id))
      throw new Failure("Unknown", `there is no ${kind}.${id}`, 404, "NO_SUCH_ACTOR", false);
    const asking = { kind, mode, timeoutMs, clock: this.clock, chance: this.#chance };
    return askAgain(asking, (leftMs) => this.#attempt(kind, id, message, input, leftMs));
  }

  publish(kind: string, id: string, message: string, news: unknown): void {
    this.hear(kind, id, message, news);
    for (const { id: other } of this.#hosts)
      if (other !== this.hostId)
        this.#around.network.send(this.hostId, other, () => {
          const wire = this.#around.wireOf(other);
          wire?.machine.hand(() => wire.hear(kind, id, message, news));
        });
  }

  /** News has come. */
  hear(kind: string, id: string, message: string, news: unknown): void {
    for (const topic of [`${kind}.${id}.${message}`, `${kind}.*.${message}`])
      for (const handle of this.#topics.get(topic) ?? []) handle(news, id);
  }

  subscribe(kind: string, id: string, message: string, handle: NewsHandler): () => void {
    const key = `${kind}.${id}.${message}`;
    const topic = this.#topics.get(key) ?? new Set();
    this.#topics.set(key, topic);
    const own: NewsHandler = (news, from) => handle(news, from);
    topic.add(own);
    return () => topic.delete(own);
  }

  hosts(): readonly Host[] {
    return this.#hosts;
  }

  onHosts(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  onBusUp(told: () => void): void {
    this.#busUp.add(told);
  }

  /** What it believes from now on; itself is always among them. */
  believe(others: readonly Host[]): void {
    this.#hosts = [...others, this.#self()].sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const [host, asks] of this.#pending)
      if (!this.#hosts.some(({ id }) => id === host)) for (const giveUp of [...asks]) giveUp();
    for (const tell of [...this.#watchers]) tell();
  }

  reconnected(): void {
    this.down = false;
    for (const tell of [...this.#busUp]) tell();
  }

  leave(): Promise<void> {
    this.leaving = true;
    this.believe(this.#hosts.filter(({ id }) => id !== this.hostId));
    for (const wire of this.#around.wires())
      if (wire !== this)
        this.#around.network.send(this.hostId, wire.hostId, () =>
          wire.machine.hand(() => wire.#left(this.hostId)),
        );
    return Promise.resolve();
  }

  async open(actor: Actor): Promise<void> {
    const key = `${actor.kind}.${actor.id}`;
    if (this.#actors.has(key)) throw new Error(`${key} is already on this node`);
    this.log.info(`${key} opens`);
    try {
      await actor.start(this);
    } catch (error) {
      await actor.stop().catch(() => undefined);
      throw error;
    }
    this.#actors.set(key, actor);
    this.log.info(`${key} is open`);
  }

  async close(kind: string, id: string): Promise<void> {
    const actor = this.#actors.get(`${kind}.${id}`);
    if (actor === undefined) return;
    this.#actors.delete(`${kind}.${id}`);
    this.log.info(`${kind}.${id} closes`);
    await actor.stop();
    this.log.info(`${kind}.${id} is closed`);
  }

  actors(): Iterable<Actor> {
    return this.#actors.values();
  }

  expect(known: (kind: string, id: string) => boolean): void {
    this.#expects = known;
  }

  /** An ask from another machine. */
  answer(kind: string, id: string, message: string, input: unknown): Promise<unknown> {
    const here = this.#actors.get(`${kind}.${id}`);
    return here === undefined ? Promise.reject(notHere(kind, id)) : here.take(message, input);
  }

  #attempt(kind: string, id: string, message: string, input: unknown, leftMs: number): Promise<unknown> {
    const here = this.#actors.get(`${kind}.${id}`);
    if (here !== undefined) return here.take(message, input);
    const host = this.#locate(kind, id, this.#hosts);
    if (host === undefined || host === this.hostId) return Promise.reject(notHere(kind, id));
    if (this.down) return Promise.reject(busDown());
    const { network } = this.#around;
    return new Promise<unknown>((resolve, reject) => {
      const asks = this.#pending.get(host) ?? new Set();
      this.#pending.set(host, asks);
      const late = (): void => {
        cancel();
        asks.delete(late);
        reject(unknownOutcome(`${kind}.${id}.${message} on ${host}: no answer`));
      };
      const cancel = this.clock.after(Math.max(1, leftMs), late);
      asks.add(late);
      const answered = (how: () => void): void =>
        network.send(
          host,
          this.hostId,
          () =>
            this.machine.hand(() => {
              cancel();
              asks.delete(late);
              how();
            }),
          true,
        );
      network.send(this.hostId, host, () => {
        const wire = this.#around.wireOf(host);
        wire?.machine.hand(
          () =>
            void wire.answer(kind, id, message, input).then(
              (answer) => answered(() => resolve(answer)),
              (error: unknown) => answered(() => reject(error instanceof Error ? error : new Error("no"))),
            ),
        );
      });
    });
  }

  #left(host: string): void {
    this.believe(
      this.#hosts
        .filter(({ id }) => id !== this.hostId)
        .map((one) => (one.id === host ? { ...one, leaving: true } : one)),
    );
  }

  #self(): Host {
    return { id: this.hostId, roles: ["*"], leaving: this.leaving };
  }
}

/**
 * The bus bound to Moleculer. Actors are real Moleculer services (lifecycle, middleware hooks) that a middleware keeps
 * out of the registry; one registered service per kind takes asks for the actors of its node and routes them by id.
 * A local ask goes straight to the actor; a remote one is a direct call (`nodeID`), never repeated once it may
 * have been taken. News travels on plain subjects of the broker's own NATS connection. No transporter: same code.
 */
import type { Context, Service, ServiceBroker } from "moleculer";
import { systemClock, type Clock } from "../adapters/clock/clock.ts";
import type { DeadLetterBox } from "../adapters/dead-letters/dead-letters.ts";
import type { Mode } from "../contracts/contract.ts";
import { busDown, errorFromData, errorToData, notHere } from "../contracts/failure.ts";
import { Failure, unknownOutcome } from "../contracts/failure.ts";
import { fromJson, toJson } from "../domain/values/json.ts";
import { Activity } from "./activity.ts";
import type { Actor } from "./actor.ts";
import { askAgain } from "./ask-again.ts";
import { forget, hostOf, insides, logOf } from "./moleculer-insides.ts";
import { NewsRoad, type NewsHandler } from "./news-road.ts";
import { placement } from "./placement.ts";
import type { Host, Locate, Log, Wire } from "./wire.ts";

export interface WireOptions {
  /** Kinds whose actors may run here or elsewhere: one registered service each, before the broker starts. */
  readonly kinds: readonly string[];
  readonly locate?: Locate;
  /** For a remote ask, all attempts together. */
  readonly timeoutMs?: number;
  /** In [0, 1): spreads repeated asks. */
  readonly chance?: () => number;
  readonly activity?: Activity;
  readonly clock?: Clock;
  /** Tests: local messages take the road through JSON too. */
  readonly boundary?: boolean;
}

/** What a remote ask carries; `body` is JSON with exact money, absent for undefined. */
interface Envelope {
  readonly id: string;
  readonly message: string;
  readonly body?: string;
}

const through = (value: unknown): unknown => (value === undefined ? undefined : fromJson(toJson(value)));
const notSent = new Set(["SERVICE_NOT_FOUND", "SERVICE_NOT_AVAILABLE", "QUEUE_FULL", "INVALID_ENDPOINT"]);

export class MoleculerWire implements Wire {
  readonly hostId: string;
  readonly activity: Activity;
  readonly clock: Clock;
  readonly log: Log;
  deadLetters: DeadLetterBox | undefined;
  readonly broker: ServiceBroker;
  readonly #locate: Locate;
  readonly #timeoutMs: number;
  readonly #chance: () => number;
  readonly #boundary: boolean;
  readonly #actors = new Map<string, Map<string, { readonly actor: Actor; readonly service: Service }>>();
  readonly #news: NewsRoad;
  readonly #watchers = new Set<() => void>();
  #hosts: readonly Host[] | undefined;
  #expects: (kind: string, id: string) => boolean = () => true;

  /** The broker must not have started yet. */
  constructor(broker: ServiceBroker, options: WireOptions) {
    this.broker = broker;
    this.hostId = broker.nodeID;
    this.activity = options.activity ?? new Activity();
    this.clock = options.clock ?? systemClock;
    this.log = logOf(broker);
    this.#locate = options.locate ?? placement();
    this.#timeoutMs = options.timeoutMs ?? 5_000;
    this.#chance = options.chance ?? (() => 0.5);
    this.#boundary = options.boundary ?? false;
    this.#news = new NewsRoad(broker, this);
    for (const kind of new Set(["host", ...options.kinds]))
      broker.createService({
        name: kind,
        actions: {
          ask: { params: undefined, handler: (ctx: Context<Envelope>) => this.#answer(kind, ctx.params) },
        },
      } as never);
    for (const change of ["$node.connected", "$node.updated", "$node.disconnected"])
      broker.localBus.on(change, () => this.#hostsChanged());
  }

  ask(
    kind: string,
    id: string,
    message: string,
    input: unknown,
    mode: Mode,
    timeoutMs?: number,
  ): Promise<unknown> {
    const here = this.#actors.get(kind)?.get(id);
    if (here === undefined)
      return this.#askElsewhere(kind, id, message, input, mode, timeoutMs ?? this.#timeoutMs);
    if (!this.#boundary) return this.activity.waits(here.actor.take(message, input));
    return here.actor.take(message, through(input)).then(through, (error: unknown) => {
      throw errorFromData(through(errorToData(error)));
    });
  }

  publish(kind: string, id: string, message: string, news: unknown): void {
    this.#news.publish(kind, id, message, this.#boundary ? through(news) : news, this.hosts().length > 1);
  }

  subscribe(kind: string, id: string, message: string, handle: NewsHandler): () => void {
    return this.#news.subscribe(kind, id, message, handle);
  }

  hosts(): readonly Host[] {
    this.#hosts ??= insides(this.broker)
      .registry.nodes.toArray()
      .filter((node) => node.available)
      .map(hostOf)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return this.#hosts;
  }

  onHosts(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  async leave(): Promise<void> {
    const { registry, transit } = insides(this.broker);
    registry.nodes.localNode.metadata = { ...registry.nodes.localNode.metadata, leaving: true };
    this.#hostsChanged();
    registry.localNodeInfoInvalidated = "seq";
    await registry.discoverer.sendLocalNodeInfo();
    await transit?.tx.client?.flush();
  }

  expect(known: (kind: string, id: string) => boolean): void {
    this.#expects = known;
  }

  async open(actor: Actor): Promise<void> {
    const { kind, id } = actor;
    if (this.#actors.get(kind)?.has(id) === true) throw new Error(`${kind}.${id} is already on this node`);
    if (!insides(this.broker).started) throw new Error(`${kind}.${id} was opened before the broker started`);
    let service!: Service;
    try {
      await new Promise<void>((resolve, reject) => {
        const started = (): Promise<void> => {
          const begun = actor.start(this);
          begun.then(resolve, reject);
          return begun;
        };
        service = this.broker.createService({
          name: `${kind}.${id}`,
          metadata: { actor: true },
          started,
          stopped: () => actor.stop(),
        });
      });
    } catch (error) {
      await this.broker.destroyService(service);
      throw error;
    }
    const ofKind = this.#actors.get(kind);
    if (ofKind === undefined) this.#actors.set(kind, new Map([[id, { actor, service }]]));
    else ofKind.set(id, { actor, service });
  }

  async close(kind: string, id: string): Promise<void> {
    const found = this.#actors.get(kind)?.get(id);
    if (found === undefined) return;
    this.#actors.get(kind)?.delete(id);
    await this.broker.destroyService(found.service);
  }

  *actors(): Iterable<Actor> {
    for (const ofKind of this.#actors.values()) for (const { actor } of ofKind.values()) yield actor;
  }

  /** An ask from another node: "=" and the answer, or "!" and the error, so that the breaker counts only the road. */
  async #answer(kind: string, { id, message, body }: Envelope): Promise<string> {
    try {
      const here = this.#actors.get(kind)?.get(id);
      if (here === undefined) throw notHere(kind, id);
      const answer = await here.actor.take(message, body === undefined ? undefined : fromJson(body));
      return answer === undefined ? "=" : `=${toJson(answer)}`;
    } catch (error) {
      return `!${toJson(errorToData(error))}`;
    }
  }

  /** Finds the actor's host anew for each attempt; repeats what was surely not taken, and queries. */
  async #askElsewhere(
    kind: string,
    id: string,
    message: string,
    input: unknown,
    mode: Mode,
    timeoutMs: number,
  ): Promise<unknown> {
    if (!this.#expects(kind, id))
      throw new Failure("Unknown", `there is no ${kind}.${id}`, 404, "NO_SUCH_ACTOR", false);
    const asking = { kind, mode, timeoutMs, clock: this.clock, chance: this.#chance };
    this.activity.begin();
    try {
      return await askAgain(asking, (leftMs) => this.#attempt(kind, id, message, input, mode, leftMs));
    } finally {
      this.activity.end();
    }
  }

  async #attempt(kind: string, id: string, message: string, input: unknown, mode: Mode, leftMs: number) {
    if (this.#actors.get(kind)?.has(id) === true) return this.ask(kind, id, message, input, mode);
    const nodeID = this.#locate(kind, id, this.hosts());
    if (nodeID === undefined || nodeID === this.hostId) throw notHere(kind, id);
    const envelope: Envelope = input === undefined ? { id, message } : { id, message, body: toJson(input) };
    const deadlineMs = Math.max(1, Math.ceil(leftMs));
    const options = { nodeID, retries: 0, timeout: 0, deadlineMs };
    const call = this.broker.call<string, Envelope>(`${kind}.ask`, envelope, options);
    let answer: string;
    try {
      answer = await call;
    } catch (error) {
      forget(this.broker, call);
      const { name, type, message: why } = error as Failure;
      if (name === "BrokerDisconnectedError") throw busDown();
      if (notSent.has(type)) throw notHere(kind, id);
      throw unknownOutcome(`${kind}.${id}.${message} on ${nodeID}: ${why}`);
    }
    if (answer.startsWith("!")) throw errorFromData(fromJson(answer.slice(1)));
    return answer.length === 1 ? undefined : fromJson(answer.slice(1));
  }

  #hostsChanged(): void {
    this.#hosts = undefined;
    for (const tell of this.#watchers) tell();
  }
}

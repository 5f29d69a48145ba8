/**
 * Evaluation by trainers, on other machines, over NATS. Tasks go into a work queue, from which trainers take one for each
 * free thread; a task stays there until its answer was heard here, so one whose trainer dies is given to another. Evaluated
 * at least once, counted once. Whoever comes is offered the search, asks for the data it lacks, and helps.
 */
import { nuid, type JetStreamManager, type Msg, type NatsConnection, type Subscription } from "nats";
import type { Compute } from "./compute.ts";
import { pack, type Parcel } from "./parcel.ts";
import { TrainerList } from "./trainer-list.ts";
import {
  ACK_WAIT_MS,
  decode,
  encode,
  HELLO,
  OFFERS,
  openQueue,
  QUEUE,
  subjectsOf,
  TELL_EVERY_MS,
  type Likeness,
  type Offer,
  type PartRequest,
  type QueuedTask,
  type TaskAnswer,
} from "./trainer-messages.ts";

export interface Trainers {
  /** Owned by the caller and not closed here; one that reconnects waits an outage out. */
  readonly connection: NatsConnection;
  /** Servers that keep a copy of the tasks; 1, 3 or 5. */
  readonly replicas?: number;
  /** For people: what is searched. */
  readonly about: string;
  /** What trainers must have in common with us. */
  readonly likeness: Likeness;
  /** `workerData` of their threads. */
  readonly data: unknown;
  /** A line for people: trainers come, go and are refused. */
  readonly tell: (line: string) => void;
  /** How long a task waits for a sign of life of its trainer. */
  readonly ackWaitMs?: number;
}

interface Round<Task, Found> {
  readonly number: number;
  readonly tasks: readonly Task[];
  readonly found: Map<number, Found>;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

const PART_BYTES = 512 * 1_024;
const HEADER_ROOM = 4_096;
/** Times the wait for a sign of life: then the queue itself is looked at. */
const QUIET = 2;

class TrainerCompute<Task, Found> implements Compute<Task, Found> {
  readonly #search = nuid.next();
  readonly #subjects = subjectsOf(this.#search);
  readonly #settings: Required<Trainers>;
  readonly #manager: JetStreamManager;
  readonly #parcel: Parcel;
  readonly #list: TrainerList;
  #subscriptions: readonly Subscription[] = [];
  #timer: NodeJS.Timeout | undefined;
  #current: Round<Task, Found> | undefined;
  #rounds = 0;
  #heardAt = 0;
  #closed = false;

  constructor(settings: Required<Trainers>, manager: JetStreamManager) {
    this.#settings = settings;
    this.#manager = manager;
    this.#parcel = pack(settings.data);
    this.#list = new TrainerList(settings.tell, settings.connection.getServer());
  }

  async open(): Promise<void> {
    await openQueue(this.#manager, this.#search, this.#settings);
    const { answers, parts, here } = this.#subjects;
    this.#subscriptions = [
      this.#hear(answers, (message) => this.#answered(message)),
      this.#hear(parts, (message) => this.#givePart(message)),
      this.#hear(here, (message) => this.#list.heard(decode(message.data))),
      this.#hear(HELLO, () => this.#offer(false)),
    ];
    this.#timer = setInterval(() => this.#look(), TELL_EVERY_MS);
    this.#offer(false);
  }

  evaluate(tasks: readonly Task[]): Promise<readonly Found[]> {
    if (this.#closed) return Promise.reject(new Error("the search was closed"));
    if (tasks.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const found = new Map<number, Found>();
      const done = (): void => resolve(tasks.map((_, place) => found.get(place)!));
      const round = { number: (this.#rounds += 1), tasks, found, done, failed: reject };
      this.#current = round;
      this.#heardAt = performance.now();
      this.#give(round, [...tasks.keys()]).catch((error: unknown) => this.#trouble(error));
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    if (this.#current !== undefined) this.#end(this.#current, new Error("the search was closed"));
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    const { connection, tell } = this.#settings;
    if (connection.isClosed()) return;
    this.#offer(true);
    try {
      await connection.flush();
      await this.#manager.streams.purge(QUEUE, { filter: this.#subjects.tasks });
      await this.#manager.consumers.delete(QUEUE, this.#search);
    } catch (error) {
      tell(`NATS still keeps tasks of this search, for a day at most: ${String(error)}`);
    }
  }

  #hear(subject: string, take: (message: Msg) => void): Subscription {
    const callback = (error: Error | null, message: Msg): void => {
      if (error === null) take(message);
    };
    return this.#settings.connection.subscribe(subject, { callback });
  }

  async #give(round: Round<Task, Found>, places: readonly number[]): Promise<void> {
    const jetstream = this.#settings.connection.jetstream();
    const given = places.map((place) => {
      const task: QueuedTask<Task> = { round: round.number, place, task: round.tasks[place]! };
      return jetstream.publish(this.#subjects.tasks, encode(task));
    });
    await Promise.all(given);
  }

  #answered(message: Msg): void {
    const { round: number, place, found, failed } = decode<TaskAnswer<Found>>(message.data);
    // Also what came twice, or belongs to a round that failed: it must not come again.
    message.respond();
    const round = this.#current;
    if (round?.number !== number || round.found.has(place)) return;
    this.#heardAt = performance.now();
    if (failed !== undefined) {
      this.#end(round, new Error(failed));
      return;
    }
    round.found.set(place, found!);
    if (round.found.size === round.tasks.length) this.#end(round);
  }

  #end(round: Round<Task, Found>, error?: Error): void {
    this.#current = undefined;
    if (error === undefined) round.done();
    else round.failed(error);
  }

  #givePart(message: Msg): void {
    const { hash, from } = decode<PartRequest>(message.data);
    const room = (this.#settings.connection.info?.max_payload ?? 1_048_576) - HEADER_ROOM;
    const part = this.#parcel.parts.get(hash)?.subarray(from, from + Math.min(PART_BYTES, room));
    // A copy: sockets do not write shared memory.
    message.respond(Buffer.from(part ?? []));
  }

  #offer(over: boolean): void {
    const { connection, about, likeness } = this.#settings;
    if (connection.isClosed()) return;
    const waiting = this.#current === undefined ? 0 : missing(this.#current).length;
    const parts = this.#parcel.names;
    const offer: Offer = { search: this.#search, about, likeness, parts, waiting, over };
    connection.publish(OFFERS, encode(offer));
  }

  #look(): void {
    this.#offer(false);
    this.#list.sweep();
    const quietMs = performance.now() - this.#heardAt;
    if (this.#current === undefined || quietMs < QUIET * this.#settings.ackWaitMs) return;
    this.#heardAt = performance.now();
    this.#giveAgain(this.#current).catch((error: unknown) => this.#trouble(error));
  }

  /** The queue may have lost tasks, or never got them: a server without its disk, an operator's purge, an outage. */
  async #giveAgain(round: Round<Task, Found>): Promise<void> {
    await openQueue(this.#manager, this.#search, this.#settings);
    const { num_pending, num_ack_pending } = await this.#manager.consumers.info(QUEUE, this.#search);
    if (num_pending + num_ack_pending === 0 && this.#current === round)
      await this.#give(round, missing(round));
  }

  #trouble(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (!this.#closed) this.#settings.tell(`tasks wait for NATS: ${reason}`);
  }
}

const missing = ({ tasks, found }: Round<unknown, unknown>): readonly number[] =>
  [...tasks.keys()].filter((place) => !found.has(place));

/** Throws when JetStream does not answer. */
export const trainers = async <Task, Found>(settings: Trainers): Promise<Compute<Task, Found>> => {
  const { replicas = 1, ackWaitMs = ACK_WAIT_MS } = settings;
  const manager = await settings.connection.jetstreamManager();
  const compute = new TrainerCompute<Task, Found>({ ...settings, replicas, ackWaitMs }, manager);
  await compute.open();
  return compute;
};

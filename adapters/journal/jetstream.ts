/**
 * The journal of a cluster: one JetStream stream, one subject a journal stream, at least nats-server 2.9.
 *
 * The server takes an entry only if the last message of its subject is the one that we chained to. A publish without
 * an answer is repeated under the same message id until a read-back of the subject tells what became of it. The
 * stream refuses deletes and purges. Snapshots, and entries over the server's message size, lie in an object store.
 */
import { setTimeout as pause } from "node:timers/promises";
import {
  headers,
  NatsError,
  nanos,
  nuid,
  StorageType,
  type MsgHdrs,
  type NatsConnection,
  type StoredMsg,
} from "nats";
import { isRefusal, patiently, reasonOf } from "../nats/patience.ts";
import { unseal } from "./chain.ts";
import { chained } from "./chained.ts";
import type { Row, Store } from "./store.ts";
import { readObject, type Objects } from "./jetstream-objects.ts";
import { ask, messages, type Query, type Source } from "./jetstream-reading.ts";
import { loadSnapshot, saveSnapshot, snapshotNames, token } from "./jetstream-snapshots.ts";
import { UnknownOutcome, type Journal } from "./journal.ts";

export interface JetstreamOptions {
  /** Owned by the caller and not closed here. With `reconnect` and `maxReconnectAttempts: -1` an outage of the server is waited out. */
  readonly connection: NatsConnection;
  /** Of the stream and prefix of its subjects; letters, digits, `-` and `_`. The object store is `<name>-objects`. */
  readonly name?: string;
  /** Servers that keep a copy; 1, 3 or 5. */
  readonly replicas?: number;
  /** How long one attempt waits for its answer. */
  readonly attemptMs?: number;
  /** How long a request is repeated while the server does not answer; then an append throws `UnknownOutcome`. */
  readonly giveUpMs?: number;
}

const objectHeader = "Shoal-Object";
const idHeader = "Nats-Msg-Id";
const headerRoomBytes = 4_096;
const configurationInUse = 10_058;
const pauseMs = 100;
/** A consumer is there at once, or its server is not. */
const consumerMs = 500;

interface Access extends Required<JetstreamOptions> {
  readonly source: Source;
  readonly objects: Objects;
}

class JetstreamStore implements Store {
  readonly survives: Journal["survives"];
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
    this.survives = access.replicas > 1 ? "power-loss" : "process-death";
  }

  async last(stream: string): Promise<Row | undefined> {
    const message = await this.#find({ last_by_subj: this.#subject(stream) });
    if (message === undefined) return undefined;
    return { text: await this.#text(message.header, message.data), position: message.seq };
  }

  async put(stream: string, sequence: number, text: string, previous: number): Promise<number | undefined> {
    const { connection, objects } = this.#access;
    const data = Buffer.from(text);
    const room = (connection.info?.max_payload ?? 1_048_576) - headerRoomBytes;
    if (data.length <= room) return this.#publish(stream, data, headers(), previous);
    const object = `entry/${token(stream)}/${sequence}/${nuid.next()}`;
    await objects.store.putBlob({ name: object }, data);
    const pointer = headers();
    pointer.set(objectHeader, object);
    const position = await this.#publish(stream, new Uint8Array(), pointer, previous);
    if (position === undefined) await objects.store.delete(object);
    return position;
  }

  /** Where the servers go silent in the middle, reading goes on behind what was read. */
  async *lines(stream: string, after: number): AsyncGenerator<string> {
    const { connection, giveUpMs } = this.#access;
    const last = await this.last(stream);
    if (last === undefined || (after > 0 && unseal(stream, last.text).sequence <= after)) return;
    let from = after === 0 ? 1 : await this.#positionAfter(stream, after, last.position);
    let heardAt = performance.now();
    while (from <= last.position) {
      let because: unknown = new Error(`${stream}: the server went silent`);
      try {
        const { source, attemptMs } = this.#access;
        const range = { subject: this.#subject(stream), from, to: last.position };
        for await (const { position, headers: found, data } of messages(source, range, attemptMs)) {
          yield await this.#text(found, data);
          from = position + 1;
          heardAt = performance.now();
        }
      } catch (error) {
        if (isRefusal(error)) throw error;
        because = error;
      }
      if (from > last.position) return;
      if (performance.now() - heardAt > giveUpMs || connection.isClosed()) throw because;
      await pause(pauseMs);
    }
  }

  async streams(): Promise<string[]> {
    const { source, name } = this.#access;
    const { state } = await source.manager.streams.info(name, { subjects_filter: `${name}.*` });
    return Object.keys(state.subjects ?? {}).map((subject) =>
      decodeURIComponent(subject.slice(name.length + 1)),
    );
  }

  snapshots = (): Promise<string[]> => snapshotNames(this.#access.objects);
  loadSnapshot = (stream: string): Promise<string | undefined> =>
    patiently(
      `the snapshot of ${stream}`,
      () => loadSnapshot(this.#access.objects, stream),
      this.#access.giveUpMs,
    );
  saveSnapshot = (stream: string, text: string): Promise<void> =>
    saveSnapshot(this.#access.objects, stream, text);
  close = (): Promise<void> => Promise.resolve();

  #subject(stream: string): string {
    return `${this.#access.name}.${token(stream)}`;
  }

  async #publish(
    stream: string,
    data: Uint8Array,
    sent: MsgHdrs,
    previous: number,
  ): Promise<number | undefined> {
    const { connection, source, name, attemptMs, giveUpMs } = this.#access;
    // Not stream and sequence alone: a known id is answered with "duplicate", which the loser of a race would take for its own success.
    const id = nuid.next();
    const expect = { streamName: name, lastSubjectSequence: previous };
    const deadline = performance.now() + giveUpMs;
    for (;;) {
      let because: unknown;
      try {
        const options = { msgID: id, headers: sent, expect, timeout: attemptMs };
        return (await source.jetstream.publish(this.#subject(stream), data, options)).seq;
      } catch (error) {
        if (isRefusal(error)) throw error;
        because = error;
      }
      try {
        const next = await this.#ask(this.#behind(stream, previous));
        if (next !== undefined) return next.header.get(idHeader) === id ? next.seq : undefined;
      } catch (error) {
        because = error;
      }
      if (performance.now() > deadline || connection.isClosed())
        throw new UnknownOutcome(
          `${stream}: nobody knows whether the last append stands (${reasonOf(because)})`,
          { cause: because },
        );
      await pause(pauseMs);
    }
  }

  async #find(query: Query): Promise<StoredMsg | undefined> {
    const { connection, giveUpMs } = this.#access;
    const deadline = performance.now() + giveUpMs;
    for (;;) {
      try {
        return await this.#ask(query);
      } catch (error) {
        if (performance.now() > deadline || connection.isClosed()) throw error;
        await pause(pauseMs);
      }
    }
  }

  #ask(query: Query): Promise<StoredMsg | undefined> {
    return ask(this.#access.source.manager, this.#access.name, query);
  }

  /** The first message of the subject behind `position`. */
  #behind(stream: string, position: number): Query {
    return { seq: position + 1, next_by_subj: this.#subject(stream) };
  }

  /** The message's own text, or that of the object it points to. */
  async #text(found: MsgHdrs | undefined, data: Uint8Array): Promise<string> {
    const object = found?.get(objectHeader) ?? "";
    if (object === "") return Buffer.from(data).toString();
    return (await readObject(this.#access.objects, object))?.toString() ?? `object ${object} is missing`;
  }

  /** Where the entry after `after` lies, by bisection: some 20 requests in a million messages. */
  async #positionAfter(stream: string, after: number, last: number): Promise<number> {
    let low = 1;
    let high = last;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const message = (await this.#find(this.#behind(stream, middle - 1)))!;
      const text = await this.#text(message.header, message.data);
      if (unseal(stream, text).sequence > after) high = middle;
      else low = message.seq + 1;
    }
    return low;
  }
}

/** Makes the stream and the object store when they are not there; throws when JetStream does not answer. */
export const jetstreamJournal = async (options: JetstreamOptions): Promise<Journal> => {
  const { connection, name = "journal", replicas = 1, attemptMs = 2_000, giveUpMs = 30_000 } = options;
  const manager = await patiently("the journal", () => connection.jetstreamManager({ timeout: attemptMs }));
  try {
    const stream = {
      name,
      subjects: [`${name}.*`],
      storage: StorageType.File,
      num_replicas: replicas,
      duplicate_window: nanos(120_000),
      deny_delete: true,
      deny_purge: true,
    };
    await patiently(`stream ${name}`, () => manager.streams.add(stream));
  } catch (error) {
    // It stands with other limits or replicas: the operator's choice.
    if (!(error instanceof NatsError && error.api_error?.err_code === configurationInUse)) throw error;
  }
  const jetstream = connection.jetstream({ timeout: attemptMs });
  const bucket = `${name}-objects`;
  const store = await patiently(`object store ${bucket}`, () =>
    jetstream.views.os(bucket, { storage: StorageType.File, replicas }),
  );
  const impatient = await connection.jetstreamManager({ timeout: consumerMs, checkAPI: false });
  const source = { manager, impatient, jetstream, stream: name };
  const objects = { ...source, store, bucket, silenceMs: attemptMs };
  return chained(new JetstreamStore({ connection, name, replicas, attemptMs, giveUpMs, source, objects }));
};

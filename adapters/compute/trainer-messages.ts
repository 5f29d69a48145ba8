/**
 * What a search and its trainers say to each other over NATS. Tasks lie in one JetStream work queue, a subject a search, and
 * stay there until they are answered; all the rest is asked and told on plain subjects and repeated until it is heard.
 */
import { AckPolicy, NatsError, nanos, RetentionPolicy, StorageType, type JetStreamManager } from "nats";
import { patiently } from "../nats/patience.ts";
import type { PartName } from "./parcel.ts";

/** Told by a search every `TELL_EVERY_MS`, to all trainers. */
export interface Offer {
  /** Of this run of the search: one that goes on after a break has another. */
  readonly search: string;
  /** For people: strategy and sampler. */
  readonly about: string;
  /** What a trainer must have in common with the search, by name. */
  readonly likeness: Likeness;
  readonly parts: readonly PartName[];
  /** Tasks without an answer. */
  readonly waiting: number;
  /** The last word: there is nothing more to do. */
  readonly over: boolean;
}

export type Likeness = Readonly<Record<string, string>>;

/** Told by a trainer to each search that it has heard of, as often. */
export interface Presence {
  readonly trainer: string;
  readonly threads: number;
  /** Why it takes no task of this search. */
  readonly refused: string | null;
}

export interface PartRequest {
  readonly hash: string;
  /** First byte. */
  readonly from: number;
}

export interface QueuedTask<Task> {
  readonly round: number;
  readonly place: number;
  readonly task: Task;
}

export interface TaskAnswer<Found> extends Omit<QueuedTask<unknown>, "task"> {
  readonly trainer: string;
  readonly found?: Found;
  /** Why nobody could evaluate it. */
  readonly failed?: string;
}

export const TELL_EVERY_MS = 1_000;
/** Whoever was not heard for so long is gone. */
export const SILENT_MS = 10_000;
/** A task whose trainer was not heard for so long is given to another. */
export const ACK_WAIT_MS = 4_000;

export const OFFERS = "trainers.offers";
/** Said by a trainer that has come: searches tell at once. */
export const HELLO = "trainers.hello";
export const subjectsOf = (search: string) => ({
  parts: `trainers.${search}.part`,
  answers: `trainers.${search}.answer`,
  here: `trainers.${search}.here`,
  tasks: `${QUEUE}.${search}`,
});

/** The stream, and before the subjects in it. */
export const QUEUE = "trainer-tasks";
/** What a search that died has left goes after this time. */
const KEPT_MS = 86_400_000;
const UNUSED_MS = 3_600_000;
const configurationInUse = 10_058;

/** Makes the queue and this search's door to it, where they are not there. */
export const openQueue = async (
  manager: JetStreamManager,
  search: string,
  { replicas, ackWaitMs }: { readonly replicas: number; readonly ackWaitMs: number },
): Promise<void> => {
  const stream = {
    name: QUEUE,
    subjects: [`${QUEUE}.*`],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    num_replicas: replicas,
    max_age: nanos(KEPT_MS),
  };
  await patiently(`stream ${QUEUE}`, () => manager.streams.add(stream)).catch((error: unknown) => {
    // It stands with other limits or replicas: the operator's choice.
    if (!(error instanceof NatsError && error.api_error?.err_code === configurationInUse)) throw error;
  });
  await patiently(`tasks of search ${search}`, () =>
    manager.consumers.add(QUEUE, {
      durable_name: search,
      filter_subject: subjectsOf(search).tasks,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackWaitMs),
      inactive_threshold: nanos(UNUSED_MS),
    }),
  );
};

export const encode = (message: unknown): Uint8Array => Buffer.from(JSON.stringify(message));
export const decode = <Message>(data: Uint8Array): Message =>
  JSON.parse(Buffer.from(data).toString()) as Message;

/**
 * Messages of one subject in order, also while a server of several is gone. A consumer is placed on one server, which may be
 * the lost one: one creation in three is then never answered, and what that server had begun goes silent. So the leader of
 * the stream is asked message by message; a consumer, ten times as fast, takes over where many are left and there is one.
 */
import {
  AckPolicy,
  DeliverPolicy,
  NatsError,
  nanos,
  nuid,
  type JetStreamClient,
  type JetStreamManager,
  type LastForMsgRequest,
  type MsgHdrs,
  type StoredMsg,
} from "nats";
import { isRefusal } from "../nats/patience.ts";

export interface Source {
  readonly manager: JetStreamManager;
  /** Its requests give up soon: of consumers only. */
  readonly impatient: JetStreamManager;
  readonly jetstream: JetStreamClient;
  readonly stream: string;
}

interface Range {
  readonly subject: string;
  /** Positions in the stream, both included. */
  readonly from: number;
  readonly to: number;
}

export interface Message {
  readonly position: number;
  readonly headers: MsgHdrs | undefined;
  readonly data: Uint8Array;
}

export type Query = LastForMsgRequest | { readonly seq: number; readonly next_by_subj: string };

/** So many are asked for one by one before a consumer is tried: what stands behind a snapshot, as a rule. */
const ASKED = 64;

/** Resolves with undefined when there is none. Rejects when the leader does not answer. */
export const ask = async (
  manager: JetStreamManager,
  stream: string,
  query: Query,
): Promise<StoredMsg | undefined> => {
  try {
    return await manager.streams.getMessage(stream, query);
  } catch (error) {
    if (error instanceof NatsError && error.code === "404") return undefined;
    throw error;
  }
};

/** Rejects when the leader of the stream does not answer; a consumer that goes silent for `silenceMs` is left. */
export const messages = async function* (
  source: Source,
  { subject, from, to }: Range,
  silenceMs: number,
): AsyncGenerator<Message> {
  const { manager, stream } = source;
  let at = from;
  while (at <= to) {
    for (let n = 0; n < ASKED && at <= to; n += 1) {
      const found = await ask(manager, stream, { seq: at, next_by_subj: subject });
      if (found === undefined || found.seq > to) return;
      at = found.seq + 1;
      yield { position: found.seq, headers: found.header, data: found.data };
    }
    if (at > to) return;
    for await (const message of consumed(source, { subject, from: at, to }, silenceMs)) {
      at = message.position + 1;
      yield message;
    }
  }
};

/** Ends early when no consumer can be had, when it goes silent, and before a message that does not follow. */
const consumed = async function* (
  { impatient, jetstream, stream }: Source,
  { subject, from, to }: Range,
  silenceMs: number,
): AsyncGenerator<Message> {
  const name = nuid.next();
  const config = {
    ...{ name, filter_subject: subject, ack_policy: AckPolicy.None, mem_storage: true },
    ...{ deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from },
    inactive_threshold: nanos(10 * silenceMs),
  };
  try {
    await impatient.consumers.add(stream, config);
  } catch (error) {
    if (isRefusal(error)) throw error;
    return;
  }
  const consumer = await jetstream.consumers.get(stream, name);
  const coming = await consumer.consume({ max_messages: 500 });
  let heardAt = performance.now();
  const watch = setInterval(() => {
    if (performance.now() - heardAt > silenceMs) coming.stop();
  }, silenceMs / 4);
  let delivered = 0;
  try {
    for await (const message of coming) {
      heardAt = performance.now();
      delivered += 1;
      if (message.info.deliverySequence !== delivered) return;
      yield { position: message.seq, headers: message.headers, data: message.data };
      if (message.seq >= to) return;
    }
  } finally {
    clearInterval(watch);
    coming.stop();
    // It ends by itself when nobody asks for it.
    void impatient.consumers.delete(stream, name).catch(() => undefined);
  }
};

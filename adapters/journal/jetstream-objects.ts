/**
 * Objects of a JetStream object store, read without a consumer (see jetstream-reading.ts; the client's own reading needs one):
 * the chunks are messages of one subject before the message that describes them.
 */
import { createHash } from "node:crypto";
import type { ObjectStore } from "nats";
import { messages, type Source } from "./jetstream-reading.ts";

export interface Objects extends Omit<Source, "stream"> {
  readonly store: ObjectStore;
  /** Of the store; its stream is `OBJ_<bucket>`. */
  readonly bucket: string;
  readonly silenceMs: number;
}

/** While it is read a newer one may take its place: then that one is read. */
const TRIES = 3;

/** Undefined when there is none. Rejects when the servers do not answer, or when what lies there is not what was put. */
export const readObject = async (objects: Objects, name: string): Promise<Buffer | undefined> => {
  const { store, bucket, silenceMs } = objects;
  const source = { ...objects, stream: `OBJ_${bucket}` };
  for (let tries = 1; ; tries += 1) {
    const info = await store.info(name);
    if (info === null || info.deleted) return undefined;
    const range = { subject: `$O.${bucket}.C.${info.nuid}`, from: 1, to: info.revision };
    const chunks: Uint8Array[] = [];
    if (info.size > 0) for await (const { data } of messages(source, range, silenceMs)) chunks.push(data);
    const bytes = Buffer.concat(chunks);
    const digest = `SHA-256=${createHash("sha256").update(bytes).digest("base64url")}`;
    if (bytes.length === info.size && digest === info.digest.replace(/=+$/, "")) return bytes;
    if (tries === TRIES)
      throw new Error(`object ${name} is damaged: ${bytes.length} of ${info.size} bytes, or other ones`);
  }
};

/** Names of all objects, those deleted included. */
export const objectNames = async ({ manager, bucket }: Objects): Promise<string[]> => {
  const prefix = `$O.${bucket}.M.`;
  const { state } = await manager.streams.info(`OBJ_${bucket}`, { subjects_filter: `${prefix}>` });
  return Object.keys(state.subjects ?? {}).map((subject) =>
    Buffer.from(subject.slice(prefix.length), "base64url").toString(),
  );
};

/** Snapshots in a JetStream object store: they may exceed a message's size. One object each, the newest stands. */
import type { ObjectStore } from "nats";

const prefix = "snapshot/";

/** A name in a subject or of an object must not hold dots, blanks or wildcards. */
export const token = (stream: string): string =>
  encodeURIComponent(stream).replace(/[.*]/g, (c) => (c === "." ? "%2E" : "%2A"));

export const snapshotNames = async (objects: ObjectStore): Promise<string[]> =>
  (await objects.list())
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name }) => decodeURIComponent(name.slice(prefix.length)));

export const loadSnapshot = async (objects: ObjectStore, stream: string): Promise<string | undefined> => {
  const bytes = await objects.getBlob(`${prefix}${token(stream)}`);
  return bytes === null ? undefined : Buffer.from(bytes).toString();
};

export const saveSnapshot = async (objects: ObjectStore, stream: string, text: string): Promise<void> => {
  await objects.putBlob({ name: `${prefix}${token(stream)}` }, Buffer.from(text));
};

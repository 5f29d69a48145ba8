/** Snapshots in a JetStream object store: they may exceed a message's size. One object each, the newest stands. */
import { objectNames, readObject, type Objects } from "./jetstream-objects.ts";

const prefix = "snapshot/";

/** A name in a subject or of an object must not hold dots, blanks or wildcards. */
export const token = (stream: string): string =>
  encodeURIComponent(stream).replace(/[.*]/g, (c) => (c === "." ? "%2E" : "%2A"));

export const snapshotNames = async (objects: Objects): Promise<string[]> =>
  (await objectNames(objects))
    .filter((name) => name.startsWith(prefix))
    .map((name) => decodeURIComponent(name.slice(prefix.length)));

export const loadSnapshot = async (objects: Objects, stream: string): Promise<string | undefined> =>
  (await readObject(objects, `${prefix}${token(stream)}`))?.toString();

export const saveSnapshot = async (objects: Objects, stream: string, text: string): Promise<void> => {
  await objects.store.putBlob({ name: `${prefix}${token(stream)}` }, Buffer.from(text));
};

/**
 * A journal over any store that can put one line under (stream, sequence) only if nobody did before.
 *
 * It chains the entries and keeps the end of each stream in memory. Appends of one stream go one after another,
 * so a lost one is never followed by its successor; appends of different streams go together, as the store likes.
 */
import { anchor, expectAnchor, headOf, lastFor } from "./anchors.ts";
import {
  beginning,
  brokenChain,
  chainHash,
  checkStream,
  seal,
  sealSnapshot,
  unseal,
  unsealSnapshot,
  type Tail,
} from "./chain.ts";
import { Conflict, type Entry, type Journal, type Snapshot, type Stored } from "./journal.ts";
import type { Head, Store } from "./store.ts";

interface Stream {
  readonly name: string;
  /** Its end as far as this process knows; undefined while an append is on its way or after it failed. */
  head: Head | undefined;
  /** The last entry known to stand. */
  stands: Tail | undefined;
  /** The append in progress; the next waits for it. */
  appending: Promise<number> | undefined;
}

export const chained = (store: Store): Journal => {
  const streams = new Map<string, Stream>();
  let closed = false;

  const open = (name: string): Stream => {
    if (closed) throw new Error("the journal is closed");
    let stream = streams.get(name);
    if (stream === undefined) {
      checkStream(name);
      streams.set(name, (stream = { name, head: undefined, stands: undefined, appending: undefined }));
    }
    return stream;
  };

  const write = async (stream: Stream, entry: Entry, expected: number): Promise<number> => {
    const { name } = stream;
    let { head } = stream;
    if (head?.sequence !== expected) head = await headOf(store, name);
    if (head.sequence !== expected)
      throw new Conflict(`${name}: expected ${expected} to be the last entry, it is ${head.sequence}`);
    const { tail, text } = seal(name, head, entry);
    stream.head = undefined;
    const position = await store.put(name, tail.sequence, text, head.position);
    if (position === undefined)
      throw new Conflict(`${name}: another writer was first with entry ${tail.sequence}`);
    stream.head = { sequence: tail.sequence, hash: tail.hash, position };
    stream.stands = tail;
    return tail.sequence;
  };

  return {
    survives: store.survives,
    async append(name, entry, expected) {
      const stream = open(name);
      const next = (): Promise<number> => write(stream, entry, expected);
      const mine = stream.appending === undefined ? next() : stream.appending.then(next, next);
      stream.appending = mine;
      try {
        return await mine;
      } finally {
        if (stream.appending === mine) stream.appending = undefined;
      }
    },
    read(name, after = 0) {
      const { name: stream } = open(name);
      return inOrder(store, stream, after);
    },
    async lastSequence(stream) {
      open(stream);
      return (await headOf(store, stream)).sequence;
    },
    async streams() {
      return (await store.streams()).sort();
    },
    async snapshots() {
      return (await store.snapshots()).sort();
    },
    async snapshot(stream): Promise<Snapshot | undefined> {
      open(stream);
      const text = await store.loadSnapshot(stream);
      if (text === undefined) return undefined;
      const { snapshot, entry } = unsealSnapshot(stream, text);
      await expectAnchor(store, stream, snapshot.sequence, entry);
      return snapshot;
    },
    async saveSnapshot(name, snapshot) {
      const stream = open(name);
      stream.stands = await lastFor(store, name, snapshot.sequence, stream.stands);
      const entry = await anchor(store, name, snapshot.sequence, stream.stands);
      await store.saveSnapshot(name, sealSnapshot(name, snapshot, entry));
    },
    async close() {
      if (closed) return;
      closed = true;
      for (const { appending } of streams.values()) await appending?.catch(() => undefined);
      await store.close();
    },
  };
};

const inOrder = async function* (store: Store, stream: string, after: number): AsyncGenerator<Stored> {
  // From one before, since only its hash tells whether the next follows from it.
  let sequence = Math.max(0, after - 1);
  let hash = after === 0 ? beginning.hash : undefined;
  for await (const text of store.lines(stream, sequence)) {
    sequence += 1;
    const entry = unseal(stream, text, sequence);
    if (hash !== undefined && chainHash(hash, entry) !== entry.hash) throw brokenChain(stream, sequence);
    ({ hash } = entry);
    if (sequence > after) yield entry;
  }
};

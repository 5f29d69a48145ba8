/**
 * A journal over any store that can put one line under (stream, sequence) only if nobody did before.
 *
 * It chains the entries and keeps the end of each stream in memory. Appends of one stream go one after another,
 * so a lost one is never followed by its successor; appends of different streams go together, as the store likes.
 */
import { beginning, checkStream, seal, sealSnapshot, unseal, unsealSnapshot, type Tail } from "./chain.ts";
import { Conflict, type Entry, type Journal, type Snapshot, type Stored } from "./journal.ts";

export interface Row {
  readonly text: string;
  /** Where the store keeps it; handed back as `previous` of the next put. */
  readonly position: number;
}

export interface Store {
  readonly survives: Journal["survives"];
  last(stream: string): Promise<Row | undefined>;
  /** Resolves with the position once durable, or undefined when another writer was first. `previous` is 0 for a new stream. */
  put(stream: string, sequence: number, text: string, previous: number): Promise<number | undefined>;
  /** Lines of the entries after `after`, in order. */
  lines(stream: string, after: number): AsyncIterable<string> | Iterable<string>;
  streams(): Promise<string[]>;
  snapshots(): Promise<string[]>;
  loadSnapshot(stream: string): Promise<string | undefined>;
  saveSnapshot(stream: string, text: string): Promise<void>;
  close(): Promise<void>;
}

interface Head extends Tail {
  readonly position: number;
}

interface Stream {
  readonly name: string;
  /** Its end as far as this process knows; undefined while an append is on its way or after it failed. */
  head: Head | undefined;
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
      streams.set(name, (stream = { name, head: undefined, appending: undefined }));
    }
    return stream;
  };

  const readHead = async (stream: string): Promise<Head> => {
    const row = await store.last(stream);
    if (row === undefined) return { ...beginning, position: 0 };
    const { sequence, hash } = unseal(stream, row.text);
    return { sequence, hash, position: row.position };
  };

  const write = async (stream: Stream, entry: Entry, expected: number): Promise<number> => {
    const { name } = stream;
    let { head } = stream;
    if (head?.sequence !== expected) head = await readHead(name);
    if (head.sequence !== expected)
      throw new Conflict(`${name}: expected ${expected} to be the last entry, it is ${head.sequence}`);
    const { tail, text } = seal(name, head, entry);
    stream.head = undefined;
    const position = await store.put(name, tail.sequence, text, head.position);
    if (position === undefined)
      throw new Conflict(`${name}: another writer was first with entry ${tail.sequence}`);
    stream.head = { sequence: tail.sequence, hash: tail.hash, position };
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
    async *read(stream, after = 0): AsyncGenerator<Stored> {
      open(stream);
      let sequence = after;
      for await (const text of store.lines(stream, after)) {
        sequence += 1;
        yield unseal(stream, text, sequence);
      }
    },
    async lastSequence(stream) {
      open(stream);
      return (await readHead(stream)).sequence;
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
      return text === undefined ? undefined : unsealSnapshot(stream, text);
    },
    async saveSnapshot(stream, snapshot) {
      open(stream);
      await store.saveSnapshot(stream, sealSnapshot(snapshot));
    },
    async close() {
      if (closed) return;
      closed = true;
      for (const { appending } of streams.values()) await appending?.catch(() => undefined);
      await store.close();
    },
  };
};

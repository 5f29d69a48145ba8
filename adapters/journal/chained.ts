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
  loadSnapshot(stream: string): Promise<string | undefined>;
  saveSnapshot(stream: string, text: string): Promise<void>;
  close(): Promise<void>;
}

interface Head extends Tail {
  readonly position: number;
}

export const chained = (store: Store): Journal => {
  const heads = new Map<string, Head>();
  const busy = new Map<string, Promise<number>>();
  let closed = false;

  const check = (stream: string): void => {
    if (closed) throw new Error("the journal is closed");
    checkStream(stream);
  };

  const readHead = async (stream: string): Promise<Head> => {
    const row = await store.last(stream);
    if (row === undefined) return { ...beginning, position: 0 };
    const { sequence, hash } = unseal(stream, row.text);
    return { sequence, hash, position: row.position };
  };

  const write = async (stream: string, entry: Entry, expected: number): Promise<number> => {
    let head = heads.get(stream);
    if (head?.sequence !== expected) head = await readHead(stream);
    if (head.sequence !== expected)
      throw new Conflict(`${stream}: expected ${expected} to be the last entry, it is ${head.sequence}`);
    const { tail, text } = seal(stream, head, entry);
    // Until the store has answered nobody knows the end of this stream.
    heads.delete(stream);
    const position = await store.put(stream, tail.sequence, text, head.position);
    if (position === undefined)
      throw new Conflict(`${stream}: another writer was first with entry ${tail.sequence}`);
    heads.set(stream, { sequence: tail.sequence, hash: tail.hash, position });
    return tail.sequence;
  };

  return {
    survives: store.survives,
    async append(stream, entry, expected) {
      check(stream);
      const before = busy.get(stream);
      const next = (): Promise<number> => write(stream, entry, expected);
      const mine = before === undefined ? next() : before.then(next, next);
      busy.set(stream, mine);
      try {
        return await mine;
      } finally {
        if (busy.get(stream) === mine) busy.delete(stream);
      }
    },
    async *read(stream, after = 0): AsyncGenerator<Stored> {
      check(stream);
      let sequence = after;
      for await (const text of store.lines(stream, after)) {
        sequence += 1;
        yield unseal(stream, text, sequence);
      }
    },
    async lastSequence(stream) {
      check(stream);
      return (await readHead(stream)).sequence;
    },
    async streams() {
      return (await store.streams()).sort();
    },
    async snapshot(stream): Promise<Snapshot | undefined> {
      check(stream);
      const text = await store.loadSnapshot(stream);
      return text === undefined ? undefined : unsealSnapshot(stream, text);
    },
    async saveSnapshot(stream, snapshot) {
      check(stream);
      await store.saveSnapshot(stream, sealSnapshot(snapshot));
    },
    async close() {
      if (closed) return;
      closed = true;
      await Promise.allSettled(busy.values());
      await store.close();
    },
  };
};

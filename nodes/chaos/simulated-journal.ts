/**
 * The journal's store of a simulated cluster: entries as they are, without text and hashes, since chains and damage have
 * suites of their own (test/adapters/journal) and a seed must take milliseconds. Snapshots are copies: a live state goes on.
 */
import {
  Conflict,
  type Entry,
  type Journal,
  type Snapshot,
  type Stored,
} from "../../adapters/journal/journal.ts";

export class SimulatedJournal implements Journal {
  readonly survives = "nothing";
  readonly entries = new Map<string, Stored[]>();
  readonly #snapshots = new Map<string, Snapshot>();

  append(stream: string, entry: Entry, expected: number): Promise<number> {
    const stored = this.of(stream);
    if (stored.length !== expected)
      return Promise.reject(new Conflict(`${stream}: expected ${expected}, last is ${stored.length}`));
    return Promise.resolve(stored.push({ ...entry, stream, sequence: expected + 1, hash: "" }));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the port reads asynchronously
  async *read(stream: string, after = 0): AsyncGenerator<Stored> {
    yield* this.of(stream).slice(after);
  }

  of(stream: string): Stored[] {
    let stored = this.entries.get(stream);
    if (stored === undefined) this.entries.set(stream, (stored = []));
    return stored;
  }

  lastSequence(stream: string): Promise<number> {
    return Promise.resolve(this.of(stream).length);
  }

  streams(): Promise<readonly string[]> {
    return Promise.resolve([...this.entries.keys()]);
  }

  snapshots(): Promise<readonly string[]> {
    return Promise.resolve([...this.#snapshots.keys()]);
  }

  snapshot(stream: string): Promise<Snapshot | undefined> {
    return Promise.resolve(structuredClone(this.#snapshots.get(stream)));
  }

  saveSnapshot(stream: string, snapshot: Snapshot): Promise<void> {
    this.#snapshots.set(stream, structuredClone(snapshot));
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

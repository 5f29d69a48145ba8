/** What a journal needs of the place where its lines lie (chained.ts does the rest). */
import type { Tail } from "./chain.ts";
import type { Journal } from "./journal.ts";

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

/** The end of a stream, and where it lies. */
export interface Head extends Tail {
  readonly position: number;
}

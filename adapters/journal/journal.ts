/**
 * The journal: one append-only stream per event-sourced actor, one writer at a time.
 *
 * `append` carries the sequence the writer believes is last; another writer in between means `Conflict`,
 * and the loser stops. Sequences of a stream are dense from 1. Entries are chained: `hash` is SHA-256 over
 * the previous hash and the entry's canonical JSON, so an edited, deleted or moved entry is named by `verify`.
 */
export interface Turn {
  readonly command: unknown;
  readonly events: readonly unknown[];
}

/** What the writer gives. Plain data; bigints allowed (see domain/values/json.ts). */
export interface Entry {
  /** Version of the schema of commands and events; old entries are upcast on read by their owner. */
  readonly schema: number;
  readonly turns: readonly Turn[];
  /** Market time, ms. */
  readonly at: number;
  /** Last market sequence the actor had seen, by instrument or "" when none. */
  readonly marketSequence: number;
  /** Who wrote: host id and epoch. Not part of the hash: a replay on another host gives the same chain. */
  readonly writer: string;
}

export interface Stored extends Entry {
  readonly stream: string;
  readonly sequence: number;
  readonly hash: string;
}

export interface Snapshot {
  readonly sequence: number;
  readonly schema: number;
  readonly state: unknown;
}

export class Conflict extends Error {
  override readonly name = "Conflict";
  readonly code = 409;
  readonly retryable = false;
}

/** The store did not say whether the entry stands, not even when asked again. Stop, recover, and look. */
export class UnknownOutcome extends Error {
  override readonly name = "UnknownOutcome";
  readonly code = 504;
  readonly retryable = false;
}

/** An entry or snapshot that is not what was written: unreadable, missing, or standing in another's place. */
export class Damaged extends Error {
  override readonly name = "Damaged";
  readonly code = 500;
  readonly retryable = false;
}

/** A snapshot that nothing shows to be what was written. The entries may well be good: all of it can be had from them. */
export class DamagedSnapshot extends Damaged {}

export interface Journal {
  /** What an acknowledged append survives. */
  readonly survives: "nothing" | "process-death" | "power-loss";
  /** Resolves with the stored sequence once durable. Throws `Conflict` when `expected` is not the last sequence, or `UnknownOutcome`. */
  append(stream: string, entry: Entry, expected: number): Promise<number>;
  /** Entries after `after`, in order, without gaps, each following by its hash from the one before. Throws `Damaged`. */
  read(stream: string, after?: number): AsyncIterable<Stored>;
  /** 0 for a new stream. */
  lastSequence(stream: string): Promise<number>;
  streams(): Promise<readonly string[]>;
  /** Names that have a snapshot; a strategy's memory is one without entries. */
  snapshots(): Promise<readonly string[]>;
  /** Throws `DamagedSnapshot`; or `Damaged` where the entries that it stands on are missing or others. */
  snapshot(stream: string): Promise<Snapshot | undefined>;
  /** At an entry that stands; in a stream without entries its sequence means what its owner likes. */
  saveSnapshot(stream: string, snapshot: Snapshot): Promise<void>;
  close(): Promise<void>;
}

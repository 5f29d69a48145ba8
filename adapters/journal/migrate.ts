/**
 * Carries streams and snapshots into another journal, with the same sequences and hashes.
 *
 * A stream that is already there must be the beginning of the source's (or the source's its): then the rest is
 * copied, so an interrupted migration is simply run again. Every entry is checked against the chain on its way.
 */
import { beginning, brokenChain, chainHash } from "./chain.ts";
import { Conflict, Damaged, type Journal } from "./journal.ts";
import { verify } from "./verify.ts";

export interface Progress {
  readonly stream: string;
  readonly copied: number;
  /** Entries of this stream that were there before. */
  readonly present: number;
}

export interface Migrated {
  readonly streams: number;
  readonly copied: number;
  readonly snapshots: number;
  /** What was left behind with `skipDamaged`, and why: a stream whole, or its snapshot only. */
  readonly skipped?: readonly string[];
}

export interface MigrateOptions {
  /** Told every 1,000 entries of a stream and at its end. */
  readonly onProgress?: (progress: Progress) => void;
  /** A damaged stream is left behind whole instead of failing the migration: half a ledger would give order ids out again. */
  readonly skipDamaged?: boolean;
}

/** So many streams go at once: appends of one stream wait for each other, those of many share a flush. */
const streamsAtOnce = 64;
const progressEvery = 1_000;

const hashAt = async (journal: Journal, stream: string, sequence: number): Promise<string> => {
  if (sequence === 0) return beginning.hash;
  for await (const entry of journal.read(stream, sequence - 1)) return entry.hash;
  throw new Damaged(`${stream} entry ${sequence}: missing`);
};

/** Throws `Conflict` when the target's stream differs, `Damaged` when the source's chain is broken. */
const migrateStream = async (
  from: Journal,
  to: Journal,
  stream: string,
  onProgress: (progress: Progress) => void,
): Promise<number> => {
  const present = await to.lastSequence(stream);
  const common = Math.min(present, await from.lastSequence(stream));
  let hash = await hashAt(from, stream, common);
  if ((await hashAt(to, stream, common)) !== hash)
    throw new Conflict(
      `${stream}: the target holds another history up to entry ${common}; nothing was copied`,
    );
  let copied = 0;
  for await (const entry of from.read(stream, common)) {
    if (chainHash(hash, entry) !== entry.hash) throw brokenChain(stream, entry.sequence);
    await to.append(stream, entry, entry.sequence - 1);
    hash = entry.hash;
    copied += 1;
    if (copied % progressEvery === 0) onProgress({ stream, copied, present });
  }
  onProgress({ stream, copied, present });
  return copied;
};

const migrateSnapshot = async (from: Journal, to: Journal, stream: string): Promise<boolean> => {
  const snapshot = await from.snapshot(stream);
  if (snapshot === undefined) return false;
  const standing = await to.snapshot(stream);
  if (standing !== undefined && standing.sequence >= snapshot.sequence) return false;
  await to.saveSnapshot(stream, snapshot);
  return true;
};

export const migrate = async (
  from: Journal,
  to: Journal,
  { onProgress = () => undefined, skipDamaged = false }: MigrateOptions = {},
): Promise<Migrated> => {
  const streams = await from.streams();
  // A strategy's memory is a snapshot without entries: one that was stopped must stay so.
  const waiting = [...new Set([...streams, ...(await from.snapshots())])];
  let copied = 0;
  let snapshots = 0;
  const skipped: string[] = [];
  const carry = async (): Promise<void> => {
    for (let stream = waiting.pop(); stream !== undefined; stream = waiting.pop()) {
      const verdict = skipDamaged ? await verify(from, stream) : undefined;
      if (verdict?.problem !== undefined) skipped.push(verdict.problem);
      if (verdict?.problem !== undefined && verdict.entriesGood !== true) continue;
      const entries = await migrateStream(from, to, stream, onProgress);
      copied += entries;
      if (verdict?.problem === undefined && (await migrateSnapshot(from, to, stream))) snapshots += 1;
    }
  };
  await Promise.all(Array.from({ length: streamsAtOnce }, carry));
  return { streams: streams.length, copied, snapshots, ...(skipDamaged ? { skipped: skipped.sort() } : {}) };
};

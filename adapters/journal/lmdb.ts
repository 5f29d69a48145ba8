/**
 * The embedded journal: lmdb in one folder, shared safely by the processes of one machine.
 *
 * Entries lie under [stream, sequence]. A put is conditional on the key being free, which lmdb decides inside its
 * one write transaction at a time, so two writers cannot both win. Group commit is lmdb's own: puts of one turn of
 * the event loop, and those that wait while a transaction is flushed, go together. `overlappingSync` is off, so
 * a put resolves only after the fdatasync of its transaction: an acknowledged entry survives power loss.
 * `eventTurnBatching` is off, since lmdb makes a promise of its own for each batch, which nobody can hear: when the
 * disk is full its rejection would end the process. Puts go together without it.
 */
import { statfsSync } from "node:fs";
import { open } from "lmdb";
import { chained } from "./chained.ts";
import { expectWhole } from "./lmdb-file.ts";
import type { Journal } from "./journal.ts";

type Key = [stream: string, sequence: number];

/** lmdb takes put options here as in putSync, though its types name a version only. */
const onlyNew = { noOverwrite: true } as unknown as number;
const pageRows = 256;
const end = Number.MAX_SAFE_INTEGER;

export interface LmdbSettings {
  readonly path: string;
  /**
   * Nothing is written while the disk has less left. lmdb's native code (3.5.6) damages the process's memory when a
   * write meets a full disk, so it must never get there. Default 16 MiB.
   */
  readonly spareBytes?: number;
}

/** Opens the journal in the folder `path`, which is made when it is not there. Throws `Damaged` when its file is cut off. */
export const lmdbJournal = ({ path, spareBytes = 16 * 2 ** 20 }: LmdbSettings): Journal => {
  expectWhole(path);
  const root = open({ path, noSubdir: false, overlappingSync: false, eventTurnBatching: false, maxDbs: 2 });
  const entries = root.openDB<string, Key>({ name: "entries", encoding: "string" });
  const snapshots = root.openDB<string, string>({ name: "snapshots", encoding: "string" });

  /** Throws while the disk is nearly full. A look takes microseconds, the write behind it milliseconds. */
  const expectSpace = (): void => {
    const { bavail, bsize } = statfsSync(path);
    if (bavail * bsize >= spareBytes) return;
    const left = `${Math.floor((bavail * bsize) / 2 ** 20)} MiB left, ${spareBytes / 2 ** 20} wanted`;
    throw new Error(`the journal is not written: the disk of ${path} is nearly full (${left})`);
  };

  return chained({
    survives: "power-loss",
    last(stream) {
      // Another process may have written since this turn of the event loop began to read.
      entries.resetReadTxn();
      const [row] = entries.getRange({ start: [stream, end], end: [stream, 0], reverse: true, limit: 1 });
      return Promise.resolve(row === undefined ? undefined : { text: row.value, position: row.key[1] });
    },
    async put(stream, sequence, text) {
      expectSpace();
      return (await written(entries.put([stream, sequence], text, onlyNew))) ? sequence : undefined;
    },
    *lines(stream, after) {
      for (let from = after + 1; ;) {
        // Page by page: a cursor held over an await would keep old pages of the store from being used again.
        const rows = [...entries.getRange({ start: [stream, from], end: [stream, end], limit: pageRows })];
        for (const row of rows) yield row.value;
        if (rows.length < pageRows) return;
        from = rows.at(-1)!.key[1] + 1;
      }
    },
    streams() {
      const found: string[] = [];
      entries.resetReadTxn();
      for (let start: Key | undefined; ; start = [found.at(-1)!, end]) {
        const [key] = entries.getKeys(start === undefined ? { limit: 1 } : { start, limit: 1 });
        if (key === undefined) return Promise.resolve(found);
        found.push(key[0]);
      }
    },
    snapshots() {
      snapshots.resetReadTxn();
      return Promise.resolve([...snapshots.getKeys()]);
    },
    loadSnapshot(stream) {
      snapshots.resetReadTxn();
      return Promise.resolve(snapshots.get(stream));
    },
    async saveSnapshot(stream, text) {
      expectSpace();
      await written(snapshots.put(stream, text));
    },
    close: () => root.close(),
  });
};

/** lmdb tells why a transaction failed (disk full, read-only, map full) by a second promise, which must be heard too. */
const written = async (put: Promise<boolean>): Promise<boolean> => {
  try {
    return await put;
  } catch (error) {
    const why = (error as { readonly commitError?: Promise<never> }).commitError;
    const cause: unknown = await why?.catch((reason: unknown) => reason);
    if (!(cause instanceof Error)) throw error;
    throw new Error(`the journal could not be written: ${cause.message}`, { cause });
  }
};

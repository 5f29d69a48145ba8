/**
 * The trials of one search on disk: a first line that says which search it is, then one line for each trial, appended and
 * synced batch by batch. A line that a crash cut off is dropped. SHA-256 over the lines of the trials, each ended by a
 * line feed, is the search's `evaluationsHash`: `tail -n +2 trials.jsonl | sha256sum`.
 */
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { Invalid } from "../../domain/values/invalid.ts";
import { readObject } from "../../domain/values/read.ts";

/** What two runs must have in common to be the same search: plain JSON. */
export type Identity = Readonly<Record<string, unknown>>;

export interface TrialLog {
  /** Whole lines that were there, without their line feeds. */
  readonly lines: readonly string[];
  /** On disk when it returns. */
  append(lines: readonly string[]): void;
  close(): void;
}

/** Opens or begins it; `fresh` throws away what is there. Throws `Invalid` when it holds another search, naming what differs. */
export const openTrialLog = (path: string, identity: Identity, fresh: boolean): TrialLog => {
  const file = openSync(path, "a+");
  try {
    const { header, lines, bytes } = fresh ? nothing : readLines(path);
    if (header !== undefined) sameSearch(header, identity, path);
    ftruncateSync(file, bytes);
    if (header === undefined) writeSync(file, `${JSON.stringify({ search: identity })}\n`);
    fsyncSync(file);
    syncFolder(dirname(path));
    return {
      lines,
      append(added) {
        writeSync(file, added.map((line) => `${line}\n`).join(""));
        fsyncSync(file);
      },
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
};

export const hashOfTrials = (lines: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const line of lines) hash.update(`${line}\n`);
  return hash.digest("hex");
};

interface Held {
  /** Undefined: nothing is there, or not even the first line is whole. */
  readonly header: string | undefined;
  readonly lines: readonly string[];
  /** Of the whole lines. */
  readonly bytes: number;
}

const nothing: Held = { header: undefined, lines: [], bytes: 0 };

/** Only whole lines. */
export const readLines = (path: string): Held => {
  const content = readFileSync(path);
  const bytes = content.lastIndexOf(0x0a) + 1;
  if (bytes === 0) return nothing;
  const [header, ...lines] = content.toString("utf8", 0, bytes - 1).split("\n");
  return { header, lines, bytes };
};

/** A new file's name is only safe when its folder is. */
const syncFolder = (folder: string): void => {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

const sameSearch = (header: string, identity: Identity, path: string): void => {
  const before = searchOf(header, path);
  for (const name of new Set([...Object.keys(before), ...Object.keys(identity)]))
    if (JSON.stringify(before[name]) !== JSON.stringify(identity[name]))
      throw new Invalid(
        path,
        `the trials of this search, whose ${name} is ${JSON.stringify(identity[name])} (--fresh begins anew)`,
        JSON.stringify(before[name]),
      );
};

/** The identity in the first line. */
export const searchOf = (header: string, path: string): Identity => {
  try {
    return readObject(readObject(JSON.parse(header), path)["search"], path);
  } catch {
    throw new Invalid(path, "a file of trials, whose first line tells the search", header);
  }
};

/**
 * Is lmdb's file as long as it says? It is read by mapping it into memory: where its end is missing, the kernel ends the
 * process (SIGBUS) without a word. Layout of a page that holds the meta data, lmdb 3.5: a header of 24 bytes, magic, version,
 * address, size of the map, two records of 48 bytes (the first begins with the page size), last page, transaction.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { Damaged } from "./journal.ts";

const MAGIC = 0xbeefc0de;
const at = { magic: 24, pageSize: 48, lastPage: 144, transaction: 152, end: 160 };

const metaAt = (file: number, position: number): Buffer | undefined => {
  const page = Buffer.alloc(at.end);
  const read = readSync(file, page, 0, at.end, position);
  return read === at.end && page.readUInt32LE(at.magic) === MAGIC ? page : undefined;
};

/** Throws `Damaged`. A journal that is still to be made is whole. */
export const expectWhole = (folder: string): void => {
  const path = join(folder, "data.mdb");
  if (!existsSync(path)) return;
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size === 0) return;
    const first = metaAt(file, 0);
    const pageSize = first?.readUInt32LE(at.pageSize) ?? 0;
    const second = first === undefined ? undefined : metaAt(file, pageSize);
    if (first === undefined || second === undefined)
      throw damaged(path, "it does not begin as lmdb's files do");
    const newer =
      second.readBigUInt64LE(at.transaction) > first.readBigUInt64LE(at.transaction) ? second : first;
    const wanted = (Number(newer.readBigUInt64LE(at.lastPage)) + 1) * pageSize;
    if (size < wanted) throw damaged(path, `${size} bytes of ${wanted} are there, the end is missing`);
  } finally {
    closeSync(file);
  }
};

const damaged = (path: string, what: string): Damaged =>
  new Damaged(`the journal's file ${path} is damaged: ${what}. See docs/runbooks/journal-damaged.md`);

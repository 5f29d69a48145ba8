/** A file is written beside its place, synced and renamed: it is there whole or not at all. */
import { mkdirSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** `write` is given where to write. Makes the folder; leaves nothing behind when it throws. */
export const writeWhole = async (
  path: string,
  write: (beside: string) => Promise<unknown>,
): Promise<void> => {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await write(beside);
    const file = await open(beside, "r");
    await file.sync();
    await file.close();
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
};

export const writeText = async (path: string, text: Iterable<string>, packed: boolean): Promise<void> => {
  const file = await open(path, "w");
  const through: Transform[] = packed ? [createGzip()] : [];
  await pipeline([Readable.from(text, { objectMode: true }), ...through, file.createWriteStream()]);
};

/**
 * The list of an archive's files, with their checksums: `manifest.json`. A file that is not in it is not part of the archive. It is
 * replaced in one step, and carries the checksum of its own list.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Timeframe } from "../../domain/market/candle.ts";
import { Invalid } from "../../domain/values/invalid.ts";

export interface ArchivedFile {
  /** From the archive's folder, with `/`. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  readonly venue: string;
  readonly symbol: string;
  /** "trades" of a file that holds no candles. */
  readonly timeframe: Timeframe | "trades";
  /** First and last time in it, ms. */
  readonly from: number;
  readonly to: number;
  /** Of the candles or trades themselves: what must not change when they are archived again. */
  readonly candles: string;
}

const NAME = "manifest.json";

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex");
const digestOf = (files: readonly ArchivedFile[]): string => sha256(JSON.stringify(files));

/** Empty where there is none yet, unless `must`. Throws `Invalid` for one that is damaged. */
export const readManifest = async (archive: string, must = false): Promise<readonly ArchivedFile[]> => {
  const path = join(archive, NAME);
  if (!existsSync(path)) {
    if (must) throw new Invalid("archive", "a folder with an archive in it (manifest.json)", archive);
    return [];
  }
  let parsed: { readonly files?: readonly ArchivedFile[]; readonly sha256?: string };
  try {
    parsed = JSON.parse(await readFile(path, "utf8")) as typeof parsed;
  } catch {
    throw new Invalid(path, "JSON", "something else");
  }
  if (parsed.files === undefined || digestOf(parsed.files) !== parsed.sha256)
    throw new Invalid(path, "the list that was written", "one that was changed since");
  return parsed.files;
};

export const writeManifest = async (archive: string, files: readonly ArchivedFile[]): Promise<void> => {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const path = join(archive, NAME);
  const file = await open(`${path}.tmp`, "w");
  await file.writeFile(JSON.stringify({ version: 1, sha256: digestOf(sorted), files: sorted }, null, 1));
  await file.sync();
  await file.close();
  await rename(`${path}.tmp`, path);
  await syncFolder(dirname(path));
};

/** A rename is durable once its folder is. */
export const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, "r");
  await folder.sync();
  await folder.close();
};

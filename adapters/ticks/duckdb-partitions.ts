/** Where the sealed days lie: `venue=/instrument=/date=/trades.parquet`, names percent-encoded, as Hive partitions are read. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

export const DAY_MS = 86_400_000;
export const FILE = "trades.parquet";

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export const folderOf = (archive: string, name: string): string =>
  join(archive, `venue=${encode(name.slice(0, name.indexOf(":")))}`, `instrument=${encode(name)}`);

export const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Files of the days that [from, to) touches, oldest first. Read from the folder each time, so a removed day is simply gone. */
export const partitionsWithin = (
  archive: string,
  name: string,
  from: number,
  to: number,
): readonly string[] => {
  const folder = folderOf(archive, name);
  if (from >= to || !existsSync(folder)) return [];
  const [first, last] = [`date=${dateOf(from)}`, `date=${dateOf(to - 1)}`];
  return readdirSync(folder)
    .filter((day) => day >= first && day <= last)
    .map((day) => join(folder, day, FILE))
    .filter((file) => existsSync(file))
    .sort();
};

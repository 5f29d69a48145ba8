/** A folder of its own for a test's candle files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll } from "vitest";
import type { CandleTable } from "../../../domain/history/candle-table.ts";

export interface Folder {
  readonly path: string;
  /** Writes a file, packed when its name ends in .gz, and returns its path. */
  put(name: string, text: string): string;
}

/** Gone after the tests of the file. */
export const folder = (): Folder => {
  const path = mkdtempSync(join(tmpdir(), "shoal-history-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    put(name, text) {
      const file = join(path, name);
      writeFileSync(file, name.endsWith(".gz") ? gzipSync(text) : text);
      return file;
    },
  };
};

/** at, open, high, low, close, volume, trades of each candle. */
export const rowsOf = (table: CandleTable): number[][] =>
  Array.from({ length: table.length }, (_, row) =>
    (["at", "open", "high", "low", "close", "volume", "trades"] as const).map((name) => table[name][row]!),
  );

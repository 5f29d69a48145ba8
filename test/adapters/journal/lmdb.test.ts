import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { afterAll, describe, expect, it } from "vitest";
import { lmdbJournal } from "../../../adapters/journal/lmdb.ts";
import { verify } from "../../../adapters/journal/verify.ts";
import { journalConformance } from "./conformance.ts";
import { all, entry } from "./entry.ts";
import { expectShared } from "./expect-shared.ts";
import { tampering } from "./tampering.ts";

const folder = mkdtempSync(join(tmpdir(), "shoal-journal.test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

journalConformance("lmdb journal", () =>
  Promise.resolve({
    survives: "power-loss",
    open: () => Promise.resolve(lmdbJournal({ path: join(folder, "conformance") })),
    close: () => Promise.resolve(),
  }),
);

const tampered = join(folder, "tampered");
const behind = async <T>(run: (entries: ReturnType<typeof openEntries>) => Promise<T> | T): Promise<T> => {
  const root = open({ path: tampered, noSubdir: false, overlappingSync: false });
  const result = await run(openEntries(root));
  await root.close();
  return result;
};
const openEntries = (root: ReturnType<typeof open>) =>
  root.openDB<string, [string, number]>({ name: "entries", encoding: "string" });

tampering("lmdb journal", {
  open: () => lmdbJournal({ path: tampered }),
  rows: (stream) =>
    behind((entries) => {
      const range = entries.getRange({ start: [stream, 0], end: [stream, Infinity] });
      return new Map([...range].map(({ key, value }) => [key[1], value]));
    }),
  rewrite: (stream, rows) =>
    behind((entries) =>
      entries.transaction(() => {
        for (const key of [...entries.getKeys({ start: [stream, 0], end: [stream, Infinity] })])
          entries.removeSync(key);
        for (const [sequence, text] of rows) entries.putSync([stream, sequence], text);
      }),
    ),
});

describe("lmdb journal, a disk nearly full", () => {
  it("writes nothing, says so, and goes on when there is space again", async () => {
    const path = join(folder, "full");
    const full = lmdbJournal({ path, spareBytes: Number.MAX_SAFE_INTEGER });
    await expect(full.append("a", entry(1), 0)).rejects.toThrow(/the disk of .* is nearly full/);
    const snapshot = { sequence: 0, schema: 1, state: {} };
    await expect(full.saveSnapshot("a", snapshot)).rejects.toThrow(/nearly full/);
    expect(await full.lastSequence("a")).toBe(0);
    await full.close();
    const spacious = lmdbJournal({ path });
    expect(await spacious.append("a", entry(1), 0)).toBe(1);
    await spacious.close();
  });
});

describe("lmdb journal, several processes", () => {
  const script = join(import.meta.dirname, "append-loop-process.ts");
  const appender = (path: string, writer: string, count: number, streams: readonly string[]) =>
    spawn(process.execPath, [script, path, writer, String(count), ...streams], {
      stdio: ["ignore", "pipe", "inherit"],
    });

  it("loses no acknowledged entry when its process is killed with -9, three times over", async () => {
    const path = join(folder, "killed");
    const streams = Array.from({ length: 10 }, (_, i) => `portfolio.${i}`);
    const acknowledged = new Map<string, number>();
    for (let life = 1; life <= 3; life += 1) {
      const child = appender(path, `life ${life}`, 1_000_000, streams);
      let text = "";
      const enough = new Promise<void>((resolve) => {
        child.stdout.on("data", (chunk: Buffer) => {
          text += chunk.toString();
          if (text.length > 4_000 * life) resolve();
        });
      });
      const gone = once(child.stdout, "close");
      await Promise.race([enough, once(child, "exit")]);
      child.kill("SIGKILL");
      await gone;
      for (const line of text.split("\n").slice(0, -1)) {
        const [stream = "", sequence] = line.split(" ");
        acknowledged.set(stream, Math.max(Number(sequence), acknowledged.get(stream) ?? 0));
      }
    }
    const journal = lmdbJournal({ path });
    expect(acknowledged.size).toBe(10);
    for (const [stream, sequence] of acknowledged) {
      // Per life, one entry may stand without having been acknowledged: it was on its way when the process died.
      const verdict = await verify(journal, stream);
      expect(verdict.problem).toBeUndefined();
      expect(verdict.entries).toBeGreaterThanOrEqual(sequence);
      expect(verdict.entries).toBeLessThanOrEqual(sequence + 1);
      const lives = new Set((await all(journal, stream)).map(({ writer }) => writer));
      expect([...lives]).toEqual(["life 1", "life 2", "life 3"]);
    }
    await journal.close();
  });

  it("lets two processes race on one stream with none lost and none doubled", async () => {
    const path = join(folder, "raced");
    const children = ["a", "b"].map((writer) => appender(path, writer, 150, ["portfolio.main"]));
    const codes = await Promise.all(
      children.map(async (child) => {
        child.stdout.resume();
        return ((await once(child, "exit")) as [number])[0];
      }),
    );
    expect(codes).toEqual([0, 0]);
    const journal = lmdbJournal({ path });
    expectShared(await all(journal, "portfolio.main"), ["a", "b"], 150);
    expect((await verify(journal, "portfolio.main")).problem).toBeUndefined();
    await journal.close();
  });
});

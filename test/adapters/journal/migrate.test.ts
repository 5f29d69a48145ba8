import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Conflict, Damaged, type Journal } from "../../../adapters/journal/journal.ts";
import { lmdbJournal } from "../../../adapters/journal/lmdb.ts";
import { memory, memoryJournal } from "../../../adapters/journal/memory.ts";
import { migrate, type Progress } from "../../../adapters/journal/migrate.ts";
import { all, entry } from "./entry.ts";

const folder = mkdtempSync(join(tmpdir(), "shoal-migrate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const filled = async (entries = 1_200): Promise<Journal> => {
  const journal = memoryJournal();
  for (let i = 0; i < entries; i += 1) await journal.append("portfolio.main", entry(BigInt(i)), i);
  for (let i = 0; i < 20; i += 1) await journal.append(`strategy.${i}`, entry(i), 0);
  await journal.saveSnapshot("portfolio.main", { sequence: entries, schema: 1, state: { cash: 7n } });
  return journal;
};

describe("migrate", () => {
  it("copies streams and snapshots with the same sequences and hashes, and tells how far it is", async () => {
    const from = await filled();
    await from.saveSnapshot("strategy.stopped", { sequence: 3, schema: 1, state: { running: false } });
    const to = lmdbJournal({ path: join(folder, "whole") });
    const told: Progress[] = [];
    expect(await migrate(from, to, { onProgress: (progress) => told.push(progress) })).toEqual({
      streams: 21,
      copied: 1_220,
      snapshots: 2,
    });
    expect(await to.snapshots()).toEqual(["portfolio.main", "strategy.stopped"]);
    expect(await to.snapshot("strategy.stopped")).toMatchObject({ state: { running: false } });
    expect(await to.streams()).toEqual(await from.streams());
    for (const stream of await from.streams()) expect(await all(to, stream)).toEqual(await all(from, stream));
    expect(await to.snapshot("portfolio.main")).toEqual(await from.snapshot("portfolio.main"));
    expect(told.filter(({ stream }) => stream === "portfolio.main")).toEqual([
      { stream: "portfolio.main", copied: 1_000, present: 0 },
      { stream: "portfolio.main", copied: 1_200, present: 0 },
    ]);
    expect(await migrate(from, to)).toEqual({ streams: 21, copied: 0, snapshots: 0 });
    await to.close();
  });

  it("goes on where it was interrupted", async () => {
    const from = await filled();
    const kept = memory();
    const breaks = memoryJournal(kept);
    const interrupted: Journal = {
      ...breaks,
      append: (stream, one, expected) =>
        expected === 700 ? Promise.reject(new Error("the wire broke")) : breaks.append(stream, one, expected),
    };
    await expect(migrate(from, interrupted)).rejects.toThrow("the wire broke");
    const to = memoryJournal(kept);
    expect(await to.lastSequence("portfolio.main")).toBe(700);
    const { copied } = await migrate(from, to);
    expect(copied).toBeGreaterThanOrEqual(500);
    for (const stream of await from.streams()) expect(await all(to, stream)).toEqual(await all(from, stream));
  });

  it("leaves a target alone that has gone on since", async () => {
    const from = await filled(5);
    const to = memoryJournal();
    await migrate(from, to);
    await to.append("portfolio.main", entry("new life"), 5);
    await to.saveSnapshot("portfolio.main", { sequence: 6, schema: 1, state: { cash: 8n } });
    expect(await migrate(from, to)).toEqual({ streams: 21, copied: 0, snapshots: 0 });
    expect((await to.snapshot("portfolio.main"))?.sequence).toBe(6);
  });

  it.each([1, 3, 9])("refuses a target whose stream holds another history of %i entries", async (entries) => {
    const from = await filled(5);
    const to = memoryJournal();
    for (let i = 0; i < entries; i += 1) await to.append("portfolio.main", entry("another"), i);
    await expect(migrate(from, to)).rejects.toBeInstanceOf(Conflict);
    expect(await to.lastSequence("portfolio.main")).toBe(entries);
  });

  it("refuses a source that was tampered with, at the bad entry", async () => {
    const kept = memory();
    const from = memoryJournal(kept);
    for (let i = 0; i < 5; i += 1) await from.append("portfolio.main", entry("good"), i);
    const lines = kept.entries.get("portfolio.main")!;
    lines[2] = lines[2]!.replaceAll("good", "evil");
    const to = memoryJournal();
    await expect(migrate(from, to)).rejects.toThrow(/^portfolio\.main entry 3: /);
    await expect(migrate(from, to)).rejects.toBeInstanceOf(Damaged);
    expect(await to.lastSequence("portfolio.main")).toBe(2);
  });
});

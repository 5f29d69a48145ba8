/**
 * What every journal does, run against each implementation by its own test file.
 *
 * A `Storage` gives journals over one storage: two `open()`s are two writers of the same streams. Each test uses
 * streams of its own. `lines`, where the storage can be reached behind the journal's back, is for tampering.
 */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Journal, Stored } from "../../../adapters/journal/journal.ts";
import { memoryJournal } from "../../../adapters/journal/memory.ts";
import { writingConformance } from "./conformance-writing.ts";
import { all, entry, noteOf } from "./entry.ts";

export interface Storage {
  open(): Promise<Journal>;
  readonly survives: Journal["survives"];
  close(): Promise<void>;
}

const oddNames = [
  "portfolio.main",
  "symbol.sandbox:BTC/USDT",
  "a b  c",
  "東京 Ünï 🦈",
  "%2E",
  "*",
  ">",
  "a.*.>",
  "..",
  "~n",
  "1n",
  "__proto__",
  "x".repeat(200),
];

export const journalConformance = (name: string, make: () => Promise<Storage>): void => {
  describe(name, () => {
    let storage: Storage;
    let journal: Journal;
    let streams = 0;
    const fresh = (): string => `test.${(streams += 1)}`;

    beforeAll(async () => {
      storage = await make();
      journal = await storage.open();
    });
    afterAll(async () => {
      await journal.close();
      await storage.close();
    });

    it("says what an acknowledged append survives", () => expect(journal.survives).toBe(storage.survives));

    it("gives back what was appended, with dense sequences from 1", async () => {
      const stream = fresh();
      expect(await journal.lastSequence(stream)).toBe(0);
      const note = {
        price: -1_500_000_000_000_000_000n,
        text: "~1.5n",
        like: "1.5n",
        nested: [[], {}, null, "é🦈"],
      };
      expect(await journal.append(stream, entry(note), 0)).toBe(1);
      expect(await journal.append(stream, entry(0.1, "~b"), 1)).toBe(2);
      expect(await journal.append(stream, { ...entry(1), turns: [] }, 2)).toBe(3);
      const stored = await all(journal, stream);
      expect(stored[0]).toEqual({ ...entry(note), stream, sequence: 1, hash: stored[0]!.hash });
      expect(stored[1]).toEqual({ ...entry(0.1, "~b"), stream, sequence: 2, hash: stored[1]!.hash });
      expect(stored[2]!.turns).toEqual([]);
      expect(await journal.lastSequence(stream)).toBe(3);
    });

    it("chains by SHA-256 over the previous hash and the canonical JSON", async () => {
      const stream = fresh();
      await journal.append(stream, entry(1n * 10n ** 18n), 0);
      await journal.append(stream, entry("b", "another host"), 1);
      const body = (note: string, sequence: number): string =>
        `{"schema":3,"turns":[{"command":{"type":"Note","note":"${note}"},"events":[{"type":"Noted","note":"${note}"}]}],` +
        `"at":1600000000000,"marketSequence":42,"sequence":${sequence},"stream":"${stream}"}`;
      const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
      const first = sha(body("1n", 1));
      expect((await all(journal, stream)).map(({ hash }) => hash)).toEqual([
        first,
        sha(first + body("b", 2)),
      ]);
    });

    it("gives the hashes that any other journal gives, whatever the order of the entry's keys", async () => {
      const stream = fresh();
      const other = memoryJournal();
      for (let i = 0; i < 5; i += 1) {
        const { writer, turns, ...rest } = entry({ i, price: BigInt(i) });
        await journal.append(stream, entry({ i, price: BigInt(i) }), i);
        const turned = turns.map(({ events, command }) => ({ events, command }));
        await other.append(stream, { writer: `not ${writer}`, turns: turned, ...rest }, i);
      }
      const hashes = (stored: Stored[]): string[] => stored.map(({ hash }) => hash);
      expect(hashes(await all(journal, stream))).toEqual(hashes(await all(other, stream)));
    });

    it("keeps an entry of 256 turns, and one of 3 MB", async () => {
      const stream = fresh();
      const turns = Array.from({ length: 256 }, (_, i) => ({
        command: { i, size: BigInt(i) },
        events: [{ i }, { i }],
      }));
      await journal.append(stream, { ...entry(0), turns }, 0);
      await journal.append(stream, entry("a".repeat(3_000_000)), 1);
      await journal.append(stream, entry("after"), 2);
      const stored = await all(journal, stream);
      expect(stored[0]!.turns).toEqual(turns);
      expect(stored.slice(1).map(noteOf)).toEqual(["a".repeat(3_000_000), "after"]);
      expect((await all(journal, stream, 1)).map(({ sequence }) => sequence)).toEqual([2, 3]);
    });

    it("reads from any place of a long stream", async () => {
      const stream = fresh();
      const neighbour = fresh();
      for (let i = 0; i < 600; i += 1) {
        await journal.append(stream, entry(i), i);
        if (i % 100 === 0) await journal.append(neighbour, entry(i), i / 100);
      }
      for (const after of [0, 1, 255, 256, 257, 511, 512, 599, 600, 700]) {
        const expected = Array.from({ length: Math.max(0, 600 - after) }, (_, i) => after + i + 1);
        expect((await all(journal, stream, after)).map(({ sequence }) => sequence)).toEqual(expected);
      }
      expect(await all(journal, fresh())).toEqual([]);
    });

    it("keeps the last snapshot of each stream, however big", async () => {
      const stream = fresh();
      expect(await journal.snapshot(stream)).toBeUndefined();
      await journal.saveSnapshot(stream, { sequence: 4, schema: 2, state: { cash: 5n, text: "~" } });
      expect(await journal.snapshot(stream)).toEqual({
        sequence: 4,
        schema: 2,
        state: { cash: 5n, text: "~" },
      });
      const state = Array.from({ length: 100_000 }, (_, i) => `position ${i} of a big state`);
      await journal.saveSnapshot(stream, { sequence: 9, schema: 2, state });
      const other = await storage.open();
      expect(await other.snapshot(stream)).toEqual({ sequence: 9, schema: 2, state });
      await other.close();
      expect(await journal.lastSequence(stream)).toBe(0);
    });

    it("lists streams by their names, odd ones too, and keeps them apart", async () => {
      for (const stream of oddNames) {
        await journal.append(stream, entry(stream), 0);
        await journal.saveSnapshot(stream, { sequence: 1, schema: 1, state: stream });
      }
      const listed = await journal.streams();
      expect(listed).toEqual([...listed].sort());
      expect(new Set(listed).size).toBe(listed.length);
      expect(oddNames.filter((stream) => !listed.includes(stream))).toEqual([]);
      for (const stream of oddNames) {
        expect((await all(journal, stream)).map(noteOf)).toEqual([stream]);
        expect((await journal.snapshot(stream))?.state).toBe(stream);
      }
    });

    it.each(["", "x".repeat(201), "a\nb", "\u0000", "\ud800"])(
      "refuses %j as a stream's name",
      async (stream) => {
        await expect(journal.append(stream, entry(1), 0)).rejects.toMatchObject({
          field: "stream",
          code: 422,
        });
      },
    );

    it("writes nothing of an entry that does not travel", async () => {
      const stream = fresh();
      await expect(journal.append(stream, entry(new Map()), 0)).rejects.toThrow("Map");
      expect(await journal.append(stream, entry(1), 0)).toBe(1);
    });

    writingConformance({ storage: () => storage, journal: () => journal, fresh });
  });
};

/** What a journal does with several writers: conflicts, races, many streams at once, closing, any order of appends. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Conflict, type Journal } from "../../../adapters/journal/journal.ts";
import { verify } from "../../../adapters/journal/verify.ts";
import type { Storage } from "./conformance.ts";
import { all, entry, insist, noteOf } from "./entry.ts";
import { expectShared } from "./expect-shared.ts";

export interface Writing {
  readonly storage: () => Storage;
  readonly journal: () => Journal;
  /** A stream's name that no other test uses. */
  readonly fresh: () => string;
}

export const writingConformance = ({ storage, journal, fresh }: Writing): void => {
  it("refuses a writer that expects less or more than the last sequence, and writes nothing", async () => {
    const stream = fresh();
    const stale = await storage().open();
    await journal().append(stream, entry("a"), 0);
    await stale.append(stream, entry("b"), 1);
    for (const expected of [0, 1, 3, 9])
      await expect(journal().append(stream, entry("x"), expected)).rejects.toBeInstanceOf(Conflict);
    await journal().append(stream, entry("c"), 2);
    await expect(stale.append(stream, entry("y"), 2)).rejects.toThrow(`${stream}:`);
    await stale.close();
    expect((await all(journal(), stream)).map(noteOf)).toEqual(["a", "b", "c"]);
  });

  it("lets two racing writers of one stream append 200 each with none lost and none doubled", async () => {
    const stream = fresh();
    const other = await storage().open();
    const conflicts = await Promise.all([
      insist(journal(), stream, "a", 200),
      insist(other, stream, "b", 200),
    ]);
    await other.close();
    expect(conflicts[0] + conflicts[1]).toBeGreaterThan(0);
    expectShared(await all(journal(), stream), ["a", "b"], 200);
    expect(await verify(journal(), stream)).toMatchObject({ entries: 400 });
  });

  it("takes appends of one stream one after another, and one of two with the same expectation", async () => {
    const stream = fresh();
    const sent = [0, 1, 2].map((expected) => journal().append(stream, entry(expected), expected));
    expect(await Promise.all(sent)).toEqual([1, 2, 3]);
    const both = await Promise.allSettled(
      [3, 3].map((expected) => journal().append(stream, entry("x"), expected)),
    );
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await journal().lastSequence(stream)).toBe(4);
  });

  it("appends to many streams at once", async () => {
    const names = Array.from({ length: 200 }, fresh);
    const sent = names.map(async (stream) => {
      for (let i = 0; i < 5; i += 1) await journal().append(stream, entry([stream, i]), i);
    });
    await Promise.all(sent);
    for (const stream of names)
      expect((await all(journal(), stream)).map(noteOf)).toEqual([0, 1, 2, 3, 4].map((i) => [stream, i]));
  });

  it("finds everything again after it was closed", async () => {
    const stream = fresh();
    const first = await storage().open();
    const pending = first.append(stream, entry("a"), 0);
    await first.close();
    await first.close();
    expect(await pending).toBe(1);
    await expect(first.append(stream, entry("b"), 1)).rejects.toThrow("closed");
    const second = await storage().open();
    expect((await all(second, stream)).map(noteOf)).toEqual(["a"]);
    expect(await second.append(stream, entry("b"), 1)).toBe(2);
    await second.close();
  });

  it("behaves as a list of lists under any order of appends, right and wrong", async () => {
    const step = fc.tuple(
      fc.nat(2),
      fc.integer({ min: -1, max: 1 }),
      fc.anything({ maxDepth: 1, values: [fc.string(), fc.integer(), fc.bigInt()] }),
    );
    const run = fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const names = [fresh(), fresh(), fresh()];
      const model: unknown[][] = [[], [], []];
      for (const [which, off, raw] of steps) {
        const note: unknown = raw === undefined ? null : raw;
        const expected = model[which]!.length + off;
        const outcome = await journal()
          .append(names[which]!, entry([note]), expected)
          .catch((error: unknown) => error);
        if (off === 0) expect(outcome).toBe(model[which]!.push([note]));
        else expect(outcome).toBeInstanceOf(Conflict);
      }
      for (const [which, stream] of names.entries()) {
        expect(await journal().lastSequence(stream)).toBe(model[which]!.length);
        expect((await all(journal(), stream)).map(noteOf)).toEqual(model[which]);
        expect((await verify(journal(), stream)).problem).toBeUndefined();
      }
    });
    await fc.assert(run, { numRuns: 15, seed: 7 });
  });
};

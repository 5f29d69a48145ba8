/** Every kind of tampering behind a journal's back, and the entry that `verify` must name for it. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fromJson, toJson } from "../../../domain/values/json.ts";
import { Damaged, type Journal } from "../../../adapters/journal/journal.ts";
import { verify } from "../../../adapters/journal/verify.ts";
import { all, entry } from "./entry.ts";

type Rows = Map<number, string>;

export interface Reach {
  open(): Journal;
  /** Lines by sequence. */
  rows(stream: string): Promise<Rows>;
  /** Puts these rows in the stream's place, in the order of their keys. */
  rewrite(stream: string, rows: Rows): Promise<void>;
}

interface Line {
  hash: string;
  writer: string;
  entry: { schema: number; turns: { command: { note: unknown }; events: unknown[] }[]; at: number } & Record<
    string,
    unknown
  >;
}

/** Changes line `sequence` as JSON. */
const edit =
  (sequence: number, change: (line: Line) => void) =>
  (rows: Rows): void => {
    const line = fromJson(rows.get(sequence)!) as Line;
    change(line);
    rows.set(sequence, toJson(line));
  };

const rehash = (line: Line, previous: string): void => {
  line.hash = createHash("sha256")
    .update(previous + toJson(line.entry))
    .digest("hex");
};

/** Of a stream of ten entries: what is done to it, and the entry that is named. */
const cases: [what: string, named: number, change: (rows: Rows) => void][] = [
  ["an edited command", 4, edit(4, ({ entry: { turns } }) => (turns[0]!.command.note = "forged"))],
  ["an edited amount", 4, edit(4, ({ entry: { turns } }) => (turns[0]!.command.note = 5n))],
  ["an event taken away", 4, edit(4, ({ entry: { turns } }) => turns[0]!.events.pop())],
  ["an edited schema", 1, edit(1, (line) => (line.entry.schema = 9))],
  ["an edited time", 10, edit(10, (line) => (line.entry.at += 1))],
  ["an edited market sequence", 4, edit(4, (line) => (line.entry["marketSequence"] = 0))],
  ["an edited hash", 4, edit(4, (line) => (line.hash = "0".repeat(64)))],
  ["another stream's name", 4, edit(4, (line) => (line.entry["stream"] = "other"))],
  ["another sequence", 4, edit(4, (line) => (line.entry["sequence"] = 5))],
  // The forged entry follows from its predecessor, so the break shows at the one behind it.
  [
    "an edited entry with its hash made anew",
    5,
    (rows) => {
      const previous = (fromJson(rows.get(3)!) as Line).hash;
      edit(4, (line) => {
        line.entry.at += 1;
        rehash(line, previous);
      })(rows);
    },
  ],
  ["the first entry deleted", 1, (rows) => rows.delete(1)],
  ["an entry deleted from the middle", 4, (rows) => rows.delete(4)],
  ["the last entry deleted, behind the snapshot", 10, (rows) => rows.delete(10)],
  ["all entries deleted, behind the snapshot", 1, (rows) => rows.clear()],
  [
    "two entries that changed places",
    4,
    (rows) => {
      const [a, b] = [rows.get(4)!, rows.get(7)!];
      rows.set(4, b).set(7, a);
    },
  ],
  [
    "an entry moved to the end",
    4,
    (rows) => {
      rows.set(11, rows.get(4)!);
      rows.delete(4);
    },
  ],
  ["an entry inserted twice", 5, (rows) => rows.set(4.5, rows.get(4)!)],
  [
    "a forged entry inserted",
    5,
    (rows) => {
      rows.set(4.5, rows.get(4)!);
      edit(4.5, (line) => (line.entry.at += 1))(rows);
    },
  ],
  [
    "a forged entry at the end",
    11,
    (rows) => {
      rows.set(11, rows.get(10)!);
      edit(11, (line) => (line.entry["sequence"] = 11))(rows);
    },
  ],
  ["half a line", 4, (rows) => rows.set(4, rows.get(4)!.slice(0, 100))],
  ["something else than an entry", 4, (rows) => rows.set(4, '{"hash":"x","writer":"","entry":{}}')],
  ["nothing readable at the end", 10, (rows) => rows.set(10, "\uFFFD")],
];

export const tampering = (name: string, reach: Reach): void => {
  describe(`${name}, tampered with`, () => {
    it.each(cases)("names %s: entry %i", async (what, named, change) => {
      const stream = `portfolio.${what}`;
      const journal = reach.open();
      for (let i = 0; i < 10; i += 1) await journal.append(stream, entry(BigInt(i)), i);
      await journal.saveSnapshot(stream, { sequence: 10, schema: 1, state: {} });
      const { hash } = (await all(journal, stream)).at(-1)!;
      expect(await verify(journal, stream)).toEqual({ stream, entries: 10, hash });
      await journal.close();
      const rows = await reach.rows(stream);
      change(rows);
      await reach.rewrite(stream, rows);
      const after = reach.open();
      const verdict = await verify(after, stream);
      await after.close();
      expect(verdict.entries).toBe(named - 1);
      expect(verdict.problem).toMatch(new RegExp(`^${stream} entry ${named}: .{10}`));
    });

    it("refuses to read past a damaged entry, and to append behind one", async () => {
      const stream = "portfolio.damaged";
      const journal = reach.open();
      for (let i = 0; i < 3; i += 1) await journal.append(stream, entry(i), i);
      await journal.close();
      await reach.rewrite(stream, (await reach.rows(stream)).set(2, "{").set(3, "{"));
      const after = reach.open();
      await expect(all(after, stream)).rejects.toThrow(/^portfolio\.damaged entry 2: not readable/);
      await expect(after.append(stream, entry(4), 3)).rejects.toBeInstanceOf(Damaged);
      await after.close();
    });
  });
};

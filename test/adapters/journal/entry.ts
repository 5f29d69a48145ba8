/** Entries for the journal's tests: one turn that notes something. */
import { Conflict, type Entry, type Journal, type Stored } from "../../../adapters/journal/journal.ts";

export const entry = (note: unknown, writer = "host-a/1"): Entry => ({
  schema: 3,
  turns: [{ command: { type: "Note", note }, events: [{ type: "Noted", note }] }],
  at: 1_600_000_000_000,
  marketSequence: 42,
  writer,
});

export const noteOf = (stored: Stored): unknown => (stored.turns[0]!.command as { note: unknown }).note;

export const all = async (journal: Journal, stream: string, after?: number): Promise<Stored[]> => {
  const found: Stored[] = [];
  for await (const stored of journal.read(stream, after)) found.push(stored);
  return found;
};

/** Appends `count` notes behind whatever is there, beginning anew after each conflict; returns the conflicts. */
export const insist = async (
  journal: Journal,
  stream: string,
  writer: string,
  count: number,
  appended: (sequence: number) => void = () => undefined,
): Promise<number> => {
  let conflicts = 0;
  for (let n = 1; n <= count;) {
    try {
      appended(await journal.append(stream, entry(n, writer), await journal.lastSequence(stream)));
      n += 1;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      conflicts += 1;
    }
  }
  return conflicts;
};

/** A journal in memory, for tests and backtests. It survives nothing, except that a second journal may be opened over the same `Memory`. */
import { chained } from "./chained.ts";
import type { Journal } from "./journal.ts";

export interface Memory {
  /** Lines by stream; entry n is line n - 1. */
  readonly entries: Map<string, string[]>;
  readonly snapshots: Map<string, string>;
}

export const memory = (): Memory => ({ entries: new Map(), snapshots: new Map() });

export const memoryJournal = ({ entries, snapshots }: Memory = memory()): Journal =>
  chained({
    survives: "nothing",
    last(stream) {
      const lines = entries.get(stream) ?? [];
      const text = lines.at(-1);
      return Promise.resolve(text === undefined ? undefined : { text, position: lines.length });
    },
    put(stream, sequence, text, previous) {
      let lines = entries.get(stream);
      if (lines === undefined) entries.set(stream, (lines = []));
      if (lines.length !== previous) return Promise.resolve(undefined);
      lines.push(text);
      return Promise.resolve(sequence);
    },
    *lines(stream, after) {
      yield* (entries.get(stream) ?? []).slice(after);
    },
    streams: () => Promise.resolve([...entries.keys()]),
    snapshots: () => Promise.resolve([...snapshots.keys()]),
    loadSnapshot: (stream) => Promise.resolve(snapshots.get(stream)),
    saveSnapshot: (stream, text) => Promise.resolve(void snapshots.set(stream, text)),
    close: () => Promise.resolve(),
  });

import { memory, memoryJournal } from "../../../adapters/journal/memory.ts";
import { journalConformance } from "./conformance.ts";
import { tampering } from "./tampering.ts";

journalConformance("memory journal", () => {
  const kept = memory();
  return Promise.resolve({
    survives: "nothing",
    open: () => Promise.resolve(memoryJournal(kept)),
    close: () => Promise.resolve(),
  });
});

const kept = memory();
tampering("memory journal", {
  open: () => memoryJournal(kept),
  rows: (stream) => Promise.resolve(new Map(kept.entries.get(stream)!.map((text, i) => [i + 1, text]))),
  rewrite(stream, rows) {
    kept.entries.set(
      stream,
      [...rows].sort(([a], [b]) => a - b).map(([, text]) => text),
    );
    return Promise.resolve();
  },
});

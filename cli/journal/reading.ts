/** What the verbs share that only read a journal: where it lies, and that the stream named is one of its own. */
import type { Command } from "commander";
import type { Journal } from "../../adapters/journal/journal.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { verb, withJson, type VerbText } from "../verb.ts";
import { openJournal, type JournalPlace } from "./open.ts";

export const reading = (text: VerbText): Command =>
  withJson(verb({ ...text, exits: [3, ...(text.exits ?? [])] }))
    .option(
      "-d, --data-dir <path>",
      "the engine's data directory (default: SHOAL_DATA_DIR, the configuration's, else .shoal)",
    )
    .option("--nats <url>", "the journal of a cluster, in JetStream");

export const within = async <T>(place: JournalPlace, work: (journal: Journal) => Promise<T>): Promise<T> => {
  const { journal, close } = await openJournal(place);
  try {
    return await work(journal);
  } finally {
    await close();
  }
};

export const mustBe = async (journal: Journal, stream: string, last: number): Promise<void> => {
  if (last > 0) return;
  throw new Invalid("stream", `one of ${[...(await journal.streams())].sort().join(", ") || "none"}`, stream);
};

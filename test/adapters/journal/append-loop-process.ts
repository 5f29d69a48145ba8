/**
 * A process of its own that appends to an lmdb journal: `node append-loop-process.ts <path> <writer> <count> <stream>...`.
 * It appends notes 1..count to each stream behind whatever is there, all streams at once, and writes "<stream> <sequence>"
 * to standard output as soon as an entry is acknowledged.
 */
import { writeSync } from "node:fs";
import { lmdbJournal } from "../../../adapters/journal/lmdb.ts";
import { insist } from "./entry.ts";

const [path = "", writer = "", count = "", ...streams] = process.argv.slice(2);
const journal = lmdbJournal({ path });

const tell = (stream: string) => (sequence: number) => void writeSync(1, `${stream} ${sequence}\n`);
await Promise.all(streams.map((stream) => insist(journal, stream, writer, Number(count), tell(stream))));
await journal.close();

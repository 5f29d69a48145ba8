/**
 * The storage worker: the one thread that holds the DuckDB file. Commits block this thread and no other.
 * Batches that wait together are committed together. Any failure to write ends the thread: the owner keeps what was not
 * acknowledged, starts another and sends it again; readers drop the repeats.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { sealBefore } from "./duckdb-archive.ts";
import { openDatabase } from "./duckdb-database.ts";
import { Gate } from "./duckdb-gate.ts";
import type { Append, FromWorker, Query, Start, ToWorker } from "./duckdb-messages.ts";
import { DAY_MS } from "./duckdb-partitions.ts";

/** Batches in one commit at most: 65,536 rows, a few milliseconds. */
const TOGETHER = 16;

const port = parentPort!;
const { files, gate: shared } = workerData as Start;
const gate = new Gate(shared);
const database = await gate.pass(() => openDatabase(files));
let sealedBefore = 0;
let failed = false;
/** Queries and seals, one after the other; appends go in between. */
let tail: Promise<unknown> = Promise.resolve();

const say = (message: FromWorker): void => port.postMessage(message);
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const later = (query: number, work: () => Promise<number>): void => {
  tail = tail
    .then(() => gate.pass(work))
    .then(
      (count) => say({ type: "done", query, count }),
      (error: unknown) => say({ type: "failed", query, message: said(error) }),
    );
};

/** Market time passed a day's end by the grace: put the finished days into Parquet. */
const sealFinishedDays = (): void => {
  const before = Math.floor((database.newest - files.sealAfterMs) / DAY_MS) * DAY_MS;
  if (before <= sealedBefore) return;
  sealedBefore = before;
  tail = tail
    .then(() => gate.pass(() => sealBefore(database, gate, files.archive, before)))
    .catch((error: unknown) => {
      sealedBefore = 0;
      say({
        type: "told",
        message: `days before ${new Date(before).toISOString()} not sealed: ${said(error)}`,
      });
    });
};

const append = (first: Append): void => {
  let batches = 0;
  let next: ToWorker | undefined = first;
  while (next?.type === "append") {
    database.append(next);
    batches += 1;
    next =
      batches < TOGETHER
        ? (receiveMessageOnPort(port) as { message: ToWorker } | undefined)?.message
        : undefined;
  }
  database.commit();
  say({ type: "appended", batches });
  sealFinishedDays();
  if (next !== undefined) take(next);
};

/** Ends the thread on failure, once nothing is under way. Until then it takes no more: later batches must not overtake. */
const attempt = (message: Append): void => {
  try {
    append(message);
  } catch (error) {
    failed = true;
    void tail.finally(() => {
      // Outside of the promise, so that the owner hears of it as the worker's error.
      setImmediate(() => {
        throw error;
      });
    });
  }
};

const answer = async (query: Query): Promise<number> => {
  let count = 0;
  for await (const page of database.pages(query)) {
    count += page.rows;
    say({ type: "page", query: query.query, buffer: page.buffer, rows: page.rows });
    if (gate.closed) break;
  }
  return count;
};

const take = (message: ToWorker): void => {
  switch (message.type) {
    case "append":
      if (!failed) attempt(message);
      break;
    case "query":
      later(message.query, () => answer(message));
      break;
    case "seal":
      later(message.query, () => sealBefore(database, gate, files.archive, message.before));
      break;
    case "close":
      void tail.finally(() => {
        database.close();
        port.close();
      });
  }
};

port.on("message", take);
say({ type: "ready", names: database.names });
sealFinishedDays();

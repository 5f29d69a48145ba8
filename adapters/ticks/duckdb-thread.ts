/**
 * The storage worker seen from the main thread: what was sent and is not yet on disk, what was asked and is not
 * yet answered, and the worker's life. It is replaced when it dies, after 100 ms that double up to 5 s.
 */
import { Worker } from "node:worker_threads";
import type { Candle } from "../../domain/market/candle.ts";
import type { Trade } from "../../domain/market/tick.ts";
import { batchOf, type Batch, type CandleColumns, type TradeColumns } from "./columns.ts";
import { Gate } from "./duckdb-gate.ts";
import type { DuckdbFiles, FromWorker, Query, Start, ToWorker } from "./duckdb-messages.ts";
import { Questions, StorageFailed } from "./duckdb-questions.ts";

// The worker runs as TypeScript beside this file in development and as JavaScript after a build.
const worker = new URL(
  `./duckdb-worker${import.meta.url.slice(import.meta.url.lastIndexOf("."))}`,
  import.meta.url,
);

const PAUSE_MS = 100;
const PAUSE_MS_MAX = 5_000;
/** Failures in a row after which a waiting `flush` is told; the rows stay queued. */
const FAILURES_TOLD = 5;
/** How long an exit of the process waits for a question or a seal under way. */
const LEAVE_MS = 5_000;
/** Emptied batches kept for reuse. */
const SPARE = 16;

interface Waiter {
  /** Batches sent in all when it began to wait. */
  readonly upTo: number;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

export class StorageThread {
  /** Rows sent and not yet on disk. */
  rows = 0;
  written = 0;
  closed = false;
  readonly #files: DuckdbFiles;
  readonly #onError: (error: Error) => void;
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #unacked: Batch[] = [];
  readonly #spare: Batch[] = [];
  readonly #questions = new Questions();
  #waiters: Waiter[] = [];
  #worker: Worker | undefined;
  #gate: Gate | undefined;
  #ready = false;
  /** How many names the worker that lives now knows. */
  #named = 0;
  #sent = 0;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(files: DuckdbFiles, onError: (error: Error) => void) {
    this.#files = files;
    this.#onError = onError;
  }

  /** Resolves when the first worker has opened the file; rejects with its reason when it cannot. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => this.#launch(resolve, reject));
  }

  number(instrument: string): number {
    let number = this.#numbers.get(instrument);
    if (number === undefined) {
      number = this.#names.push(instrument) - 1;
      this.#numbers.set(instrument, number);
    }
    return number;
  }

  batch(table: "trade"): TradeColumns;
  batch(table: "candle"): CandleColumns;
  batch(table: Batch["table"]): Batch {
    const at = this.#spare.findIndex((batch) => batch.table === table);
    const batch = at < 0 ? batchOf(table) : this.#spare.splice(at, 1)[0]!;
    batch.rows = 0;
    return batch;
  }

  append(batch: Batch): void {
    this.rows += batch.rows;
    this.#sent += 1;
    this.#unacked.push(batch);
    if (this.#ready) this.#post(batch);
  }

  flushed(): Promise<void> {
    if (this.#unacked.length === 0) return Promise.resolve();
    return new Promise((done, failed) => this.#waiters.push({ upTo: this.#sent, done, failed }));
  }

  async read<Row extends Trade | Candle>(
    query: Omit<Query, "type" | "query" | "instrument">,
  ): Promise<Row[]> {
    const instrument = this.#numbers.get(query.name);
    if (instrument === undefined || query.limit <= 0) return [];
    const rows: Row[] = [];
    await this.#ask((number) => ({ ...query, type: "query", query: number, instrument }), query.table, rows);
    return rows;
  }

  seal(before: number): Promise<number> {
    return this.#ask((query) => ({ type: "seal", query, before }));
  }

  /** Waits for what is queued, at most `withinMs`, and ends the worker. Returns the rows that did not reach the disk. */
  async close(withinMs: number): Promise<number> {
    if (this.closed) return 0;
    this.closed = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, withinMs)));
    await Promise.race([this.flushed().catch(() => undefined), late]);
    clearTimeout(timer);
    clearTimeout(this.#retry);
    const { rows } = this;
    this.rows = 0;
    this.#fail(new StorageFailed("the tick store was closed"), true);
    const last = this.#worker;
    if (last === undefined) return rows;
    const gone = new Promise((resolve) => last.once("exit", resolve));
    last.postMessage({ type: "close" } satisfies ToWorker);
    const stuck = setTimeout(() => {
      this.#gate?.close(LEAVE_MS);
      void last.terminate();
    }, withinMs);
    await gone;
    clearTimeout(stuck);
    return rows;
  }

  #launch(started?: () => void, refused?: (error: Error) => void): void {
    const gate = (this.#gate = new Gate());
    const start: Start = { files: this.#files, gate: gate.buffer };
    const launched = new Worker(worker, { workerData: start });
    this.#worker = launched;
    const leave = (): void => gate.close(LEAVE_MS);
    process.once("exit", leave);
    let reason: Error | undefined;
    launched.on("error", (error: unknown) => (reason = error as Error));
    launched.on("message", (message: FromWorker) => {
      if (message.type === "ready") started?.();
      this.#hear(message);
    });
    launched.once("exit", (code) => {
      process.off("exit", leave);
      const opened = this.#ready;
      this.#worker = undefined;
      this.#ready = false;
      const why = reason?.message ?? `exit code ${code}`;
      const failure = new StorageFailed(`the storage worker died: ${why}; ${this.rows} rows wait`);
      if (this.closed) {
        this.#fail(failure, true);
        return;
      }
      if (!opened && refused !== undefined) {
        refused(failure);
        return;
      }
      this.#failures += 1;
      this.#onError(failure);
      this.#fail(failure, this.#failures >= FAILURES_TOLD);
      const pauseMs = Math.min(PAUSE_MS * 2 ** (this.#failures - 1), PAUSE_MS_MAX);
      this.#retry = setTimeout(() => this.#launch(), pauseMs);
    });
  }

  #post(batch: Batch): void {
    const { table, buffer, rows } = batch;
    const names = this.#names.slice(this.#named);
    this.#named = this.#names.length;
    this.#worker?.postMessage({ type: "append", table, buffer, rows, names } satisfies ToWorker);
  }

  #ask(
    message: (query: number) => ToWorker,
    table: Batch["table"] = "trade",
    rows: (Trade | Candle)[] = [],
  ): Promise<number> {
    if (this.closed || !this.#ready)
      return Promise.reject(new StorageFailed("the storage worker is not running"));
    return this.#questions.ask((query) => this.#worker?.postMessage(message(query)), table, rows);
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case "ready":
        this.#begin(message.names);
        break;
      case "appended":
        this.#acknowledge(message.batches);
        break;
      case "told":
        this.#onError(new Error(message.message));
        break;
      default:
        this.#questions.hear(message);
    }
  }

  /** A worker has the file open. Numbers are given out in order and never taken back, so its names are a prefix of ours. */
  #begin(names: readonly string[]): void {
    for (const name of names) this.number(name);
    this.#named = names.length;
    this.#ready = true;
    for (const batch of this.#unacked) this.#post(batch);
  }

  #acknowledge(batches: number): void {
    this.#failures = 0;
    for (const batch of this.#unacked.splice(0, batches)) {
      this.rows -= batch.rows;
      this.written += batch.rows;
      if (this.#spare.length < SPARE) this.#spare.push(batch);
    }
    const onDisk = this.#sent - this.#unacked.length;
    const waiting = this.#waiters;
    this.#waiters = waiting.filter((waiter) => waiter.upTo > onDisk);
    for (const waiter of waiting) if (waiter.upTo <= onDisk) waiter.done();
  }

  /** Nobody will answer what was asked of the dead worker; who waits for the disk goes on waiting unless `give up`. */
  #fail(error: Error, giveUp: boolean): void {
    this.#questions.fail(error);
    if (!giveUp) return;
    for (const waiter of this.#waiters) waiter.failed(error);
    this.#waiters = [];
  }
}

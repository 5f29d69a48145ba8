/**
 * The queue of an event-sourced actor: each turn takes all that waits, up to 256 items, in arrival order. Group commit
 * never waits: a batch forms while the last one flushes. In lock-step a turn begins only when the gate is opened
 * (mixins/activity.ts), so that batches are the same in each run.
 */
import { Activity, type Gate } from "./activity.ts";
import { Fifo } from "./fifo.ts";
import type { Gauges } from "./mailbox.ts";

export interface DrainOptions<T> {
  /** Orders gates in lock-step; unique in the process. */
  readonly name: string;
  /** One turn; must not reject. */
  readonly work: (batch: readonly T[]) => Promise<void>;
  readonly batchMax?: number;
  readonly depthMax?: number;
  readonly activity?: Activity;
}

export class DrainMailbox<T> implements Gauges, Gate {
  readonly name: string;
  readonly depthMax: number;
  depth = 0;
  processed = 0;
  refused = 0;
  failed = 0;
  activity: Activity;
  readonly #work: (batch: readonly T[]) => Promise<void>;
  readonly #batchMax: number;
  readonly #queue = new Fifo<T>();
  #running = false;
  #emptied: (() => void)[] = [];

  constructor(options: DrainOptions<T>) {
    this.name = options.name;
    this.depthMax = options.depthMax ?? 10_000;
    this.activity = options.activity ?? new Activity();
    this.#work = options.work;
    this.#batchMax = options.batchMax ?? 256;
  }

  /** False when there is no room. */
  push(item: T): boolean {
    if (this.depth >= this.depthMax) {
      this.refused += 1;
      return false;
    }
    this.depth += 1;
    this.#queue.push(item);
    this.activity.begin();
    if (this.activity.lockStep) this.activity.wait(this);
    else if (!this.#running) this.#start();
    return true;
  }

  open(): void {
    if (!this.#running) this.#start();
  }

  drained(): Promise<void> {
    return this.depth === 0 ? Promise.resolve() : new Promise((resolve) => this.#emptied.push(resolve));
  }

  /** The turn begins after the running code, so that a burst makes one batch. */
  #start(): void {
    this.#running = true;
    queueMicrotask(() => void this.#turns());
  }

  async #turns(): Promise<void> {
    do {
      const batch = this.#queue.take(this.#batchMax);
      if (this.activity.lockStep) this.activity.passed(this, batch.length, this.#queue.size);
      await this.activity.turn(this.#work, batch);
      this.depth -= batch.length;
      this.processed += batch.length;
      this.activity.end(batch.length);
    } while (this.#queue.size > 0 && !this.activity.lockStep);
    this.#running = false;
    if (this.depth > 0 || this.#emptied.length === 0) return;
    const emptied = this.#emptied;
    this.#emptied = [];
    for (const tell of emptied) tell();
  }
}

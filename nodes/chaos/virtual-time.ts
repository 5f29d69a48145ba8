/**
 * Time as the simulated cluster knows it: a queue of events in order of their moment, ties in order of their making.
 * Between two events everything that can run runs to its end (the microtasks), so that a run is a function of its seed.
 */
import type { Clock } from "../../adapters/clock/clock.ts";
import type { Timestamp } from "../../domain/values/values.ts";

interface Due {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

const before = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A tick callback runs once no microtask is left, those that microtasks have made included. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

export class VirtualTime {
  /** ms since the beginning of the run. */
  now = 0;
  /** Events run so far. */
  events = 0;
  /** Of the world outside of all machines. */
  readonly clock: Clock = {
    now: () => Math.floor(this.now) as Timestamp,
    monotonic: () => this.now,
    after: (ms, run) => this.after(ms, run),
  };
  readonly #heap: Due[] = [];
  #order = 0;

  /** Runs at the moment `at`, not before now. Returns a cancel. */
  schedule(at: number, run: () => void): () => void {
    const due: Due = { at: Math.max(this.now, at), order: (this.#order += 1), run };
    this.#push(due);
    return () => (due.run = undefined);
  }

  after(ms: number, run: () => void): () => void {
    return this.schedule(this.now + ms, run);
  }

  /** Until the moment `until`, or until `done` holds after an event. */
  async run(until: number, done: () => boolean = () => false): Promise<void> {
    await settled();
    for (let due = this.#heap[0]; due !== undefined && due.at <= until && !done(); due = this.#heap[0]) {
      this.#pop();
      if (due.run === undefined) continue;
      this.now = due.at;
      this.events += 1;
      due.run();
      await settled();
    }
    if (!done()) this.now = Math.max(this.now, until);
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let k = heap.push(due) - 1;
    while (k > 0) {
      const parent = (k - 1) >> 1;
      if (!before(due, heap[parent]!)) break;
      heap[k] = heap[parent]!;
      k = parent;
    }
    heap[k] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let k = 0;
    for (;;) {
      let child = 2 * k + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[k] = heap[child]!;
      k = child;
    }
    heap[k] = last;
  }
}

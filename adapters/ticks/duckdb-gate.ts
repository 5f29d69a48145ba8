/**
 * Keeps a thread from ending under an asynchronous call of DuckDB: the call's completion would find no JavaScript to
 * run and abort the whole process. The worker counts what is under way in shared memory; before the process exits
 * or the worker is ended, the main thread closes the gate and waits until it is empty.
 */
const [UNDER_WAY, CLOSED] = [0, 1];

export class Gate {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(buffer = new SharedArrayBuffer(8)) {
    this.buffer = buffer;
    this.#cells = new Int32Array(buffer);
  }

  /** Long work looks here between its steps and ends early. */
  get closed(): boolean {
    return Atomics.load(this.#cells, CLOSED) === 1;
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    Atomics.add(this.#cells, UNDER_WAY, 1);
    try {
      if (this.closed) throw new Error("the storage worker is being ended");
      return await work();
    } finally {
      Atomics.sub(this.#cells, UNDER_WAY, 1);
      Atomics.notify(this.#cells, UNDER_WAY);
    }
  }

  /** Lets nothing more in and blocks until all are out, at most `withinMs`. */
  close(withinMs: number): void {
    Atomics.store(this.#cells, CLOSED, 1);
    const end = performance.now() + withinMs;
    for (;;) {
      const underWay = Atomics.load(this.#cells, UNDER_WAY);
      const leftMs = end - performance.now();
      if (underWay === 0 || leftMs <= 0) return;
      Atomics.wait(this.#cells, UNDER_WAY, underWay, leftMs);
    }
  }
}

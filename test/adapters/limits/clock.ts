/** Time moved by hand: what is due runs in its order while `pass` goes on. */
import type { Clock } from "../../../adapters/clock/clock.ts";
import type { Timestamp } from "../../../domain/values/values.ts";

export class HandClock implements Clock {
  #time: number;
  #due: { readonly at: number; readonly run: () => void }[] = [];

  constructor(time: number) {
    this.#time = time;
  }

  now(): Timestamp {
    return this.#time as Timestamp;
  }

  monotonic(): number {
    return this.#time;
  }

  after(ms: number, run: () => void): () => void {
    const one = { at: this.#time + ms, run };
    this.#due.push(one);
    return () => void (this.#due = this.#due.filter((other) => other !== one));
  }

  async pass(ms: number): Promise<void> {
    const end = this.#time + ms;
    for (;;) {
      await settled();
      const next = this.#due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((other) => other !== next);
      this.#time = Math.max(this.#time, next.at);
      next.run();
    }
    this.#time = end;
    await settled();
  }
}

/** Whatever can run without time passing has run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

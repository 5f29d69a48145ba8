/** Every answer of the venue tells what is used: one correction of a budget at a time, then the newest that came meanwhile. */
import type { Budget } from "./limits.ts";

interface Told {
  readonly budget: Budget;
  readonly used: number;
  readonly since: number;
}

export class Corrections {
  readonly #correct: (budget: Budget, used: number, since: number) => Promise<void>;
  /** Undefined: one is under way and none waits. */
  readonly #waiting = new Map<string, Told | undefined>();

  /** `correct` must not reject. */
  constructor(correct: (budget: Budget, used: number, since: number) => Promise<void>) {
    this.#correct = correct;
  }

  hear(budget: Budget, used: number, since: number): void {
    const { key } = budget;
    const waiting = this.#waiting.get(key);
    if (this.#waiting.has(key)) {
      if (waiting === undefined || since > waiting.since || used > waiting.used)
        this.#waiting.set(key, { budget, used, since });
      return;
    }
    this.#waiting.set(key, undefined);
    void this.#correct(budget, used, since).finally(() => {
      const next = this.#waiting.get(key);
      this.#waiting.delete(key);
      if (next !== undefined) this.hear(next.budget, next.used, next.since);
    });
  }
}

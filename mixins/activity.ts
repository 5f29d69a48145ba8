/**
 * How much work one process has that could run: turns, requests in flight, deliveries under way.
 * Whoever starts such work calls `begin`, whoever ends it `end`: plain counters, so they cost nothing.
 * In lock-step (a replay at full speed) event-sourced actors wait at a gate: their turn begins only when
 * everything else is idle and the driver opens it, so that two runs form the same batches. Work that waits for
 * another actor's answer cannot run; only in lock-step the asynchronous context tells who waits (`turn`, `waits`).
 */
import { AsyncLocalStorage } from "node:async_hooks";

export interface Gate {
  readonly name: string;
  /** Begins one turn with what waits, now. */
  open(): void;
}

interface Turn {
  /** Answers it waits for. */
  waiting: number;
  over: boolean;
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";

export class Activity {
  /** Work begun and not ended, what waits at gates included. */
  busy = 0;
  /** Of that, what waits at gates, and what waits for the answer of another actor. */
  gated = 0;
  blocked = 0;
  /** What outboxes hold. */
  outbox = 0;
  /** Of that, what has been tried many times. */
  stuck = 0;
  /** News of accounts that found no room and is asked for again. */
  deferred = 0;
  /** Set once before the start, by the lock-step driver. */
  lockStep = false;
  readonly #turns = new AsyncLocalStorage<Turn | undefined>();
  readonly #gates = new Map<string, Gate>();
  readonly #watchers = new Set<() => void>();

  begin(count = 1): void {
    this.busy += count;
  }

  end(count = 1): void {
    this.busy -= count;
    this.#changed();
  }

  /** Runs one piece of begun work, so that `waits` inside of it counts it as blocked. */
  turn<I, O>(handle: (input: I) => O, input: I): O {
    if (!this.lockStep) return handle(input);
    const turn: Turn = { waiting: 0, over: false };
    const over = (): void => {
      turn.over = true;
      if (turn.waiting > 0) this.blocked -= 1;
    };
    try {
      const outcome = this.#turns.run(turn, handle, input);
      if (isThenable(outcome)) outcome.then(over, over);
      else over();
      return outcome;
    } catch (error) {
      over();
      throw error;
    }
  }

  /** The work that asked, if it is known, cannot run before this answer. */
  waits<T>(answer: Promise<T>): Promise<T> {
    const turn = this.lockStep ? this.#turns.getStore() : undefined;
    if (turn === undefined || turn.over) return answer;
    turn.waiting += 1;
    if (turn.waiting === 1) this.blocked += 1;
    const answered = (): void => {
      turn.waiting -= 1;
      if (turn.waiting === 0 && !turn.over) this.blocked -= 1;
    };
    answer.then(answered, answered);
    this.#changed();
    return answer;
  }

  /** An item arrived at a gate; counted by `begin` too. */
  wait(gate: Gate): void {
    this.gated += 1;
    this.#gates.set(gate.name, gate);
    this.#changed();
  }

  /** Opens the first gate by name (one at a time: the order of effects between actors is part of the replay). */
  openGate(): boolean {
    let first: Gate | undefined;
    for (const gate of this.#gates.values()) if (first === undefined || gate.name < first.name) first = gate;
    if (first === undefined) return false;
    this.#gates.delete(first.name);
    first.open();
    return true;
  }

  /** Called by an opened gate: `count` items go, `left` stay for another turn. */
  passed(gate: Gate, count: number, left: number): void {
    this.gated -= count;
    if (left > 0) this.#gates.set(gate.name, gate);
  }

  /** Resolves when nothing runs and nothing waits at a gate. */
  async idle(): Promise<void> {
    await this.#until(() => this.busy === 0);
  }

  /** Resolves when whatever is left waits at a gate, or for what waits there. */
  async quiet(): Promise<void> {
    await this.#until(() => this.busy === this.gated + this.blocked);
  }

  /** Lock-step: lets everything run, gate by gate, until nothing is left. */
  async settle(): Promise<void> {
    do await this.quiet();
    while (this.openGate());
  }

  async #until(holds: () => boolean): Promise<void> {
    for (let confirmed = 0; confirmed < 2;) {
      while (!holds()) {
        confirmed = 0;
        await new Promise<void>((resolve) => this.#watchers.add(resolve));
      }
      await new Promise((resolve) => setImmediate(resolve));
      confirmed = holds() ? confirmed + 1 : 0;
    }
  }

  #changed(): void {
    if (this.#watchers.size === 0 || this.busy > this.gated + this.blocked) return;
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const wake of watchers) wake();
  }
}

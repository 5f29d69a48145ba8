/**
 * How much work one process has that could run: mailbox items, requests in flight, outbox items not yet taken.
 * Whoever starts such work calls `begin`, whoever ends it `end`: plain counters, so they cost nothing.
 * In lock-step (a replay at full speed) event-sourced actors wait at a gate: their turn begins only when
 * everything else is idle and the driver opens it, so that two runs form the same batches.
 */
export interface Gate {
  readonly name: string;
  /** Begins one turn with what waits, now. */
  open(): void;
}

export class Activity {
  /** Work begun and not ended, what waits at gates included. */
  busy = 0;
  /** Of that, what waits at gates. */
  gated = 0;
  /** Set once before the start, by the lock-step driver. */
  lockStep = false;
  readonly #gates = new Map<string, Gate>();
  readonly #watchers = new Set<() => void>();

  begin(count = 1): void {
    this.busy += count;
  }

  end(count = 1): void {
    this.busy -= count;
    if (this.#watchers.size > 0 && this.busy <= this.gated) this.#wake();
  }

  /** An item arrived at a gate; counted by `begin` too. */
  wait(gate: Gate): void {
    this.gated += 1;
    this.#gates.set(gate.name, gate);
    if (this.#watchers.size > 0 && this.busy <= this.gated) this.#wake();
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

  /** Resolves when whatever is left waits at a gate. */
  async quiet(): Promise<void> {
    await this.#until(() => this.busy === this.gated);
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

  #wake(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const wake of watchers) wake();
  }
}

/**
 * One simulated machine with one process of the engine on it. All that wakes the process (timers, answers, messages)
 * comes through `wake`: after a crash nothing does, so its pending promises never settle and its code never goes on,
 * whatever it was waiting for. A frozen one (SIGSTOP) gets everything late, in order.
 */
import type { Clock } from "../../adapters/clock/clock.ts";
import type { Timestamp } from "../../domain/values/values.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Where the wall clocks begin. */
export const EPOCH_MS = 1_700_000_000_000;

export class Machine {
  /** Another one for each life, the name of the host stays. */
  readonly life: number;
  readonly host: string;
  readonly clock: Clock;
  alive = true;
  frozenUntil = 0;
  /** Of its wall clock against the venue's. */
  skewMs: number;
  readonly #time: VirtualTime;
  readonly #waiting: (() => void)[] = [];

  constructor(time: VirtualTime, host: string, life: number, skewMs: number) {
    this.#time = time;
    this.host = host;
    this.life = life;
    this.skewMs = skewMs;
    this.clock = {
      now: () => (EPOCH_MS + Math.floor(time.now) + this.skewMs) as Timestamp,
      monotonic: () => time.now,
      after: (ms, run) => this.wake(ms, run),
    };
  }

  /** Runs in the process after `ms`, unless it is dead by then. Returns a cancel. */
  wake(ms: number, run: () => void): () => void {
    const due = { run: run as (() => void) | undefined };
    this.#time.after(ms, () => this.hand(() => due.run?.()));
    return () => (due.run = undefined);
  }

  /** Something has arrived: it runs now, when a frozen process thaws, or never. */
  hand(run: () => void): void {
    if (!this.alive) return;
    if (this.frozenUntil <= this.#time.now && this.#waiting.length === 0) run();
    else if (this.#waiting.push(run) === 1) this.#thawAt(this.frozenUntil);
  }

  /** One after the other, in the order in which they came, however often it was frozen meanwhile. */
  #thawAt(at: number): void {
    this.#time.schedule(Math.max(at, this.#time.now), () => {
      if (!this.alive) return;
      if (this.frozenUntil <= this.#time.now) this.#waiting.shift()?.();
      if (this.#waiting.length > 0) this.#thawAt(this.frozenUntil);
    });
  }
}

/** One call to come, at the latest moment that was set or the earliest that was asked for. */
import type { Clock } from "../adapters/clock/clock.ts";

export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #due = Infinity;
  #cancel = (): void => undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** In place of what was set before. */
  set(ms: number): void {
    this.off();
    this.#due = this.#clock.monotonic() + ms;
    this.#cancel = this.#clock.after(ms, () => {
      this.#due = Infinity;
      this.#ring();
    });
  }

  /** Then, unless it rings earlier anyway. */
  atLatest(ms: number): void {
    if (this.#clock.monotonic() + ms < this.#due) this.set(ms);
  }

  off(): void {
    this.#cancel();
    this.#due = Infinity;
  }
}

/** One by key. */
export class Alarms {
  readonly #clock: Clock;
  readonly #set = new Map<string, Alarm>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** In place of what was set before under that key; false, since what is put off has not happened. */
  at(key: string, ms: number, ring: () => void): false {
    this.#set.get(key)?.off();
    const alarm = new Alarm(this.#clock, () => {
      this.#set.delete(key);
      ring();
    });
    this.#set.set(key, alarm);
    alarm.set(Math.max(10, ms));
    return false;
  }

  off(): void {
    for (const alarm of this.#set.values()) alarm.off();
    this.#set.clear();
  }
}

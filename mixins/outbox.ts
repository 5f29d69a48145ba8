/**
 * Delivers at least once, outside of the turn that decided it: a turn must never wait for an actor that may answer
 * back. Each item is sent until its receiver takes it, pausing longer each time with full jitter (Brooker, 2015: a
 * random part of min(cap, base * 2^n)); receivers ignore what they have seen. `attempt` tells a first try (1) from
 * one that was maybe sent before. Items of one key keep their order; different keys go in parallel.
 * Memory is bounded: `post` takes what fits and returns how many; the rest stays the caller's. What the receiver refuses
 * as malformed is given up, and its line goes on; what was only not taken never is.
 */
import type { Clock } from "../adapters/clock/clock.ts";
import type { Activity } from "./activity.ts";
import { isBroken, isMalformed } from "./dead-letter.ts";
import { Fifo } from "./fifo.ts";

export interface OutboxOptions<T> {
  readonly send: (item: T, attempt: number) => Promise<unknown>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly chance: () => number;
  /** Items of equal key are delivered one after the other; without it every item goes by itself. */
  readonly key?: (item: T) => string;
  /** A failure that no repetition can cure ends the item; default: malformed input. `broke`: how often its receiver threw, this time included. */
  readonly hopeless?: (error: unknown, item: T, attempt: number, broke: number) => boolean;
  readonly onHopeless?: (item: T, error: unknown, attempt: number) => void;
  /** Told once of an item that is still not taken after `stuckAfter` attempts; it is tried on. */
  readonly onStuck?: (item: T, error: unknown) => void;
  readonly stuckAfter?: number;
  readonly pauseMs?: number;
  readonly pauseMaxMs?: number;
  readonly depthMax?: number;
  readonly activity?: Activity;
}

const STUCK_AFTER = 10;

interface Held<T> {
  readonly item: T;
  readonly attempt: number;
}

export class Outbox<T> {
  /** Posted and not yet taken by the receiver. */
  depth = 0;
  delivered = 0;
  retried = 0;
  hopeless = 0;
  /** Heads of lines that are tried on after many attempts. */
  stuck = 0;
  readonly depthMax: number;
  readonly #options: OutboxOptions<T>;
  readonly #lines = new Map<string, Fifo<Held<T>>>();
  readonly #pauses = new Set<() => void>();
  #unique = 0;
  #stopped = false;
  #emptied: (() => void)[] = [];

  constructor(options: OutboxOptions<T>) {
    this.#options = options;
    this.depthMax = options.depthMax ?? 100_000;
  }

  /** How many of the items were taken, from the first on. `attempt` 2 says that they may have been sent before. */
  post(items: readonly T[], attempt = 1): number {
    let taken = 0;
    for (const item of items) {
      if (this.#stopped || this.depth >= this.depthMax) break;
      taken += 1;
      this.depth += 1;
      this.#hold(1);
      const key = this.#options.key?.(item);
      const line = key === undefined ? undefined : this.#lines.get(key);
      if (line !== undefined) line.push({ item, attempt });
      else void this.#deliver(key ?? `#${(this.#unique += 1)}`, { item, attempt });
    }
    return taken;
  }

  /** Waits until all is delivered or `graceMs` have passed. */
  async emptied(graceMs: number): Promise<void> {
    if (this.depth === 0) return;
    let cancel = (): void => undefined;
    const over = new Promise<void>((resolve) => (cancel = this.#options.clock.after(graceMs, resolve)));
    await Promise.race([over, new Promise<void>((resolve) => this.#emptied.push(resolve))]);
    cancel();
  }

  /** Tries on until all is delivered or `graceMs` have passed; returns how many items are left undelivered. */
  async stop(graceMs = 5_000): Promise<number> {
    await this.emptied(graceMs);
    this.#hold(-this.depth);
    this.#stopped = true;
    for (const wake of this.#pauses) wake();
    return this.depth;
  }

  async #deliver(key: string, first: Held<T>): Promise<void> {
    const line = new Fifo<Held<T>>();
    this.#lines.set(key, line);
    this.#options.activity?.begin(); // For the line: only its head can run.
    for (let held: Held<T> | undefined = first; held !== undefined; held = line.shift()) {
      if (!(await this.#send(held))) break;
      this.#taken();
    }
    this.#lines.delete(key);
    this.#options.activity?.end();
  }

  /** Until it is taken or hopeless; false when the outbox stopped before. */
  async #send(held: Held<T>): Promise<boolean> {
    const stuck = { is: false };
    try {
      return await this.#tryOn(held, stuck);
    } finally {
      if (stuck.is) this.#stick(-1);
    }
  }

  async #tryOn({ item, attempt: first }: Held<T>, stuck: { is: boolean }): Promise<boolean> {
    const { send, hopeless, onHopeless, onStuck, stuckAfter = STUCK_AFTER } = this.#options;
    const { pauseMs, pauseMaxMs, chance, activity } = this.#options;
    let capMs = pauseMs ?? 50;
    let broke = 0;
    for (let attempt = first; !this.#stopped; attempt += 1) {
      try {
        await (activity === undefined
          ? send(item, attempt)
          : activity.turn(() => send(item, attempt), undefined));
        this.delivered += 1;
        return true;
      } catch (error) {
        if (isBroken(error)) broke += 1;
        if ((hopeless ?? isMalformed)(error, item, attempt, broke)) {
          this.hopeless += 1;
          onHopeless?.(item, error, attempt);
          return true;
        }
        this.retried += 1;
        if (!stuck.is && attempt - first + 1 >= stuckAfter) {
          stuck.is = true;
          this.#stick(1);
          onStuck?.(item, error);
        }
      }
      await this.#pause(chance() * capMs);
      capMs = Math.min(pauseMaxMs ?? 5_000, capMs * 2);
    }
    return false;
  }

  #pause(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#pauses.delete(wake);
        resolve();
      };
      const cancel = this.#options.clock.after(ms, wake);
      this.#pauses.add(wake);
    });
  }

  #stick(count: number): void {
    this.stuck += count;
    if (this.#options.activity !== undefined) this.#options.activity.stuck += count;
  }

  #hold(count: number): void {
    const { activity } = this.#options;
    if (activity !== undefined && !this.#stopped) activity.outbox += count;
  }

  #taken(): void {
    this.#hold(-1);
    this.depth -= 1;
    if (this.depth > 0) return;
    const emptied = this.#emptied;
    this.#emptied = [];
    for (const tell of emptied) tell();
  }
}

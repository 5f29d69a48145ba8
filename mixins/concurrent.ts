/**
 * A door instead of a mailbox, for an actor whose asks wait for the outside and do not share state (an account's
 * orders): they run side by side, bounded, counted like a mailbox. Handed to `defineActor` as `sourced`.
 */
import type { Clock } from "../adapters/clock/clock.ts";
import { mailboxFull } from "../contracts/failure.ts";
import type { Activity } from "./activity.ts";
import type { Sourced } from "./actor.ts";
import type { Gauges } from "./mailbox.ts";

export interface ConcurrentOptions {
  readonly activity: Activity;
  readonly depthMax?: number;
  /** How long a stop waits for what is under way; without it to the end. */
  readonly grace?: { readonly clock: Clock; ms(): number };
}

export class Concurrent implements Sourced {
  readonly mailbox: { -readonly [K in keyof Gauges]: Gauges[K] };
  readonly #options: ConcurrentOptions;
  #emptied: (() => void)[] = [];

  constructor(options: ConcurrentOptions) {
    this.#options = options;
    this.mailbox = { depth: 0, depthMax: options.depthMax ?? 10_000, processed: 0, refused: 0, failed: 0 };
  }

  /** Rejects with `MailboxFull` (503, retryable) when too many are under way. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { mailbox } = this;
    if (mailbox.depth >= mailbox.depthMax) {
      mailbox.refused += 1;
      throw mailboxFull(mailbox.depth);
    }
    mailbox.depth += 1;
    this.#options.activity.begin();
    try {
      return await this.#options.activity.turn(work, undefined);
    } catch (error) {
      mailbox.failed += 1;
      throw error;
    } finally {
      mailbox.depth -= 1;
      mailbox.processed += 1;
      this.#options.activity.end();
      if (mailbox.depth === 0) for (const tell of this.#emptied.splice(0)) tell();
    }
  }

  recover(): Promise<void> {
    return Promise.resolve();
  }

  onLost(): void {
    // There is no state that could be lost.
  }

  /** What is still under way after that is left behind: it may wait for an outside that does not answer. */
  async stop(): Promise<void> {
    if (this.mailbox.depth === 0) return;
    const emptied = new Promise<void>((resolve) => this.#emptied.push(resolve));
    const { grace } = this.#options;
    if (grace === undefined) return emptied;
    let cancel = (): void => undefined;
    const over = new Promise<void>((resolve) => (cancel = grace.clock.after(grace.ms(), resolve)));
    await Promise.race([over, emptied]);
    cancel();
  }
}

/**
 * A door instead of a mailbox, for an actor whose asks wait for the outside and do not share state (an account's
 * orders): they run side by side, bounded, counted like a mailbox. Handed to `defineActor` as `sourced`.
 */
import { mailboxFull } from "../contracts/failure.ts";
import type { Activity } from "./activity.ts";
import type { Sourced } from "./actor.ts";
import type { Gauges } from "./mailbox.ts";

export class Concurrent implements Sourced {
  readonly mailbox: { -readonly [K in keyof Gauges]: Gauges[K] };
  readonly #activity: Activity;
  #emptied: (() => void)[] = [];

  constructor(options: { readonly activity: Activity; readonly depthMax?: number }) {
    this.#activity = options.activity;
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
    this.#activity.begin();
    try {
      return await this.#activity.turn(work, undefined);
    } catch (error) {
      mailbox.failed += 1;
      throw error;
    } finally {
      mailbox.depth -= 1;
      mailbox.processed += 1;
      this.#activity.end();
      if (mailbox.depth === 0) for (const tell of this.#emptied.splice(0)) tell();
    }
  }

  recover(): Promise<void> {
    return Promise.resolve();
  }

  onLost(): void {
    // There is no state that could be lost.
  }

  stop(): Promise<void> {
    return this.mailbox.depth === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#emptied.push(resolve));
  }
}

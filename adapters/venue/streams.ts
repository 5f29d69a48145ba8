/**
 * Subscriptions of one ccxt instance kept standing: subscribed, heard, and after a loss subscribed again with full
 * jitter. A subscription stands once its socket has said anything at all. Refused keys end it for good.
 */
import type { Exchange, Client } from "./ccxt-words.ts";
import { fullJitterMs } from "./guard.ts";
import type { Link } from "./link.ts";
import { kinds } from "./outcome.ts";
import { drop, sockets, tap, type Ears } from "./tap.ts";

const BACKOFF_MS = 250;
const BACKOFF_MAX_MS = 15_000;

export class Streams {
  reconnects = 0;
  /** Arrival time of the last frame on our clock; 0 before the first. */
  lastAt = 0;
  private readonly link: Link;
  private readonly exchange: Exchange;
  private readonly resumed: () => void;
  private readonly subscriptions: (() => Promise<unknown>)[] = [];
  private heard = new WeakSet<Client>();
  private waiting: { readonly stand: () => void; readonly fail: (error: Error) => void }[] = [];
  private attempts = 0;
  /** From a loss until they stand again. */
  lost = false;
  private retry: (() => void) | undefined;
  private closed = false;

  /** `resumed` runs when the streams stand again after a loss. */
  constructor(
    link: Link,
    exchange: Exchange,
    ears: Omit<Ears, "heard" | "frame" | "opened" | "failed" | "down">,
    after: {
      readonly heard?: (message: unknown) => void;
      readonly frame?: (message: unknown) => void;
      readonly resumed: () => void;
    },
  ) {
    this.link = link;
    this.exchange = exchange;
    this.resumed = after.resumed;
    tap(exchange, {
      ...ears,
      ...(after.heard && { heard: after.heard }),
      frame: (client, message) => {
        after.frame?.(message);
        this.frame(client);
      },
      // A private socket of futures says nothing until something happens.
      opened: (client) => {
        if (/[?&/]listen/i.test(client.url)) this.frame(client);
      },
      failed: (error) => link.tell(error),
      down: (error) => this.down(error),
    });
  }

  /** Resolves once all sockets have been heard. Rejects when the venue refuses our keys. */
  add(subscriptions: readonly (() => Promise<unknown>)[]): Promise<void> {
    this.subscriptions.push(...subscriptions);
    const standing = new Promise<void>((stand, fail) => this.waiting.push({ stand, fail }));
    this.subscribe(subscriptions);
    return standing;
  }

  /** For a stream that is open and silent. */
  restart(reason: string): void {
    if (this.closed || this.retry !== undefined) return;
    drop(this.exchange, reason);
    this.down(new Error(reason));
  }

  close(): void {
    this.closed = true;
    this.retry?.();
    for (const { stand } of this.waiting.splice(0)) stand();
  }

  private subscribe(subscriptions: readonly (() => Promise<unknown>)[]): void {
    for (const subscription of subscriptions)
      // What it resolves with was already heard by the tap.
      subscription().catch((error: unknown) =>
        this.down(error instanceof Error ? error : new Error(JSON.stringify(error))),
      );
  }

  private frame(client: Client): void {
    this.lastAt = this.link.ports.clock.now();
    if (this.heard.has(client) && this.waiting.length === 0 && !this.lost) return;
    this.heard.add(client);
    if (this.retry !== undefined) return;
    if (!sockets(this.exchange).every((each) => this.heard.has(each))) return;
    this.attempts = 0;
    if (this.lost) {
      this.lost = false;
      this.resumed();
    }
    for (const { stand } of this.waiting.splice(0)) stand();
  }

  private down(error: Error): void {
    if (this.closed || this.retry !== undefined) return;
    this.link.tell(error);
    if (kinds(error).includes("AuthenticationError") && this.waiting.length > 0) {
      this.closed = true;
      for (const { fail } of this.waiting.splice(0)) fail(error);
      return;
    }
    this.lost = true;
    this.reconnects += 1;
    const { clock, chance } = this.link.ports;
    const cancel = clock.after(fullJitterMs(this.attempts, BACKOFF_MS, BACKOFF_MAX_MS, chance), () => {
      this.retry = undefined;
      this.subscribe(this.subscriptions);
    });
    this.attempts += 1;
    this.retry = cancel;
  }
}

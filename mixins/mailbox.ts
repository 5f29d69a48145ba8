/**
 * One message at a time, in arrival order, with a bound.
 * Moleculer runs handlers concurrently and its bulkhead queues per action, so an actor with two actions would
 * still interleave. A full mailbox refuses at once (503): a slow actor must be seen, not hidden. An idle one runs
 * a synchronous handler on the spot, without a promise: a tick to a local trader costs a call.
 */
import { mailboxFull } from "../contracts/failure.ts";
import { Activity } from "./activity.ts";
import { Fifo } from "./fifo.ts";

/** What operators see of a mailbox. */
export interface Gauges {
  /** Waiting and running. */
  readonly depth: number;
  readonly depthMax: number;
  readonly processed: number;
  /** Not taken because it was full. */
  readonly refused: number;
  /** Turns that threw. */
  readonly failed: number;
  /** Of market data: quotes and books that gave way to later ones, and trades beyond the bound. */
  readonly coalesced?: number;
  readonly dropped?: number;
}

type Handle<I, O> = (input: I) => O | PromiseLike<O>;

interface Waiting {
  readonly handle: Handle<never, unknown>;
  readonly input: unknown;
  readonly resolve: ((value: never) => void) | undefined;
  readonly reject: ((error: unknown) => void) | undefined;
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";

export class Mailbox implements Gauges {
  readonly depthMax: number;
  depth = 0;
  processed = 0;
  refused = 0;
  failed = 0;
  coalesced = 0;
  dropped = 0;
  /** Of the process; set before the first message. */
  activity: Activity = new Activity();
  /** Told of a posted message whose handler threw: nobody else waits for it. */
  readonly #onFailure: (error: unknown) => void;
  readonly #queue = new Fifo<Waiting>();
  #running = false;
  #emptied: (() => void)[] = [];

  constructor(options: { readonly depthMax?: number; readonly onFailure?: (error: unknown) => void } = {}) {
    this.depthMax = options.depthMax ?? 10_000;
    this.#onFailure = options.onFailure ?? (() => undefined);
  }

  /** A turn whose outcome somebody waits for. Rejects with `MailboxFull` (503, retryable) when there is no room. */
  ask<I, O>(handle: Handle<I, O>, input: I): Promise<O> {
    if (!this.#enter()) return Promise.reject(mailboxFull(this.depth));
    if (this.#running)
      return new Promise<O>((resolve, reject) =>
        this.#queue.push({ handle: handle, input, resolve, reject }),
      );
    this.#running = true;
    this.activity.begin();
    let outcome: O | PromiseLike<O>;
    try {
      outcome = this.activity.lockStep ? this.activity.turn(handle, input) : handle(input);
    } catch (error) {
      this.failed += 1;
      this.#leave();
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    if (!isThenable(outcome)) {
      this.#leave();
      return Promise.resolve(outcome);
    }
    return new Promise<O>((resolve, reject) => this.#await(outcome, resolve, reject));
  }

  run<O>(turn: () => O | PromiseLike<O>): Promise<O> {
    return this.ask<undefined, O>(turn, undefined);
  }

  /** A turn nobody waits for. False when there was no room: it is counted, and the caller's again. */
  post<I>(handle: Handle<I, unknown>, input: I, onFailure?: (error: unknown) => void): boolean {
    if (!this.#enter()) return false;
    if (this.#running) {
      this.#queue.push({
        handle: handle,
        input,
        resolve: undefined,
        reject: onFailure,
      });
      return true;
    }
    this.#running = true;
    this.activity.begin();
    if (this.#begin(handle, input, undefined, onFailure)) this.#leave();
    return true;
  }

  /** Resolves once every message taken so far has had its turn. */
  drained(): Promise<void> {
    return this.depth === 0 ? Promise.resolve() : new Promise((resolve) => this.#emptied.push(resolve));
  }

  #enter(): boolean {
    if (this.depth >= this.depthMax) {
      this.refused += 1;
      return false;
    }
    this.depth += 1;
    return true;
  }

  /** Runs one handler; true when it has ended. */
  #begin(
    handle: Handle<never, unknown>,
    input: unknown,
    resolve: Waiting["resolve"],
    reject: Waiting["reject"],
  ) {
    try {
      const outcome = this.activity.lockStep
        ? this.activity.turn(handle, input as never)
        : handle(input as never);
      if (isThenable(outcome)) {
        this.#await(outcome, resolve, reject);
        return false;
      }
      if (resolve !== undefined) resolve(outcome as never);
    } catch (error) {
      this.#fail(error, reject);
    }
    return true;
  }

  #await(outcome: PromiseLike<unknown>, resolve: Waiting["resolve"], reject: Waiting["reject"]): void {
    outcome.then(
      (value) => {
        resolve?.(value as never);
        this.#leave();
      },
      (error: unknown) => {
        this.#fail(error, reject);
        this.#leave();
      },
    );
  }

  #fail(error: unknown, reject: Waiting["reject"]): void {
    this.failed += 1;
    (reject ?? this.#onFailure)(error);
  }

  /** A turn has ended: count it and begin the next, until one has to be awaited. */
  #leave(): void {
    for (;;) {
      this.depth -= 1;
      this.processed += 1;
      const next = this.#queue.shift();
      if (next === undefined) break;
      if (!this.#begin(next.handle, next.input, next.resolve, next.reject)) return;
    }
    this.#running = false;
    this.activity.end();
    if (this.#emptied.length === 0) return;
    const emptied = this.#emptied;
    this.#emptied = [];
    for (const tell of emptied) tell();
  }
}

/**
 * What makes an actor: an address, one mailbox over all its messages, typed handlers, private state.
 * Handlers are closures over the actor's state, never methods on `this` (Moleculer deep-clones schemas it mixes).
 * `start` is the first turn: news that arrives meanwhile waits behind it. An event-sourced actor has its own
 * queue (`sourced`): its handlers run at once and must touch state through it alone.
 */
import type { Clock } from "../adapters/clock/clock.ts";
import type { Undelivered } from "../adapters/dead-letters/dead-letters.ts";
import type { Contract, Handlers, Hearing, News } from "../contracts/contract.ts";
import { notHere } from "../contracts/failure.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { setAside, textOf } from "./dead-letter.ts";
import { Mailbox, type Gauges } from "./mailbox.ts";
import type { Log, Wire } from "./wire.ts";

/** What an event-sourced state shows to its actor (see mixins/event-sourced.ts). */
export interface Sourced {
  readonly mailbox: Gauges;
  recover(log?: Pick<Log, "warn">): Promise<void>;
  onLost(told: (error: unknown) => void): void;
  stop(): Promise<void>;
}

/** An actor from inside. */
export interface Self<C extends Contract> {
  readonly wire: Wire;
  readonly mailbox: Mailbox;
  tell<K extends keyof C["tells"] & string>(message: K, news: News<C, K>): void;
  /** The actor cannot go on: its host stops it and starts it anew. */
  readonly lost: (error: unknown) => void;
}

export interface ActorSpec<C extends Contract> {
  readonly handlers: Handlers<C>;
  readonly hears?: readonly Hearing[];
  readonly sourced?: Sourced;
  /** Runs before the actor is reachable, after `sourced` has recovered. */
  readonly start?: (self: Self<C>) => Promise<void> | void;
  /** Runs after the last turn. */
  readonly stop?: () => Promise<void> | void;
  readonly depthMax?: number;
  /** Handlers run at once, beside one another: for actors that only pass messages on (host, gateway). */
  readonly free?: boolean;
}

export interface Actor {
  readonly kind: string;
  readonly id: string;
  readonly gauges: Gauges;
  /** Messages that the contract's parsers refused. */
  readonly invalid: number;
  take(message: string, input: unknown): Promise<unknown>;
  start(wire: Wire): Promise<void>;
  stop(): Promise<void>;
  onLost(told: (error: unknown) => void): void;
}

/** A turn that hangs must not keep the whole host from moving on. */
const DRAIN_MS = 5_000;

const within = async (clock: Clock, ms: number, done: Promise<void>): Promise<boolean> => {
  let cancel = (): void => undefined;
  const late = new Promise<false>((resolve) => (cancel = clock.after(ms, () => resolve(false))));
  const inTime = await Promise.race([done.then(() => true as const), late]);
  cancel();
  return inTime;
};

const rejected = (error: unknown): Promise<never> =>
  Promise.reject(error instanceof Error ? error : new Error(String(error)));

class Running<C extends Contract> implements Actor {
  readonly kind: string;
  readonly id: string;
  readonly gauges: Gauges;
  invalid = 0;
  readonly #contract: C;
  readonly #spec: ActorSpec<C>;
  readonly #mailbox: Mailbox;
  readonly #handlers: ReadonlyMap<string, readonly [(raw: unknown) => unknown, (input: unknown) => unknown]>;
  #ends: (() => void)[] = [];
  #stopping = false;
  #wire: Wire | undefined;
  #lost: (error: unknown) => void = () => undefined;

  constructor(c: C, id: string, spec: ActorSpec<C>) {
    this.kind = c.kind;
    this.id = id;
    this.#contract = c;
    this.#spec = spec;
    this.#mailbox = new Mailbox({
      ...(spec.depthMax === undefined ? {} : { depthMax: spec.depthMax }),
      onFailure: (error) => this.#wire?.log.error(`${this.kind}.${this.id} failed on a message`, { error }),
    });
    this.gauges = spec.sourced?.mailbox ?? this.#mailbox;
    this.#handlers = new Map(
      Object.entries(c.answers).map(([name, { parse }]) => [
        name,
        [parse, spec.handlers[name] as (input: unknown) => unknown],
      ]),
    );
  }

  take(message: string, raw: unknown): Promise<unknown> {
    if (this.#stopping) return Promise.reject(notHere(this.kind, this.id));
    const found = this.#handlers.get(message);
    let input: unknown;
    try {
      if (found === undefined)
        throw new Invalid("message", `one of ${[...this.#handlers.keys()].join(", ")}`, message);
      input = found[0](raw);
    } catch (error) {
      this.invalid += 1;
      return rejected(error);
    }
    const handle = found[1];
    if (this.#spec.sourced === undefined && this.#spec.free !== true) return this.#mailbox.ask(handle, input);
    try {
      return Promise.resolve(handle(input));
    } catch (error) {
      return rejected(error);
    }
  }

  async start(wire: Wire): Promise<void> {
    this.#wire = wire;
    this.#mailbox.activity = wire.activity;
    const { sourced, start } = this.#spec;
    const self: Self<C> = {
      wire,
      mailbox: this.#mailbox,
      tell: (message, news) => wire.publish(this.#contract.kind, this.id, message, news),
      lost: (error) => this.#lost(error),
    };
    sourced?.onLost((error) => this.#lost(error));
    const begun = this.#mailbox.run(async () => {
      await sourced?.recover(wire.log);
      await start?.(self);
    });
    this.#ends = (this.#spec.hears ?? []).map(({ kind, id, message, handle }) =>
      wire.subscribe(kind, id, message, (news, from) => {
        this.#hear(wire, { kind, id: from, message, mode: "news" }, news, (heard) => handle(heard, from));
      }),
    );
    try {
      await begun;
    } catch (error) {
      this.#unsubscribe();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#unsubscribe();
    const drained = this.#mailbox.drained();
    if (this.#wire !== undefined && !(await within(this.#wire.clock, DRAIN_MS, drained)))
      this.#wire.log.error(`${this.kind}.${this.id} hangs in a turn and is left behind`, { ...this.gauges });
    await this.#spec.sourced?.stop();
    await this.#spec.stop?.();
  }

  onLost(told: (error: unknown) => void): void {
    this.#lost = told;
  }

  /** News that its handler could not bear, or that found no room, is set aside: market data comes by its own road. */
  #hear(wire: Wire, to: Undelivered["to"], news: unknown, handle: (heard: unknown) => unknown): void {
    const giveUp = (reason: "broken" | "full", error: unknown): void =>
      setAside(wire, {
        reason,
        error: textOf(error),
        attempts: 1,
        from: `${this.kind}.${this.id}`,
        to,
        input: news,
        trace: {},
        money: false,
      });
    if (!this.#mailbox.post(handle, news, (error) => giveUp("broken", error)))
      giveUp("full", `the mailbox holds ${this.#mailbox.depth}`);
  }

  #unsubscribe(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
  }
}

/** One actor of a kind; the host starts it. A fresh one is made for each start. */
export const defineActor = <C extends Contract>(c: C, id: string, spec: ActorSpec<C>): Actor =>
  new Running(c, id, spec);

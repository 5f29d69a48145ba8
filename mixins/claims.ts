/**
 * Keeps on this node the actors that placement gives it. Before it starts one it asks every other live host to
 * release it, so two never run at once in a healthy cluster (the journal's expected sequence guards the rest);
 * what it lost it drains and stops. While the bus is down it changes nothing; afterwards it asks again for all it
 * has, and starts anew whatever had been taken up elsewhere. A failed or lost actor is started again, ever later.
 */
import type { Clock } from "../adapters/clock/clock.ts";
import { ref } from "../contracts/contract.ts";
import { isFailure, notHere } from "../contracts/failure.ts";
import { HostContract, type Address } from "../contracts/host.ts";
import type { Actor } from "./actor.ts";
import { keyOf, type Wanted } from "./desired.ts";
import type { Locate, Wire } from "./wire.ts";

export interface ClaimOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly locate: Locate;
  /** In order of start; actors of one kind start together. They stop in reverse order. */
  readonly kinds: readonly string[];
  readonly wanted: () => readonly Wanted[];
  readonly make: (wanted: Wanted) => Actor | Promise<Actor>;
  readonly onLost: (address: Address, error: unknown) => void;
  readonly settleMs?: number;
  /** How long an actor given to another host is not taken back. */
  readonly givenMs?: number;
  readonly retryMaxMs?: number;
}

export interface Running {
  readonly actor: Actor;
  readonly since: number;
}

export class Claims {
  readonly running = new Map<string, Running>();
  readonly #options: ClaimOptions;
  /** Until when it is not taken back: the other's view of the hosts may be ahead of ours. */
  readonly #given = new Map<string, number>();
  readonly #troubles = new Map<string, { count: number; notBefore: number }>();
  /** The latest start or stop of each actor; they never overlap. */
  readonly #steps = new Map<string, Promise<unknown>>();
  /** The pass asked for and not begun. */
  #next: PromiseWithResolvers<void> | undefined;
  #askAll = false;
  #busy = false;
  #cancel: (() => void) | undefined;

  constructor(options: ClaimOptions) {
    this.#options = options;
  }

  restarts(key: string): number {
    return this.#troubles.get(key)?.count ?? 0;
  }

  /** The others may have run ours while we could not hear them. */
  doubt(): void {
    this.#askAll = true;
  }

  /** Reconciles after things have settled; joined with one already waiting. */
  soon(ms = this.#options.settleMs ?? 200): void {
    this.#cancel?.();
    this.#cancel = this.#options.clock.after(ms, () => {
      this.#cancel = undefined;
      void this.now();
    });
  }

  /** Resolves after one pass that began after this call; what has to be tried again later is scheduled. */
  now(): Promise<void> {
    const { promise } = (this.#next ??= Promise.withResolvers());
    if (!this.#busy) void this.#loop();
    return promise;
  }

  stop(): void {
    this.#cancel?.();
  }

  async release(actors: readonly Address[]): Promise<readonly Address[]> {
    const until = this.#options.clock.now() + (this.#options.givenMs ?? 1_000);
    const had = await Promise.all(
      actors.map(async (address) => {
        this.#given.set(keyOf(address), until);
        return (await this.#close(address)) ? [address] : [];
      }),
    );
    return had.flat();
  }

  /** Stopped and started anew. When no new one can be made the old one stays, and the caller learns why. */
  restart(address: Address): Promise<void> {
    const key = keyOf(address);
    return this.#step(key, async () => {
      const wanted = this.#options.wanted().find((each) => keyOf(each) === key);
      if (wanted === undefined || !this.running.has(key)) throw notHere(address.kind, address.id);
      const actor = await this.#options.make(wanted);
      this.running.delete(key);
      await this.#options.wire.close(address.kind, address.id);
      await this.#begin(key, actor).catch((error: unknown) => {
        this.#trouble(key);
        throw error;
      });
    });
  }

  async #loop(): Promise<void> {
    this.#busy = true;
    for (let pass; (pass = this.#next) !== undefined;) {
      this.#next = undefined;
      await this.#reconcile().catch((error: unknown) => {
        this.#options.wire.log.error("Actors could not be placed", { error });
        this.soon();
      });
      pass.resolve();
    }
    this.#busy = false;
  }

  async #reconcile(): Promise<void> {
    const { kinds, wire, wanted } = this.#options;
    const mine = new Map(
      wanted().flatMap((each) => (this.#isMine(each) ? [[keyOf(each), each] as const] : [])),
    );
    for (const kind of [...kinds].reverse()) {
      const gone = [...this.running.values()].filter(
        ({ actor }) => actor.kind === kind && !mine.has(keyOf(actor)),
      );
      await Promise.all(gone.map(({ actor }) => this.#close(actor)));
    }
    const askAll = this.#askAll;
    this.#askAll = false;
    for (const kind of kinds) {
      const ofKind = [...mine.values()].filter((each) => each.kind === kind);
      const missing = ofKind.filter((each) => !this.running.has(keyOf(each)) && this.#mayStart(keyOf(each)));
      const asked = askAll ? ofKind : missing;
      if (asked.length === 0) continue;
      const hadElsewhere = await this.#claim(asked);
      if (hadElsewhere === undefined) {
        this.#askAll ||= askAll;
        this.soon();
        return; // Later kinds depend on earlier ones.
      }
      const stale = asked.filter((each) => this.running.has(keyOf(each)) && hadElsewhere.has(keyOf(each)));
      await Promise.all(stale.map((each) => this.#close(each)));
      await Promise.all([...missing, ...stale].map((each) => this.#open(each)));
      wire.log.debug(`${kind}: ${ofKind.length} here`);
    }
  }

  #isMine({ kind, id }: Address): boolean {
    const { locate, wire } = this.#options;
    return locate(kind, id, wire.hosts()) === wire.hostId;
  }

  /** Not just given away, not just failed; schedules the next look where it says no. */
  #mayStart(key: string): boolean {
    const now = this.#options.clock.now();
    const given = this.#given.get(key);
    if (given !== undefined && now < given) return this.#later(given - now);
    this.#given.delete(key);
    const notBefore = this.#troubles.get(key)?.notBefore ?? 0;
    return now >= notBefore ? true : this.#later(notBefore - now);
  }

  #later(ms: number): false {
    if (this.#cancel === undefined) this.soon(Math.max(10, ms));
    return false;
  }

  /** Which of them had run on other hosts, now stopped; undefined when a live host did not answer. */
  async #claim(actors: readonly Address[]): Promise<ReadonlySet<string> | undefined> {
    const { wire } = this.#options;
    const release = { actors: actors.map(({ kind, id }) => ({ kind, id })) };
    const answers = await Promise.all(
      wire.hosts().map(async ({ id, roles }) => {
        if (id === wire.hostId || roles.length === 0) return [];
        try {
          return await ref(wire, HostContract, id).release(release);
        } catch (error) {
          // It has died meanwhile, or runs no actors yet or any more.
          if (isFailure(error, "NOT_HERE") || !wire.hosts().some((host) => host.id === id)) return [];
          wire.log.warn(`Host ${id} did not release`, { error });
          return undefined;
        }
      }),
    );
    const known = answers.filter((answer) => answer !== undefined);
    return known.length < answers.length ? undefined : new Set(known.flat().map(keyOf));
  }

  #open(wanted: Wanted): Promise<boolean> {
    const key = keyOf(wanted);
    return this.#step(key, async () => {
      if (this.running.has(key) || this.#given.has(key) || !this.#isMine(wanted)) return false;
      try {
        await this.#begin(key, await this.#options.make(wanted));
        return true;
      } catch (error) {
        this.#options.wire.log.error(`${key} did not start`, { error });
        this.#trouble(key);
        return false;
      }
    });
  }

  async #begin(key: string, actor: Actor): Promise<void> {
    const { wire, clock } = this.#options;
    actor.onLost((error) => this.#lost(actor, error));
    await wire.open(actor);
    this.running.set(key, { actor, since: clock.now() });
  }

  #close(address: Address): Promise<boolean> {
    const key = keyOf(address);
    return this.#step(key, async () => {
      if (!this.running.delete(key)) return false;
      await this.#options.wire.close(address.kind, address.id);
      return true;
    });
  }

  #lost(actor: Actor, error: unknown): void {
    const key = keyOf(actor);
    if (this.running.get(key)?.actor !== actor) return;
    this.#options.onLost({ kind: actor.kind, id: actor.id }, error);
    this.#trouble(key);
    void this.#close(actor).then(() => this.now());
  }

  /** At once the first time, then after 1, 2, 4 ... seconds; forgotten after a good minute. */
  #trouble(key: string): void {
    const now = this.#options.clock.now();
    const before = this.#troubles.get(key);
    const count = before !== undefined && now - before.notBefore < 60_000 ? before.count + 1 : 1;
    const pause = count === 1 ? 0 : Math.min(this.#options.retryMaxMs ?? 30_000, 500 * 2 ** (count - 1));
    this.#troubles.set(key, { count, notBefore: now + pause });
    this.soon(Math.max(10, pause));
  }

  #step<T>(key: string, run: () => Promise<T>): Promise<T> {
    const step = (this.#steps.get(key) ?? Promise.resolve()).then(run);
    const settled = step.catch(() => undefined);
    this.#steps.set(key, settled);
    void settled.then(() => this.#steps.get(key) === settled && this.#steps.delete(key));
    return step;
  }
}

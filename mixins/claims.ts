/**
 * Keeps on this node the actors that placement gives it. Before it starts one it asks every other live host to
 * release it, and claims it where it is fenced; what it lost it drains and stops. While the bus is down it changes
 * nothing; afterwards it asks again for all it has, and starts anew whatever had been taken up elsewhere. Without a
 * lease it runs no fenced ones. A failed or lost actor is started again, ever later.
 */
import type { Clock } from "../adapters/clock/clock.ts";
import type { Tenure } from "../adapters/leases/leases.ts";
import { notHere } from "../contracts/failure.ts";
import type { Address } from "../contracts/host.ts";
import type { Actor } from "./actor.ts";
import { Alarm, Alarms } from "./alarm.ts";
import { askRelease } from "./ask-release.ts";
import { keyOf, type Wanted } from "./desired.ts";
import { Fencing, type Fence, type Term } from "./fencing.ts";
import { Steps } from "./steps.ts";
import { Troubles } from "./troubles.ts";
import type { Locate, Wire } from "./wire.ts";

export interface ClaimOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly locate: Locate;
  /** In order of start; actors of one kind start together. They stop in reverse order. */
  readonly kinds: readonly string[];
  readonly wanted: () => readonly Wanted[];
  readonly make: (wanted: Wanted, tenure: Tenure) => Actor | Promise<Actor>;
  readonly onLost: (address: Address, error: unknown) => void;
  /** Without it nothing is fenced: this process is alone. */
  readonly fence?: Fence | undefined;
  readonly settleMs?: number;
  /** How long an actor given to another host is not taken back. */
  readonly givenMs?: number;
  readonly retryMaxMs?: number;
}

export class Claims {
  readonly running = new Map<string, { actor: Actor; since: number; term: Term }>();
  readonly #options: ClaimOptions;
  /** Until when it is not taken back: the other's view of the hosts may be ahead of ours. */
  readonly #given = new Map<string, number>();
  readonly #troubles: Troubles;
  readonly #fencing: Fencing;
  readonly #opening = new Map<string, Address>();
  readonly #steps = new Steps();
  readonly #alarm: Alarm;
  /** Refused claims come again by themselves: a pass may hang on actors that wait for just these. */
  readonly #again: Alarms;
  #next: PromiseWithResolvers<void> | undefined; // The pass asked for and not begun.
  #askAll = false;
  #busy = false;

  constructor(options: ClaimOptions) {
    this.#options = options;
    this.#troubles = new Troubles(options.retryMaxMs ?? 30_000);
    const { fence, clock, wire } = options;
    this.#alarm = new Alarm(clock, () => void this.now());
    this.#again = new Alarms(clock);
    this.#fencing = new Fencing(fence, clock, wire.log, (key) => this.running.has(key));
    this.#fencing.onChange(() => this.#leaseChanged());
  }

  restarts(key: string): number {
    return this.#troubles.count(key);
  }

  /** The others may have run ours while we could not hear them. */
  doubt(): void {
    this.#askAll = true;
  }

  /** Reconciles after things have settled; joined with one already waiting. */
  soon(ms = this.#options.settleMs ?? 200): void {
    this.#alarm.set(ms);
  }

  /** Resolves after one pass that began after this call; what has to be tried again later is scheduled. */
  now(): Promise<void> {
    const { promise } = (this.#next ??= Promise.withResolvers());
    if (!this.#busy) void this.#loop();
    return promise;
  }

  stop(): void {
    this.#alarm.off();
    this.#again.off();
  }

  async release(actors: readonly Address[]): Promise<readonly Address[]> {
    const until = this.#options.clock.monotonic() + (this.#options.givenMs ?? 1_000);
    const had = await Promise.all(
      actors.map(async (address) => {
        this.#given.set(keyOf(address), until);
        return (await this.#close(address)) ? [address] : [];
      }),
    );
    // Whoever asked may have been behind the times: what still belongs here is taken up again.
    this.#later(until - this.#options.clock.monotonic());
    return had.flat();
  }

  /** Stopped and started anew. When no new one can be made the old one stays, and the caller learns why. */
  restart(address: Address): Promise<void> {
    const key = keyOf(address);
    return this.#steps.run(key, async () => {
      const wanted = this.#options.wanted().find((each) => keyOf(each) === key);
      if (wanted === undefined || !this.running.has(key)) throw notHere(address.kind, address.id);
      const term = await this.#fencing.claim(address.kind, key);
      if (typeof term === "number") throw notHere(address.kind, address.id);
      const actor = await this.#options.make(wanted, term);
      await this.#end(key, address);
      await this.#begin(key, actor, term).catch((error: unknown) => {
        this.#trouble(key);
        throw error;
      });
    });
  }

  /** Starts are not waited for by the next pass: they may need what only that one can start. */
  async #loop(): Promise<void> {
    this.#busy = true;
    for (let pass; (pass = this.#next) !== undefined;) {
      this.#next = undefined;
      const mine = this.#options.wanted().filter((each) => this.#isMine(each));
      const closed = this.#closeOthers(new Set(mine.map(keyOf)));
      const started = closed.then(() => this.#startMissing(mine));
      const failed = (error: unknown): void => {
        this.#options.wire.log.error("Actors could not be placed", { error });
        this.soon();
      };
      void started.catch(failed).then(pass.resolve);
      await Promise.allSettled([closed]);
    }
    this.#busy = false;
  }

  /** Also those that are just being opened: they are waited for. */
  async #closeOthers(mine: ReadonlySet<string>): Promise<void> {
    const ours = [...[...this.running.values()].map(({ actor }) => actor), ...this.#opening.values()];
    for (const kind of [...this.#options.kinds].reverse()) {
      const over = ours.filter((one) => one.kind === kind && !mine.has(keyOf(one)));
      await Promise.all(over.map((one) => this.#close(one)));
    }
  }

  async #startMissing(mine: readonly Wanted[]): Promise<void> {
    const askAll = this.#askAll;
    this.#askAll = false;
    for (const kind of this.#options.kinds) {
      const ofKind = mine.filter((each) => each.kind === kind);
      // Placement is looked at anew: earlier kinds took their time, and others must not stop what is not ours.
      const missing = ofKind.filter(
        (each) => !this.running.has(keyOf(each)) && this.#isMine(each) && this.#mayStart(keyOf(each)),
      );
      const asked = askAll ? ofKind : missing;
      if (asked.length === 0) continue;
      const hadElsewhere = await askRelease(this.#options.wire, asked);
      if (hadElsewhere === undefined) {
        this.#askAll ||= askAll;
        this.soon();
        return; // Later kinds depend on earlier ones.
      }
      const stale = asked.filter((one) => this.running.has(keyOf(one)) && hadElsewhere.has(keyOf(one)));
      await Promise.all(stale.map((each) => this.#close(each)));
      await Promise.all([...missing, ...stale].map((each) => this.#open(each)));
    }
  }

  #isMine({ kind, id }: Address): boolean {
    return this.#options.locate(kind, id, this.#options.wire.hosts()) === this.#options.wire.hostId;
  }

  /** Not just given away, not just failed; schedules the next look where it says no. */
  #mayStart(key: string): boolean {
    const now = this.#options.clock.monotonic();
    const given = this.#given.get(key);
    if (given !== undefined && now < given) return this.#later(given - now);
    this.#given.delete(key);
    const waitMs = this.#troubles.notBefore(key) - now;
    return waitMs <= 0 || this.#later(waitMs);
  }

  #later(ms: number): false {
    this.#alarm.atLatest(Math.max(10, ms));
    return false;
  }

  #open(wanted: Wanted): Promise<boolean> {
    const key = keyOf(wanted);
    return this.#steps.run(key, async () => {
      if (this.running.has(key) || !this.#isMine(wanted) || !this.#mayStart(key)) return false;
      this.#opening.set(key, wanted);
      try {
        const term = await this.#fencing.claim(wanted.kind, key);
        if (typeof term === "number") return this.#again.at(key, term, () => void this.#open(wanted));
        await this.#begin(key, await this.#options.make(wanted, term), term);
        return true;
      } catch (error) {
        this.#fencing.heed(error);
        this.#options.wire.log.error(`${key} did not start`, { error });
        this.#trouble(key);
        return false;
      } finally {
        this.#opening.delete(key);
      }
    });
  }

  async #begin(key: string, actor: Actor, term: Term): Promise<void> {
    actor.onLost((error) => this.#lost(actor, error));
    await this.#options.wire.open(actor);
    this.running.set(key, { actor, since: this.#options.clock.now(), term }); // Its lease may have ended meanwhile.
    if (!term.holds()) this.#leaseChanged();
  }

  #close(address: Address): Promise<boolean> {
    const key = keyOf(address);
    return this.#steps.run(key, () => this.#end(key, address).finally(() => this.#fencing.release(key)));
  }

  async #end(key: string, { kind, id }: Address): Promise<boolean> {
    const had = this.running.get(key);
    if (had === undefined) return false;
    this.running.delete(key);
    await this.#options.wire.close(kind, id);
    // One that hangs in a turn is left behind, and may do nothing any more.
    had.term.end();
    return true;
  }

  #lost(actor: Actor, error: unknown): void {
    const key = keyOf(actor);
    if (this.running.get(key)?.actor !== actor) return;
    this.#options.onLost({ kind: actor.kind, id: actor.id }, error);
    this.#trouble(key);
    void this.#close(actor).then(() => this.now());
  }

  #trouble(key: string): void {
    this.soon(Math.max(10, this.#troubles.add(key, this.#options.clock.monotonic())));
  }

  /** Without waiting for a pass: other hosts may own them from now on. */
  #leaseChanged(): void {
    const over = [...this.running.values()].filter(({ term }) => !term.holds());
    if (over.length > 0)
      this.#options.wire.log.warn(`The lease is over: ${over.length} actors stop until it is taken again`);
    void Promise.all(over.map(({ actor }) => this.#close(actor))).then(() => this.soon(0));
  }
}

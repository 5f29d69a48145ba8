/**
 * State that survives the process: recovered by replay, changed only by appended facts. A turn drains what waits,
 * decides and evolves each command in order, settles, and appends all of it as ONE entry with the expected last
 * sequence; only then do replies and effects leave (`committed`). After a conflict, a failed append or the end of its tenure
 * the actor is lost, refuses everything, and its host recovers a fresh one. Nobody sees uncommitted state: reads wait for
 * the turn in flight. Under an epoch, recovery ends with an entry without turns, which claims the stream.
 */
import { Conflict, type Journal, type Snapshot } from "../adapters/journal/journal.ts";
import { epochOf, Outgrown, unfenced, writerOf, type Tenure } from "../adapters/leases/leases.ts";
import { broken, lost, mailboxFull, unknownOutcome } from "../contracts/failure.ts";
import type { Decider } from "../domain/values/decider.ts";
import { takeTurn, type Decided } from "../domain/values/turn.ts";
import { upcast } from "../domain/values/upcast.ts";
import type { Activity } from "./activity.ts";
import type { Sourced } from "./actor.ts";
import { DrainMailbox } from "./drain-mailbox.ts";
import { undamaged, verifiedSnapshot } from "./recovering.ts";
import type { Log } from "./wire.ts";

export type Committed<C, E> = Decided<C, E>;

export interface SourcedOptions<S, C, E> {
  readonly stream: string;
  readonly decider: Decider<S, C, E>;
  readonly journal: Journal;
  /** Market time in ms and the last market sequence seen, for the entry about to be written. */
  readonly stamp: () => { readonly at: number; readonly marketSequence: number };
  /** Host id. */
  readonly writer: () => string;
  /** The right to write; without it nobody else can. */
  readonly tenure?: Tenure;
  /** Effects of a turn that is safely journaled: synchronous, in order, before the replies. */
  readonly committed?: (turns: readonly Committed<C, E>[], state: S) => void;
  /** Entries between snapshots. */
  readonly snapshotEvery?: number;
  readonly depthMax?: number;
  readonly activity?: Activity;
}

interface Item<S, C, E> {
  readonly command?: C;
  readonly view?: (state: S) => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  events: readonly E[];
}

export class EventSourced<S, C, E> implements Sourced {
  readonly mailbox: DrainMailbox<Item<S, C, E>>;
  /** Last sequence journaled. */
  sequence = 0;
  snapshotsFailed = 0;
  readonly #options: SourcedOptions<S, C, E>;
  readonly #tenure: Tenure;
  #state: S;
  #snapshotAt = 0;
  #saving: Promise<void> | undefined;
  #poison: unknown;
  #onLost: (error: unknown) => void = () => undefined;

  constructor(options: SourcedOptions<S, C, E>) {
    this.#options = options;
    this.#tenure = options.tenure ?? unfenced;
    this.#state = options.decider.initial();
    this.mailbox = new DrainMailbox({
      name: options.stream,
      work: (batch) => this.#turn(batch),
      ...(options.depthMax === undefined ? {} : { depthMax: options.depthMax }),
      ...(options.activity === undefined ? {} : { activity: options.activity }),
    });
  }

  /** Resolves with the command's own events once they are journaled; rejects with what `decide` threw. */
  tell(command: C): Promise<readonly E[]> {
    return this.#ask({ command });
  }

  /** Looks at committed state, after all that was told before. The view must copy what it keeps. */
  read<T>(view: (state: S) => T): Promise<T> {
    return this.#ask({ view });
  }

  /** Rejects with `Damaged` where the journal is not what was written: nothing is built on it or written behind it. */
  recover(log?: Pick<Log, "warn">): Promise<void> {
    const { journal, stream } = this.#options;
    return undamaged(stream, async () => this.#recover(await verifiedSnapshot(journal, stream, log)));
  }

  async #recover(snapshot: Snapshot | undefined): Promise<void> {
    const { journal, stream, decider } = this.#options;
    if (snapshot !== undefined && snapshot.schema === decider.schema) {
      this.#state = decider.load(snapshot.state);
      this.sequence = snapshot.sequence;
    }
    const { epoch } = this.#tenure;
    // Who wrote the last entry matters even where a snapshot holds all that it says.
    let writer = "";
    for await (const entry of journal.read(stream, Math.max(0, this.sequence - (epoch > 0 ? 1 : 0)))) {
      ({ writer } = entry);
      if (entry.sequence === this.sequence) continue;
      if (entry.sequence !== this.sequence + 1)
        throw new Error(`${stream}: entry ${entry.sequence} follows ${this.sequence}; one is missing`);
      for (const { events } of upcast(decider, entry))
        for (const event of events) decider.evolve(this.#state, event as E);
      this.sequence = entry.sequence;
    }
    this.#snapshotAt = snapshot?.sequence ?? 0;
    if (epochOf(writer) > epoch) throw new Outgrown(stream, epochOf(writer));
    // From here on whoever wrote before runs into a conflict, not only once we have something to say.
    if (epoch > 0) await this.#append([]);
  }

  /** State as recovered, for the start of an actor, before the first message. */
  get recovered(): S {
    return this.#state;
  }

  onLost(told: (error: unknown) => void): void {
    this.#onLost = told;
  }

  /** Every turn taken is finished and the state is saved. */
  async stop(): Promise<void> {
    if (!this.#tenure.holds()) {
      // An append under way may hang as long as the journal does; whoever recovers next finds it, or makes it conflict.
      this.#lose([], new Error(`${this.#options.stream}: the lease is over`), true);
      return;
    }
    await this.mailbox.drained();
    if (this.#poison === undefined && this.sequence > this.#snapshotAt) this.#snapshot();
    await this.#saving;
  }

  #ask<T>(wish: { readonly command: C } | { readonly view: (state: S) => unknown }): Promise<T> {
    const asked = new Promise<T>((resolve, reject) => {
      const item = { ...wish, resolve: resolve as (value: never) => void, reject, events: [] };
      if (this.#poison !== undefined) reject(lost(this.#options.stream));
      else if (!this.mailbox.push(item)) reject(mailboxFull(this.mailbox.depth));
    });
    return this.mailbox.activity.waits(asked);
  }

  async #turn(batch: readonly Item<S, C, E>[]): Promise<void> {
    if (this.#poison !== undefined) {
      this.#refuse(batch, lost(this.#options.stream));
      return;
    }
    let turns: Committed<C, E>[];
    try {
      turns = this.#decide(batch);
    } catch (error) {
      this.#lose(batch, error, true);
      return;
    }
    if (turns.length > 0) {
      try {
        await this.#append(turns);
      } catch (error) {
        this.#lose(batch, error, error instanceof Conflict);
        return;
      }
      if (this.#isLost()) {
        // Ended while it was being written: whoever recovers it acts on it.
        this.#refuse(batch, unknownOutcome(`append to ${this.#options.stream}: the lease is over`));
        return;
      }
      try {
        this.#options.committed?.(turns, this.#state);
      } catch (error) {
        this.#reply(batch);
        this.#lose([], error, true);
        return;
      }
    }
    this.#reply(batch);
    if (this.sequence - this.#snapshotAt >= (this.#options.snapshotEvery ?? 1_000)) this.#snapshot();
  }

  #decide(batch: readonly Item<S, C, E>[]): Committed<C, E>[] {
    const told = batch.filter(({ command }) => command !== undefined);
    return takeTurn(
      this.#options.decider,
      this.#state,
      told.map(({ command }) => command!),
      {
        answer: (events, k) => (told[k]!.events = events),
        failed: (error, k) => {
          this.mailbox.failed += 1;
          told[k]!.reject(error);
        },
        // Its sender must know that it was this one, or all of them would be sent again for ever.
        broke: (error, k) => told[k]!.reject(broken(this.#options.stream, error)),
      },
    );
  }

  async #append(turns: readonly Committed<C, E>[]): Promise<void> {
    const { journal, stream, decider, stamp, writer } = this.#options;
    if (!this.#tenure.holds()) throw new Conflict(`${stream}: the lease is over; nothing was written`);
    const entry = { schema: decider.schema, turns, ...stamp(), writer: writerOf(writer(), this.#tenure) };
    const sequence = await journal.append(stream, entry, this.sequence);
    if (sequence !== this.sequence + 1)
      throw new Error(`${stream}: stored as ${sequence} after ${this.sequence}`);
    this.sequence = sequence;
  }

  #reply(batch: readonly Item<S, C, E>[]): void {
    for (const item of batch) {
      if (item.view === undefined) item.resolve(item.events as never);
      else
        try {
          item.resolve(item.view(this.#state) as never);
        } catch (error) {
          item.reject(error);
        }
    }
  }

  #lose(batch: readonly Item<S, C, E>[], error: unknown, notKept: boolean): void {
    const { stream } = this.#options;
    this.#poison = error ?? new Error("unknown");
    this.#refuse(batch, notKept ? lost(stream) : unknownOutcome(`append to ${stream}: ${String(error)}`));
    this.#onLost(error);
  }

  #isLost(): boolean {
    return this.#poison !== undefined;
  }

  #refuse(batch: readonly Item<S, C, E>[], error: Error): void {
    for (const item of batch) item.reject(error);
  }

  /** Taken between turns; written beside them. A failed one costs only time at the next recovery. */
  #snapshot(): void {
    const { journal, stream, decider, activity } = this.#options;
    const snapshot = { sequence: this.sequence, schema: decider.schema, state: decider.save(this.#state) };
    this.#snapshotAt = this.sequence;
    activity?.begin();
    const before = this.#saving ?? Promise.resolve();
    this.#saving = before
      .then(() => journal.saveSnapshot(stream, snapshot))
      .catch(() => {
        this.snapshotsFailed += 1;
      })
      .finally(() => activity?.end());
  }
}

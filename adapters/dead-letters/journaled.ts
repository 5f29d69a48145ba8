/**
 * Dead letters in the journal's own store: one stream for the whole cluster, whose writers look again when another was
 * first. What is set aside waits in memory until the journal takes it, all of it in one entry; every letter has been
 * logged before. A flood must not fill the journal's disk: letters that concern no money are bounded here too.
 */
import { Conflict, DamagedSnapshot, type Journal } from "../journal/journal.ts";
import type { Clock } from "../clock/clock.ts";
import type { DeadLetters, DeadLetterStats, Letter, Reason, Undelivered } from "./dead-letters.ts";
import { BOUNDS, decide, evolve, load, noLetters, save, SCHEMA, type Bounds } from "./letters.ts";
import type { Fact, Letters, Wish } from "./letters.ts";

export const STREAM = "dead.letters";

export interface JournaledOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  /** Market time of the entries. */
  readonly marketNow: () => number;
  readonly host: string;
  readonly bounds?: Bounds;
  /** Of this process: not yet written, and set aside in a minute, both of letters that concern no money. */
  readonly waitingMax?: number;
  readonly perMinuteMax?: number;
  /** The journal does not take them; told once until it does. */
  readonly onTrouble?: (error: unknown) => void;
}

const SNAPSHOT_EVERY = 500;
const TOGETHER_MAX = 100;
const PAUSE_MS = 500;
const PAUSE_MAX_MS = 30_000;
const STRUCK_MAX = 10_000;
const CLOSE_MS = 2_000;

class Journaled implements DeadLetters {
  readonly #options: JournaledOptions;
  readonly #strikes = new Map<string, number>();
  readonly #counts = new Map<Reason, number>();
  #state: Letters = noLetters();
  #sequence = -1;
  #snapshotAt = 0;
  #waiting: Wish[] = [];
  #others = 0;
  #dropped = 0;
  #minute = 0;
  #inMinute = 0;
  #writing: Promise<void> | undefined;
  #line: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => undefined;
  #closed = false;

  constructor(options: JournaledOptions) {
    this.#options = options;
  }

  setAside(letter: Undelivered): void {
    const { clock, host } = this.#options;
    this.#counts.set(letter.reason, (this.#counts.get(letter.reason) ?? 0) + 1);
    if (this.#closed || (!letter.money && !this.#admits())) {
      this.#dropped += 1;
      return;
    }
    if (!letter.money) this.#others += 1;
    this.#waiting.push({ type: "SetAside", letter, host, at: clock.now() });
    this.#writing ??= this.#write();
  }

  strike(message: string): number {
    const count = this.struck(message) + 1;
    this.#strikes.delete(message); // The newest stay.
    this.#strikes.set(message, count);
    if (this.#strikes.size > STRUCK_MAX) this.#strikes.delete(this.#strikes.keys().next().value!);
    return count;
  }

  struck(message: string): number {
    return this.#strikes.get(message) ?? 0;
  }

  async list(): Promise<readonly Letter[]> {
    await this.#inTurn(() => this.#catchUp());
    return [...this.#state.held.values()].map(({ letter }) => letter);
  }

  async get(id: number): Promise<Letter | undefined> {
    await this.#inTurn(() => this.#catchUp());
    return this.#state.held.get(id)?.letter;
  }

  replayed(id: number, by: string): Promise<boolean> {
    return this.#mark({ type: "Replayed", id, by, at: this.#options.clock.now() });
  }

  replayFailed(id: number, by: string, error: string): Promise<boolean> {
    return this.#mark({ type: "ReplayFailed", id, by, error, at: this.#options.clock.now() });
  }

  drop(id: number, by: string): Promise<boolean> {
    return this.#mark({ type: "Drop", id, by, at: this.#options.clock.now() });
  }

  stats(): DeadLetterStats {
    const { open, others } = this.#state;
    return {
      open: open.size,
      openMoney: open.size - others,
      setAside: this.#counts,
      dropped: this.#dropped,
      waiting: this.#waiting.length,
    };
  }

  async flushed(): Promise<void> {
    await this.#writing;
  }

  async close(): Promise<void> {
    const cancel = this.#options.clock.after(CLOSE_MS, () => {
      this.#closed = true;
      this.#wake();
    });
    await this.#writing;
    this.#closed = true;
    cancel();
  }

  #admits(): boolean {
    const { clock, waitingMax = 10_000, perMinuteMax = 600 } = this.#options;
    const minute = Math.floor(clock.monotonic() / 60_000);
    if (minute !== this.#minute) this.#inMinute = 0;
    this.#minute = minute;
    if (this.#others >= waitingMax || this.#inMinute >= perMinuteMax) return false;
    this.#inMinute += 1;
    return true;
  }

  /** Until nothing waits: for as long as it takes, since money may be in it. */
  async #write(): Promise<void> {
    await Promise.resolve(); // A burst makes one entry.
    for (let pauseMs = PAUSE_MS; this.#waiting.length > 0 && !this.#closed;) {
      const batch = this.#waiting.slice(0, TOGETHER_MAX);
      try {
        await this.#inTurn(() => this.#append(batch));
      } catch (error) {
        if (pauseMs === PAUSE_MS) this.#options.onTrouble?.(error);
        await this.#pause(pauseMs);
        pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2);
        continue;
      }
      pauseMs = PAUSE_MS;
      this.#waiting.splice(0, batch.length);
      for (const wish of batch) if (wish.type === "SetAside" && !wish.letter.money) this.#others -= 1;
    }
    this.#writing = undefined;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  async #mark(wish: Wish): Promise<boolean> {
    return (await this.#inTurn(() => this.#append([wish]))) > 0;
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const mine = this.#line.then(run);
    this.#line = mine.catch(() => undefined);
    return mine;
  }

  /** Decided on all that is known; decided anew when another was first. Resolves with the number of facts. */
  async #append(wishes: readonly Wish[]): Promise<number> {
    const { journal, marketNow, host, bounds = BOUNDS } = this.#options;
    for (;;) {
      await this.#catchUp();
      // Facts of one entry build on one another, so they are tried on a copy.
      const tried = load(save(this.#state));
      const turns: { command: unknown; events: readonly Fact[] }[] = [];
      for (const wish of wishes) {
        const events = decide(tried, wish, bounds);
        for (const fact of events) evolve(tried, fact);
        if (events.length > 0) turns.push({ command: { type: wish.type }, events });
      }
      const count = turns.reduce((sum, { events }) => sum + events.length, 0);
      if (count === 0) return 0;
      const entry = { schema: SCHEMA, turns, at: marketNow(), marketSequence: 0, writer: host };
      try {
        this.#sequence = await journal.append(STREAM, entry, this.#sequence);
      } catch (error) {
        if (error instanceof Conflict) continue;
        throw error;
      }
      this.#adopt(
        turns.flatMap(({ events }) => events),
        tried,
      );
      return count;
    }
  }

  #adopt(facts: readonly Fact[], state: Letters): void {
    this.#state = state;
    for (const fact of facts) if (fact.type === "Dropped" && fact.by === "bound") this.#dropped += 1;
    if (this.#sequence - this.#snapshotAt < SNAPSHOT_EVERY) return;
    this.#snapshotAt = this.#sequence;
    const snapshot = { sequence: this.#sequence, schema: SCHEMA, state: save(state) };
    // A failed one costs only time at the next start.
    this.#options.journal.saveSnapshot(STREAM, snapshot).catch(() => undefined);
  }

  async #catchUp(): Promise<void> {
    const { journal } = this.#options;
    if (this.#sequence < 0) {
      // A damaged one costs only time: all of it is in the entries.
      const snapshot = await journal.snapshot(STREAM).catch((error: unknown) => {
        if (error instanceof DamagedSnapshot) return undefined;
        throw error;
      });
      const usable = snapshot?.schema === SCHEMA ? snapshot : undefined;
      this.#state = usable === undefined ? noLetters() : load(usable.state);
      this.#sequence = this.#snapshotAt = usable?.sequence ?? 0;
    }
    if ((await journal.lastSequence(STREAM)) <= this.#sequence) return;
    for await (const { sequence, turns } of journal.read(STREAM, this.#sequence)) {
      for (const { events } of turns) for (const fact of events) evolve(this.#state, fact as Fact);
      this.#sequence = sequence;
    }
  }
}

export const journaledDeadLetters = (options: JournaledOptions): DeadLetters => new Journaled(options);

/**
 * The other end of `trainers`: helps every search that is offered and that it can evaluate as the searcher would. What a
 * search needs is fetched once and kept for the next one; the work itself is in trainer-threads.ts.
 */
import type { NatsConnection } from "nats";
import type { Compute } from "./compute.ts";
import {
  decode,
  encode,
  HELLO,
  OFFERS,
  QUEUE,
  SILENT_MS,
  subjectsOf,
  TELL_EVERY_MS,
  type Likeness,
  type Offer,
  type Presence,
} from "./trainer-messages.ts";
import { Parts } from "./trainer-parts.ts";
import { type Helped, TrainerThreads } from "./trainer-threads.ts";

export interface TrainerSettings {
  /** Owned by the caller and not closed here. */
  readonly connection: NatsConnection;
  /** Its name among the trainers. */
  readonly name: string;
  readonly threads: number;
  /** What it is like in the eyes of this search; equal to the offer's when it may help. */
  readonly likeness: (wanted: Likeness) => Likeness;
  /** One thread that evaluates tasks of a search with these data. */
  readonly open: (data: unknown) => Compute<unknown, unknown>;
  /** A line for people. */
  readonly tell: (line: string) => void;
}

export interface TrainerStats {
  /** Answered with what was found; a task counts once for each time that it was evaluated. */
  readonly done: number;
  /** Tasks that threw or ended their threads. */
  readonly failed: number;
  readonly running: number;
  readonly threads: number;
  /** Searches that it helps. */
  readonly searches: number;
  /** Searches that are offered and that it may not help. */
  readonly refused: number;
  /** Tasks of those that it helps without an answer anywhere. */
  readonly waiting: number;
  /** Of the data that searches need. */
  readonly fetchedBytes: number;
}

export interface Trainer {
  stats(): TrainerStats;
  /** Gives back what is under way. */
  close(): Promise<void>;
}

interface Known {
  offer: Offer;
  heardAt: number;
  /** Why it is not helped. */
  readonly refused: string | null;
  /** Once its data have come. */
  helped?: Helped;
}

class SearchHelper implements Trainer {
  readonly #settings: TrainerSettings;
  readonly #parts: Parts;
  readonly #threads: TrainerThreads;
  readonly #searches = new Map<string, Known>();
  #closed = false;
  readonly #end: () => void;

  constructor(settings: TrainerSettings) {
    const { connection, tell } = settings;
    this.#settings = settings;
    this.#parts = new Parts(connection);
    this.#threads = new TrainerThreads(settings, () =>
      [...this.#searches.values()].flatMap(({ helped }) => helped ?? []),
    );
    const offers = connection.subscribe(OFFERS, {
      callback: (error, message) => {
        if (error === null && !this.#closed) this.#hear(decode<Offer>(message.data));
      },
    });
    const timer = setInterval(() => this.#look(), TELL_EVERY_MS);
    this.#end = () => {
      clearInterval(timer);
      offers.unsubscribe();
    };
    void connection.closed().then((error) => {
      if (!this.#closed)
        tell(`the connection to NATS is closed for good: ${error?.message ?? "by this process"}`);
    });
    connection.publish(HELLO);
  }

  stats(): TrainerStats {
    const all = [...this.#searches.values()];
    const able = all.filter(({ refused }) => refused === null);
    return {
      ...this.#threads.counts,
      threads: this.#settings.threads,
      searches: able.length,
      refused: all.length - able.length,
      waiting: able.reduce((sum, { offer }) => sum + offer.waiting, 0),
      fetchedBytes: this.#parts.fetchedBytes,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#end();
    for (const id of [...this.#searches.keys()]) this.#leave(id, "goes on without this trainer");
    await this.#threads.close();
    const { connection } = this.#settings;
    if (!connection.isClosed()) await connection.flush().catch(() => undefined);
  }

  #hear(offer: Offer): void {
    const known = this.#searches.get(offer.search);
    if (offer.over) this.#leave(offer.search, "is over");
    else if (known === undefined) this.#meet(offer);
    else {
      known.offer = offer;
      known.heardAt = performance.now();
    }
  }

  #meet(offer: Offer): void {
    const refused = unlike(offer.likeness, this.#settings.likeness(offer.likeness));
    const search: Known = { offer, heardAt: performance.now(), refused };
    this.#searches.set(offer.search, search);
    if (refused === null) void this.#join(search);
    else this.#settings.tell(`the search for ${offer.about} is not helped: ${refused}`);
    this.#here(search);
  }

  async #join(search: Known): Promise<void> {
    const { search: id, about, parts: names } = search.offer;
    const { connection, open, tell } = this.#settings;
    try {
      const data = await this.#parts.fetch(id, names);
      const consumer = await connection.jetstream().consumers.get(QUEUE, id);
      if (this.#searches.get(id) !== search) return;
      search.helped = { search: id, consumer, open: () => open(data), threads: new Map(), over: false };
      tell(`helps the search for ${about}`);
    } catch (error) {
      // The next offer is another try.
      this.#searches.delete(id);
      if (!this.#closed) tell(`the search for ${about} cannot be helped yet: ${(error as Error).message}`);
    }
  }

  #leave(id: string, why: string): void {
    const search = this.#searches.get(id);
    if (search === undefined) return;
    this.#searches.delete(id);
    if (search.helped !== undefined) {
      search.helped.over = true;
      for (const thread of search.helped.threads.values()) void thread.close();
    }
    if (search.refused === null) this.#settings.tell(`the search for ${search.offer.about} ${why}`);
  }

  #here({ offer: { search }, refused }: Known): void {
    const { connection, name, threads } = this.#settings;
    const presence: Presence = { trainer: name, threads, refused };
    if (!connection.isClosed()) connection.publish(subjectsOf(search).here, encode(presence));
  }

  #look(): void {
    for (const [id, search] of this.#searches)
      if (performance.now() - search.heardAt > SILENT_MS) this.#leave(id, "was not heard of for long");
      else this.#here(search);
    this.#parts.keep([...this.#searches.values()].flatMap(({ offer }) => offer.parts));
  }
}

/** In what they differ, in words; null when in nothing. */
const unlike = (wanted: Likeness, own: Likeness): string | null => {
  const names = Object.keys(wanted).filter((name) => wanted[name] !== own[name]);
  if (names.length === 0) return null;
  return names
    .map((name) => `its ${name} is ${own[name] ?? "unknown"}, the search's ${wanted[name]}`)
    .join("; ");
};

export const openTrainer = (settings: TrainerSettings): Trainer => new SearchHelper(settings);

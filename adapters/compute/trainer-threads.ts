/**
 * The threads of a trainer: each has one task at a time, of the searches in turn. While a task is evaluated the queue hears
 * of it; a trainer that is killed falls silent, and another gets the task. What was not heard by the searcher comes again.
 */
import { setTimeout as pause } from "node:timers/promises";
import { ErrorCode, NatsError, type Consumer, type JsMsg, type NatsConnection } from "nats";
import type { Compute } from "./compute.ts";
import { ACK_WAIT_MS, encode, subjectsOf, type QueuedTask, type TaskAnswer } from "./trainer-messages.ts";

/** A search that is ready to be helped. */
export interface Helped {
  readonly search: string;
  readonly consumer: Consumer;
  readonly open: () => Compute<unknown, unknown>;
  /** Of those that had a task of it, by their number. */
  readonly threads: Map<number, Compute<unknown, unknown>>;
  over: boolean;
}

export interface ThreadSettings {
  readonly connection: NatsConnection;
  readonly name: string;
  readonly threads: number;
}

/** A task that was given so often without an answer ends whoever takes it. */
const DELIVERIES_MAX = 8;
/** One that fails is tried again elsewhere, so often. */
const TRIES_MAX = 3;
const PULL_MS = 1_000;
const IDLE_MS = 200;
const ANSWER_MS = 2_000;

export class TrainerThreads {
  readonly counts = { done: 0, failed: 0, running: 0 };
  readonly #settings: ThreadSettings;
  readonly #searches: () => readonly Helped[];
  readonly #taking: Promise<unknown>;
  #closed = false;

  /** `searches`: those that are helped now. */
  constructor(settings: ThreadSettings, searches: () => readonly Helped[]) {
    this.#settings = settings;
    this.#searches = searches;
    this.#taking = Promise.all(Array.from({ length: settings.threads }, (_, thread) => this.#take(thread)));
  }

  /** Their searches are over already. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#taking;
  }

  async #take(thread: number): Promise<void> {
    for (let turn = thread; !this.#closed; turn += 1) {
      const searches = this.#searches();
      const search = searches[turn % searches.length];
      const message = await pulled(search);
      if (message === undefined) await pause(IDLE_MS);
      if (message != null) await this.#work(search!, thread, message);
    }
  }

  async #work(search: Helped, thread: number, message: JsMsg): Promise<void> {
    this.counts.running += 1;
    const beat = setInterval(() => this.#say(() => message.working()), ACK_WAIT_MS / 4);
    try {
      const answer = await this.#answerTo(search, thread, message);
      if (answer === undefined) this.#say(() => message.nak());
      else await this.#deliver(search, message, answer);
    } finally {
      clearInterval(beat);
      this.counts.running -= 1;
    }
  }

  /** Undefined: let somebody else try. */
  async #answerTo(search: Helped, thread: number, message: JsMsg): Promise<TaskAnswer<unknown> | undefined> {
    const { round, place, task } = message.json<QueuedTask<unknown>>();
    const answer = { round, place, trainer: this.#settings.name };
    const deliveries = message.info.deliveryCount;
    try {
      if (deliveries > DELIVERIES_MAX)
        throw new Error(`a task ended ${DELIVERIES_MAX} trainers one after the other`);
      return { ...answer, found: await evaluated(search, thread, task) };
    } catch (error) {
      if (search.over) return undefined;
      this.counts.failed += 1;
      // Another trainer may have more memory.
      return deliveries < TRIES_MAX ? undefined : { ...answer, failed: (error as Error).message };
    }
  }

  async #deliver({ search }: Helped, message: JsMsg, answer: TaskAnswer<unknown>): Promise<void> {
    const { connection } = this.#settings;
    try {
      await connection.request(subjectsOf(search).answers, encode(answer), { timeout: ANSWER_MS });
    } catch (error) {
      // Nobody listens: the search is gone, and its tasks with it. Too late: it comes again.
      const gone = error instanceof NatsError && error.code === (ErrorCode.NoResponders as string);
      this.#say(() => (gone ? message.term() : message.nak()));
      return;
    }
    if (answer.failed === undefined) this.counts.done += 1;
    this.#say(() => message.ack());
  }

  /** After the connection was closed for good nobody hears; the queue does what there is to do. */
  #say(word: () => void): void {
    if (!this.#settings.connection.isClosed()) word();
  }
}

/** Null: there was none for a while. Undefined: there is nobody to ask. */
const pulled = async (search: Helped | undefined): Promise<JsMsg | null | undefined> => {
  try {
    return await search?.consumer.next({ expires: PULL_MS });
  } catch {
    return undefined;
  }
};

const evaluated = async (search: Helped, thread: number, task: unknown): Promise<unknown> => {
  if (search.over) throw new Error("the search is over");
  let compute = search.threads.get(thread);
  if (compute === undefined) search.threads.set(thread, (compute = search.open()));
  return (await compute.evaluate([task]))[0];
};

/**
 * Evaluation by worker threads. Each has one task at a time and takes the next when it is done. A thread that dies is told of
 * and replaced, and its task is done again; a task that has ended three threads is given up.
 */
import { Worker } from "node:worker_threads";
import type { Compute } from "./compute.ts";

export interface Threads {
  /** The module that a thread runs; it answers by `serve` (thread.ts). */
  readonly program: URL;
  /** Its `workerData`; memory that is shared stays shared. */
  readonly data: unknown;
  readonly workers: number;
  /** A line for people: a thread died. */
  readonly tell: (line: string) => void;
}

export interface Answer<Found> {
  readonly found?: Found;
  /** The message of what was thrown. */
  readonly failed?: string;
}

const DEATHS_MAX = 3;

interface Round<Task, Found> {
  readonly tasks: readonly Task[];
  readonly found: Found[];
  readonly waiting: number[];
  readonly deaths: Map<number, number>;
  left: number;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

interface Thread<Task, Found> {
  readonly worker: Worker;
  /** The task under way; its round may have failed meanwhile. */
  busy: { readonly round: Round<Task, Found>; readonly place: number } | undefined;
}

export const threads = <Task, Found>({ program, data, workers, tell }: Threads): Compute<Task, Found> => {
  const pool = new Set<Thread<Task, Found>>();
  let current: Round<Task, Found> | undefined;
  let closed = false;

  const fail = (error: Error): void => {
    const failed = current;
    current = undefined;
    failed?.failed(error);
  };

  const give = (thread: Thread<Task, Found>): void => {
    const place = current?.waiting.shift();
    if (current === undefined || place === undefined) return;
    thread.busy = { round: current, place };
    thread.worker.postMessage(current.tasks[place]);
  };

  const hear = (thread: Thread<Task, Found>, { found, failed }: Answer<Found>): void => {
    const { busy } = thread;
    thread.busy = undefined;
    if (busy !== undefined && busy.round === current)
      if (failed !== undefined) fail(new Error(failed));
      else {
        current.found[busy.place] = found!;
        current.left -= 1;
        if (current.left === 0) {
          const { done } = current;
          current = undefined;
          done();
        }
      }
    give(thread);
  };

  const lose = (thread: Thread<Task, Found>, why: string): void => {
    pool.delete(thread);
    if (closed) return;
    const { busy } = thread;
    tell(`a worker thread died (${why})${busy === undefined ? "" : "; its task is done again"}`);
    if (busy !== undefined && busy.round === current) {
      const deaths = (current.deaths.get(busy.place) ?? 0) + 1;
      current.deaths.set(busy.place, deaths);
      current.waiting.unshift(busy.place);
      if (deaths === DEATHS_MAX)
        fail(new Error(`a task ended ${DEATHS_MAX} worker threads one after the other: ${why}`));
    }
    if (current !== undefined) give(launch());
  };

  const launch = (): Thread<Task, Found> => {
    const worker = new Worker(program, { workerData: data });
    const thread: Thread<Task, Found> = { worker, busy: undefined };
    worker.on("message", (answer: Answer<Found>) => hear(thread, answer));
    whenGone(worker, (why) => lose(thread, why));
    pool.add(thread);
    return thread;
  };

  return {
    evaluate(tasks) {
      if (closed) return Promise.reject(new Error("the worker threads were closed"));
      if (tasks.length === 0) return Promise.resolve([]);
      return new Promise((resolve, reject) => {
        const found = new Array<Found>(tasks.length);
        current = {
          tasks,
          found,
          waiting: tasks.map((_, place) => place),
          deaths: new Map(),
          left: tasks.length,
          done: () => resolve(found),
          failed: reject,
        };
        while (pool.size < Math.min(workers, tasks.length)) launch();
        for (const thread of pool) if (thread.busy === undefined) give(thread);
      });
    },
    async close() {
      closed = true;
      fail(new Error("the worker threads were closed"));
      await Promise.all([...pool].map(({ worker }) => worker.terminate()));
    },
  };
};

/** Calls once with the reason: what was thrown, or the exit code. */
const whenGone = (worker: Worker, gone: (why: string) => void): void => {
  let thrown: string | undefined;
  worker.on("error", (error: unknown) => {
    thrown = error instanceof Error ? error.message : String(error);
  });
  worker.once("exit", (code) => gone(thrown ?? `exit code ${code}`));
};

/**
 * When a run ends: at its time, by SIGINT or SIGTERM (a second one kills), when the replay has ended, or when the sandbox
 * exchange of this process has died.
 */
import type { Engine } from "../../nodes/engine.ts";
import type { LockStep } from "../../nodes/lock-step.ts";
import { say } from "../terminal.ts";

export interface Ending {
  /** Resolves at the first reason to end, with whether it was the end of the replay; rejects when the market is gone. */
  of(engine: Engine, lockStep: LockStep | undefined): Promise<boolean>;
  /** Resolves at the first signal. */
  readonly stopped: Promise<void>;
  close(): void;
}

const POLL_MS = 250;
/** Longer than every part of an orderly end may take together. */
const END_WITHIN_MS = 30_000;

/** Listens for signals from now on: one that comes while the engine starts is not lost. `forMs` counts from `of`. */
export const untilEnd = (forMs: number | undefined): Ending => {
  let signalled: () => void = () => undefined;
  let asked = 0;
  const stopped = new Promise<void>((resolve) => (signalled = resolve));
  const onSignal = (): void => {
    asked += 1;
    if (asked > 1) process.exit(130);
    say("stopping (again to end at once)");
    signalled();
    setTimeout(() => {
      say(`not stopped after ${END_WITHIN_MS / 1_000} s: ending at once; what is journaled is kept`);
      process.exit(1);
    }, END_WITHIN_MS).unref();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  return {
    stopped,
    async of(engine, lockStep) {
      if (forMs !== undefined) timer = setTimeout(() => signalled(), forMs);
      const dead = [...engine.venues.sandboxes.values()].flatMap(({ thread }) =>
        thread === undefined ? [] : [thread.died],
      );
      const replayed = lockStep === undefined ? replayEnded(engine, () => over) : lockStep.ended;
      try {
        return await Promise.race([stopped.then(() => false), replayed.then(() => true), ...dead]);
      } finally {
        over = true;
      }
    },
    close() {
      over = true;
      clearTimeout(timer);
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
};

/** A replay by the clock ends when its sandbox says so and what it caused has come to rest; anything else never. */
const replayEnded = async (engine: Engine, over: () => boolean): Promise<void> => {
  const urls = Object.keys(engine.settings.venues)
    .filter((id) => engine.venues.replay(id))
    .flatMap((id) => engine.venues.sandboxes.get(id)?.url ?? []);
  if (urls.length === 0) return new Promise(() => undefined);
  while (!over()) {
    const ended = await Promise.all(urls.map(hasEnded));
    if (ended.every(Boolean)) return engine.wire.activity.idle();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

const hasEnded = async (url: string): Promise<boolean> => {
  try {
    const state = (await (await fetch(`${url}/admin/state`)).json()) as { readonly ended: boolean };
    return state.ended;
  } catch {
    return false;
  }
};

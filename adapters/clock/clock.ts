/** Time as an input: the system's in production, driven by hand in tests and by the market in a replay. */
import type { Timestamp } from "../../domain/values/values.ts";

export interface Clock {
  now(): Timestamp;
  /** Runs once after `ms`; returns a cancel. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now() as Timestamp,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Time as an input: the system's in production, driven by hand in tests and by the market in a replay. */
import type { Timestamp } from "../../domain/values/values.ts";

export interface Clock {
  now(): Timestamp;
  /** Ms since some moment of the past, for how long something took or holds: no step of the wall's clock touches it. */
  monotonic(): number;
  /** Runs once after `ms`; returns a cancel. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now() as Timestamp,
  monotonic: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

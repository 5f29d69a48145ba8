/**
 * When an ask of another process is made again: what was surely not taken, and a question whose answer got lost; a command that may have
 * been taken never. One rule for the bus and for the simulated one, so that a simulation tests what runs.
 */
import type { Clock } from "../adapters/clock/clock.ts";
import type { Mode } from "../contracts/contract.ts";
import { isFailure } from "../contracts/failure.ts";

/** An attempt without the time for an answer would only turn a clear no into an unknown outcome. */
const ROUND_TRIP_MS = 25;
const PAUSE_MS = 10;
const PAUSE_MAX_MS = 200;

export interface Asking {
  readonly kind: string;
  readonly mode: Mode;
  /** All attempts together. */
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, "monotonic" | "after">;
  /** In [0, 1): spreads the attempts. */
  readonly chance: () => number;
}

/** `attempt` is told how long it may take. Rejects with its last failure. */
export const askAgain = async <T>(
  { kind, mode, timeoutMs, clock, chance }: Asking,
  attempt: (leftMs: number) => Promise<T>,
): Promise<T> => {
  const until = clock.monotonic() + timeoutMs;
  for (let pauseMs = PAUSE_MS; ; pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2)) {
    try {
      return await attempt(until - clock.monotonic());
    } catch (error) {
      // A host actor is where its id says or nowhere: nothing to wait for.
      const mayRepeat =
        (isFailure(error, "NOT_HERE") && kind !== "host") ||
        (mode === "query" && isFailure(error, "UNKNOWN_OUTCOME"));
      const wait = pauseMs * (0.5 + chance());
      if (!mayRepeat || clock.monotonic() + wait + ROUND_TRIP_MS >= until) throw error;
      await new Promise<void>((resolve) => clock.after(wait, resolve));
    }
  }
};

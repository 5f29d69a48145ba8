/**
 * JetStream on several servers takes seconds to place a new stream or to choose a leader, and meanwhile answers late, or that
 * it is not available. What may be asked twice is asked again, so that a process that starts just then does start.
 */
import { setTimeout as pause } from "node:timers/promises";
import { NatsError } from "nats";

const PATIENCE_MS = 30_000;
const PAUSE_MS = 250;
const wrongLastSequence = 10_071;
const tooFewServers = 10_005;

/** No answer, nobody there to answer, a server that says "not now", or one that does not yet know the others of its cluster. */
const isPassing = (error: unknown): boolean =>
  error instanceof NatsError &&
  (error.code === "TIMEOUT" ||
    error.code === "503" ||
    error.api_error?.code === 503 ||
    error.api_error?.err_code === tooFewServers);

/** The server, or the client before sending, said no for a reason that a second try cannot mend. */
export const isRefusal = (error: unknown): boolean => {
  if (!(error instanceof NatsError)) return true;
  if (error.api_error !== undefined)
    return error.api_error.code === 400 && error.api_error.err_code !== wrongLastSequence;
  return error.code === "MAX_PAYLOAD_EXCEEDED" || error.code === "PERMISSIONS_VIOLATION";
};

/** A code in words: the client's own message is only the number, the server's does not tell what to do. */
export const reasonOf = (error: unknown): string => {
  const { message } = error as Error;
  if (error instanceof NatsError && error.api_error?.err_code === tooFewServers)
    return `${message}: fewer nats-servers are there than copies are to be kept`;
  return message === "503"
    ? "JetStream is not available: switched off, its disk full, or most of its servers gone"
    : message;
};

/** Rejects with the last failure, named by `what`, when none succeeded within `patienceMs`. */
export const patiently = async <T>(
  what: string,
  ask: () => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> => {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (performance.now() > deadline)
        throw new Error(
          `${what}: JetStream did not answer for ${patienceMs / 1_000} s (${reasonOf(error)})`,
          { cause: error },
        );
      await pause(PAUSE_MS);
    }
  }
};

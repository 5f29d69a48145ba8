/**
 * Giving a message up: it is logged whole, and goes to the dead letters where the process keeps them. What a failure
 * says of the message itself decides how long its sender tries: malformed input never, one that breaks its receiver a
 * few times, and one that was only not taken for ever.
 */
import type { Undelivered } from "../adapters/dead-letters/dead-letters.ts";
import type { Wire } from "./wire.ts";

/** Times that one message may break its receiver. */
export const STRIKES = 3;

type Told = { readonly code?: unknown; readonly type?: unknown } | null;

/** The receiver's parser refused it. */
export const isMalformed = (error: unknown): boolean => (error as Told)?.code === 422;

/** The receiver took it and threw: a bug there, or a message that it cannot bear. Not: busy, away, or nobody knows. */
export const isBroken = (error: unknown): boolean => {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === undefined || code === 500;
};

export const textOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

export const reasonOf = (error: unknown): "malformed" | "broken" =>
  isMalformed(error) ? "malformed" : "broken";

export const setAside = (
  { log, deadLetters }: Pick<Wire, "log" | "deadLetters">,
  letter: Undelivered,
): void => {
  const { to, from, reason, error } = letter;
  log.error(`${from} gives up ${to.kind}.${to.id}.${to.message} (${reason}): ${error}`, { letter });
  deadLetters?.setAside(letter);
};

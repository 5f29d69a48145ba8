/** Exit codes, stable: scripts rely on them (docs/guides/cli.md). */
import { Invalid } from "../domain/values/invalid.ts";

export const exits = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  refused: 4,
  mismatch: 5,
} as const;

export type ExitCode = (typeof exits)[keyof typeof exits];

export const meaning: Readonly<Record<ExitCode, string>> = {
  0: "ok",
  1: "failed",
  2: "wrong usage or a bad configuration; the message names the field",
  3: "the engine, or its NATS, cannot be reached",
  4: "the engine refused (token, scope, or its answer was no)",
  5: "a replay, reconciliation or archive does not match",
};

/** Ends the command with this code, and the message on stderr. */
export class Exit extends Error {
  override readonly name = "Exit";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

export const exitCodeOf = (error: unknown): ExitCode => {
  if (error instanceof Exit) return error.exitCode;
  if (error instanceof Invalid) return exits.usage;
  // By name: its file brings the client of NATS along.
  if (error instanceof Error && error.name === "NatsAway") return exits.unreachable;
  return (error as { readonly code?: unknown } | undefined)?.code === 422 ? exits.usage : exits.failed;
};

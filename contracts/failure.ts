/**
 * Failures that the bus itself makes or carries. An error keeps its code, type, retryable, field and message
 * on the way between nodes; `type` tells what a caller may do. Business refusals are events, not failures.
 */
export type FailureType =
  | "NOT_HERE" // the actor is not (yet, any more) on that node; was not taken
  | "MAILBOX_FULL" // was not taken
  | "BUS_DOWN" // was not sent
  | "UNKNOWN_OUTCOME" // nobody knows whether the command was carried out: ask, then decide
  | "STALE_OWNER" // a later owner of the sender is known here; whoever asked may own it no longer
  | "BROKEN" // it broke its receiver, which starts anew; nothing of the command is journaled
  | "LOST"; // the actor lost its journal in that turn; nothing of the command is journaled

export class Failure extends Error {
  override readonly name: string;
  readonly code: number;
  readonly type: string;
  readonly retryable: boolean;
  readonly field?: string;

  constructor(name: string, message: string, code: number, type: string, retryable: boolean, field?: string) {
    super(message);
    this.name = name;
    this.code = code;
    this.type = type;
    this.retryable = retryable;
    if (field !== undefined) this.field = field;
  }
}

const failure = (name: string, type: FailureType, message: string): Failure =>
  new Failure(name, message, type === "UNKNOWN_OUTCOME" ? 504 : 503, type, type !== "UNKNOWN_OUTCOME");

export const notHere = (kind: string, id: string): Failure =>
  failure("NotHere", "NOT_HERE", `${kind}.${id} is not on this node`);
export const mailboxFull = (depth: number): Failure =>
  failure("MailboxFull", "MAILBOX_FULL", `the mailbox holds ${depth}`);
export const busDown = (): Failure => failure("BusDown", "BUS_DOWN", "the bus is down; nothing was sent");
export const unknownOutcome = (what: string): Failure => failure("UnknownOutcome", "UNKNOWN_OUTCOME", what);
export const staleOwner = (owner: string, epoch: number, latest: number): Failure =>
  new Failure(
    "StaleOwner",
    `${owner} of epoch ${epoch} is not the latest (${latest})`,
    409,
    "STALE_OWNER",
    false,
  );
export const lost = (stream: string): Failure =>
  failure("Lost", "LOST", `${stream} lost its journal; nothing of this command was kept`);
export const broken = (stream: string, cause: unknown): Failure =>
  new Failure("Broken", `${stream} broke on this command: ${String(cause)}`, 500, "BROKEN", false);

export const isFailure = (error: unknown, type: FailureType): boolean =>
  error instanceof Error && (error as { type?: unknown }).type === type;

/** An error as plain data for the wire. */
export const errorToData = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { code, type, retryable, field } = error as Partial<Failure>;
  return { name: error.name, message: error.message, code, type, retryable, field };
};
/** And back. Errors without a code were bugs of the receiver: 500, not retryable. */
export const errorFromData = (data: unknown): Failure => {
  const { name, message, code, type, retryable, field } = data as Partial<Failure>;
  return new Failure(
    name ?? "Error",
    message ?? "unknown error",
    code ?? 500,
    type ?? "ERROR",
    retryable === true,
    field,
  );
};

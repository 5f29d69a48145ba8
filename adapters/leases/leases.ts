/**
 * Who owns what in a cluster. Each host holds one lease, renewed while it lives. An assignment names a host and its lease
 * as the owner of an actor, and passes to another host only when that lease has come to its end; an epoch numbers every
 * assignment, so a later owner always has the higher one. A lease saves work and guards the venue; that two
 * never write one stream is the journal's affair.
 */

/** A right to act that may end: of a host by its lease, of an actor from its start to its stop. */
export interface Tenure {
  /** Higher for every later holder; 0 where nobody else can be: one process, with its directory locked. */
  readonly epoch: number;
  /** By our own monotonic clock, so that it ends here before it ends for the others. Synchronous and cheap. */
  holds(): boolean;
}

/** Of an actor that no other process can run. */
export const unfenced: Tenure = { epoch: 0, holds: () => true };

/** The writer of a journal entry: a host and its epoch. */
export const writerOf = (host: string, { epoch }: Tenure): string =>
  epoch === 0 ? host : `${host}#${epoch}`;
/** 0 for entries written without a lease. */
export const epochOf = (writer: string): number => Number(/#(\d+)$/.exec(writer)?.[1] ?? 0);

/** The stream was last written under a later epoch: by a later owner, or under another table of leases. */
export class Outgrown extends Error {
  override readonly name = "Outgrown";
  readonly epoch: number;

  constructor(stream: string, epoch: number) {
    super(`${stream} was last written under epoch ${epoch}, later than ours`);
    this.epoch = epoch;
  }
}

export type Claimed =
  /** `lease`: of our lease that it was made under. */
  | { readonly ok: true; readonly epoch: number; readonly lease: number }
  | { readonly ok: false; readonly retryAfterMs: number; readonly owner: string };

export interface Assignment {
  readonly actor: string;
  readonly host: string;
  readonly epoch: number;
  /** The owner's lease stands. */
  readonly live: boolean;
}

export interface LeaseCounts {
  taken: number;
  lapsed: number;
  /** Claims of actors that another host still owned. */
  refused: number;
}

/** The lease of this host. `epoch` is 0 while it has none. */
export interface Leases extends Tenure {
  readonly counts: Readonly<LeaseCounts>;
  /** Called when the lease was taken, has lapsed, was taken again (then with a new epoch). */
  onChange(told: () => void): () => void;
  /** Takes the lease and keeps renewing it, taking it again after a lapse. Throws when another process holds it under our name. */
  open(): Promise<void>;
  /** A journal has seen this epoch and this table has not: what is claimed from now on comes above it. */
  outgrow(epoch: number): void;
  /**
   * Names this host as the owner, under a new epoch. Refuses while the owner's lease stands, and for `spareMs` after it was last
   * seen standing: what that owner signed in its last moment has by then been taken or refused.
   */
  claim(actor: string, spareMs: number): Promise<Claimed>;
  /** Only if it is ours. */
  release(actor: string): Promise<void>;
  owners(): Promise<readonly Assignment[]>;
  /** Gives the lease up at once. */
  close(): Promise<void>;
}

/**
 * Where a message goes that is given up: with why, how often it was tried, from where, and the message itself, so that
 * a person can look at it, send it again, or drop it. Facts are only ever added; a letter that was replayed or dropped
 * is marked. What concerns money (orders, fills, what a venue says of them) is never dropped to make room.
 */
export type Reason =
  /** Refused by the receiver's parser: no repetition cures it. */
  | "malformed"
  /** Its receiver threw, each time. */
  | "broken"
  /** There was no room for it. */
  | "full"
  /** Bytes that are no message. */
  | "unreadable";

export interface Undelivered {
  readonly reason: Reason;
  readonly error: string;
  readonly attempts: number;
  /** Actor or part of the process that gave it up. */
  readonly from: string;
  /** Whom a replay sends it to; `news` is told to all who listen. */
  readonly to: {
    readonly kind: string;
    readonly id: string;
    readonly message: string;
    readonly mode: "command" | "news";
  };
  readonly input: unknown;
  /** What caused it, as far as known: order, strategy, proposal, trade, journal sequence. */
  readonly trace: Readonly<Record<string, string | number>>;
  readonly money: boolean;
}

export interface Letter extends Undelivered {
  /** Counts up from 1 in the whole cluster. */
  readonly id: number;
  readonly host: string;
  /** Wall time, ms: set aside first, and last tried. */
  readonly at: number;
  readonly triedAt: number;
  readonly state: "open" | "replayed" | "dropped";
  /** Who replayed or dropped it; `bound` when it made room for others. */
  readonly by?: string;
  /** Too large to be kept whole: `input` is the beginning of its text, and there is nothing to replay. */
  readonly cut?: true;
}

export interface DeadLetterStats {
  /** Of the whole cluster, as last read. */
  readonly open: number;
  readonly openMoney: number;
  /** Of this process: set aside by reason, given up for want of room, and not yet written. */
  readonly setAside: ReadonlyMap<Reason, number>;
  readonly dropped: number;
  readonly waiting: number;
}

/** What senders and receivers see. */
export interface DeadLetterBox {
  /** Returns at once; it is written as soon as the journal takes it. */
  setAside(letter: Undelivered): void;
  /** The same message has broken its receiver once more; how often in this process's life. */
  strike(message: string): number;
  struck(message: string): number;
}

export interface DeadLetters extends DeadLetterBox {
  /** Oldest first: all that are open, and the newest of the others. */
  list(): Promise<readonly Letter[]>;
  get(id: number): Promise<Letter | undefined>;
  /** What became of a replay. False when the letter is not open (any more). */
  replayed(id: number, by: string): Promise<boolean>;
  replayFailed(id: number, by: string, error: string): Promise<boolean>;
  drop(id: number, by: string): Promise<boolean>;
  stats(): DeadLetterStats;
  /** Resolves when all that was set aside before is written. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}

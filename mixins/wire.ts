/**
 * The bus as actors see it. `MoleculerWire` binds it in production, alone in a process or over NATS; a simulator
 * may bind it in tests. Asks reach exactly one actor and are answered; news is told at most once to whoever
 * listens. Messages are immutable once sent: a local one travels by reference.
 */
import type { Clock } from "../adapters/clock/clock.ts";
import type { DeadLetterBox } from "../adapters/dead-letters/dead-letters.ts";
import type { Caller, Teller } from "../contracts/contract.ts";
import type { Activity } from "./activity.ts";
import type { Actor } from "./actor.ts";

/** A live node of the cluster, this one included. */
export interface Host {
  readonly id: string;
  /** Which kinds of actors it may carry; `*` for all. */
  readonly roles: readonly string[];
  /** It hands its actors over and takes none. */
  readonly leaving: boolean;
  /** By kind of actor: the schema of its journal that this host writes; of the others any version will do. */
  readonly schemas?: Readonly<Record<string, number>>;
}

/** `hosts` are live and in order of id; undefined when none may carry the actor. Pure. */
export type Locate = (kind: string, id: string, hosts: readonly Host[]) => string | undefined;

export interface Wire extends Caller, Teller {
  readonly hostId: string;
  readonly activity: Activity;
  /** By it the wire and its actors wait. */
  readonly clock: Clock;
  /**
   * News of one actor, or of all of its kind with id `*`, from this and other nodes. A throwing handler is
   * logged and harms nobody else. Returns the end of the subscription.
   */
  subscribe(
    kind: string,
    id: string,
    message: string,
    handle: (news: unknown, id: string) => void,
  ): () => void;
  hosts(): readonly Host[];
  onHosts(changed: () => void): () => void;
  /** Tells the others that this node hands over. */
  leave(): Promise<void>;
  /** Starts an actor and makes it reachable once it has recovered. Rejects when its start does. */
  open(actor: Actor): Promise<void>;
  /** Unreachable at once; waiting messages get their turn; then it stops. */
  close(kind: string, id: string): Promise<void>;
  actors(): Iterable<Actor>;
  /** Which actors are meant to run somewhere; others are refused at once (404) instead of being waited for. */
  expect(known: (kind: string, id: string) => boolean): void;
  readonly log: Log;
  /** Where messages go that are given up; without it they are only logged. */
  readonly deadLetters?: DeadLetterBox | undefined;
}

export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

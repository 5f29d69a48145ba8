/**
 * What an event-sourced actor is made of. `decide` holds every rule and changes nothing; `evolve` owns the
 * state and changes it in place, and cannot fail: a fact already happened. The runtime (mixins/event-sourced)
 * drains waiting commands into one turn, decides and evolves them in order, lets `settle` end the turn, and
 * appends all of it as one journal entry before anything leaves the actor.
 */
import type { Upcast } from "./upcast.ts";

export interface Decider<S, C, E> {
  /** Version of commands and events as journaled. */
  readonly schema: number;
  /** Old entries in today's form, step by step (upcast.ts). */
  readonly upcasts?: Readonly<Record<number, Upcast>>;
  initial(): S;
  decide(state: S, command: C): readonly E[];
  evolve(state: S, event: E): void;
  /** Events that depend on all commands of the turn together; recorded with the turn's last command. */
  settle?(state: S): readonly E[];
  /** Snapshot as plain data (bigints allowed), and back. */
  save(state: S): unknown;
  load(saved: unknown): S;
}

/**
 * One turn of a decider: each command in order, its events at once in the state, then `settle`. The runtime takes turns
 * by it, and a replay takes them again: whatever decides must be decided here, or a replay would come out otherwise.
 */
import type { Decider } from "./decider.ts";

export interface Decided<C, E> {
  readonly command: C;
  readonly events: readonly E[];
}

/**
 * What is to be journaled: commands without events are not, and what `settle` brings stands with the last command. A
 * `decide` that throws fails its command only; an `evolve` that throws is a broken invariant and passes through;
 * where it is a command's own event, `broke` learns which command it was.
 */
export const takeTurn = <S, C, E>(
  decider: Decider<S, C, E>,
  state: S,
  commands: Iterable<C>,
  told: {
    answer?(events: readonly E[], k: number): void;
    failed(error: unknown, k: number): void;
    broke?(error: unknown, k: number): void;
  },
): Decided<C, E>[] => {
  const turns: Decided<C, E>[] = [];
  let last: C | undefined;
  let k = -1;
  for (const command of commands) {
    k += 1;
    let events: readonly E[];
    try {
      events = decider.decide(state, command);
    } catch (error) {
      told.failed(error, k);
      continue;
    }
    told.answer?.(events, k);
    last = command;
    try {
      for (const event of events) decider.evolve(state, event);
    } catch (error) {
      told.broke?.(error, k);
      throw error;
    }
    if (events.length > 0) turns.push({ command, events });
  }
  const settled = last === undefined ? [] : (decider.settle?.(state) ?? []);
  if (settled.length === 0) return turns;
  for (const event of settled) decider.evolve(state, event);
  const end = turns.at(-1);
  if (end?.command === last)
    turns[turns.length - 1] = { command: last!, events: [...end!.events, ...settled] };
  else turns.push({ command: last!, events: settled });
  return turns;
};

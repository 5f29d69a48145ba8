/**
 * Time travel through one journal: every recorded command is decided again, in its recorded turn, and what comes out is
 * held against what was recorded. The state at the end is reached on three ways (decided again, recorded events folded,
 * the snapshot and the rest), and its hash must be the same on all of them.
 */
import { hash as digest } from "node:crypto";
import type { Journal, Stored } from "../adapters/journal/journal.ts";
import type { Decider } from "../domain/values/decider.ts";
import { toJson } from "../domain/values/json.ts";
import { takeTurn } from "../domain/values/turn.ts";
import { upcast, type RecordedTurn } from "../domain/values/upcast.ts";
import { verifiedSnapshot } from "./recovering.ts";

/** Entries to decide again. Those before `from` are only folded. */
export interface Range {
  readonly from?: number;
  readonly to?: number;
  /** Market time, ms: ends before the first entry behind it. */
  readonly until?: number;
}

/** The first thing that came out otherwise. */
export interface Difference {
  readonly sequence: number;
  /** Within its entry, from 0. */
  readonly turn: number;
  readonly command: unknown;
  readonly recorded: readonly unknown[];
  readonly produced: readonly unknown[];
  readonly error?: string;
}

export interface Replayed {
  readonly stream: string;
  /** Last entry taken, and its market time. */
  readonly sequence: number;
  readonly at: number;
  readonly entries: number;
  readonly commands: number;
  readonly events: number;
  /** Of the state at the end, by the way it was reached; decided only until the first difference. */
  readonly hashes: { readonly decided?: string; readonly folded: string; readonly snapshot?: string };
  readonly difference?: Difference;
}

export interface Watch<S> {
  /** After each entry, with the state that was decided (or folded, before `from`). */
  entry?(entry: Stored, state: S): void;
}

/** Keys in order, so that two ways of building the same state give the same text. */
const ordered = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  const plain = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.keys(plain)
      .sort()
      .map((key) => [key, ordered(plain[key])]),
  );
};
const canonical = (value: unknown): string => toJson(ordered(value));

/** SHA-256 of the canonical JSON of what a snapshot would hold. */
export const stateHash = <S>(decider: Pick<Decider<S, never, never>, "save">, state: S): string =>
  digest("sha256", canonical(decider.save(state)));

/** State after entry `sequence`, or after the last one whose market time is not behind `at`. */
export const stateAt = async <S, C, E>(
  journal: Journal,
  stream: string,
  decider: Decider<S, C, E>,
  { to = Infinity, until = Infinity }: Omit<Range, "from">,
): Promise<{ readonly state: S; readonly sequence: number; readonly at: number }> => {
  const snapshot = until === Infinity ? await usable(journal, stream, decider, to) : undefined;
  const state = snapshot === undefined ? decider.initial() : decider.load(snapshot.state);
  let sequence = snapshot?.sequence ?? 0;
  let at = 0;
  // One entry back, for its time.
  for await (const entry of journal.read(stream, Math.max(0, sequence - 1))) {
    if (entry.sequence > to || entry.at > until) break;
    if (entry.sequence > sequence) fold(decider, state, upcast(decider, entry));
    ({ sequence, at } = entry);
  }
  return { state, sequence, at };
};

export const replay = async <S, C, E>(
  journal: Journal,
  stream: string,
  decider: Decider<S, C, E>,
  { from = 1, to = Infinity, until = Infinity }: Range = {},
  watch: Watch<S> = {},
): Promise<Replayed> => {
  const start = from === 1 ? undefined : await usable(journal, stream, decider, from - 1);
  const fresh = (): S => (start === undefined ? decider.initial() : decider.load(start.state));
  const folded = fresh();
  let decided = fresh();
  let sequence = start?.sequence ?? 0;
  let difference: Difference | undefined;
  const sums = { entries: 0, commands: 0, events: 0, at: 0 };
  for await (const entry of journal.read(stream, sequence)) {
    if (entry.sequence > to || entry.at > until) break;
    const turns = upcast(decider, entry);
    fold(decider, folded, turns);
    if (entry.sequence < from) fold(decider, decided, turns);
    else if (difference === undefined) {
      difference = decideAgain(decider, decided, entry.sequence, turns);
      if (difference !== undefined) decided = folded;
      sums.entries += 1;
      sums.commands += turns.length;
      for (const { events } of turns) sums.events += events.length;
    }
    ({ sequence } = entry);
    sums.at = entry.at;
    watch.entry?.(entry, decided);
  }
  const end = await usable(journal, stream, decider, sequence);
  const { at, ...counts } = sums;
  return {
    ...{ stream, sequence, at, ...counts },
    hashes: {
      ...(difference === undefined ? { decided: stateHash(decider, decided) } : {}),
      folded: stateHash(decider, folded),
      ...(end === undefined
        ? {}
        : {
            snapshot: stateHash(decider, (await stateAt(journal, stream, decider, { to: sequence })).state),
          }),
    },
    ...(difference === undefined ? {} : { difference }),
  };
};

/** The snapshot, where it stands at `to` or before and is of this schema. */
const usable = async <S, C, E>(journal: Journal, stream: string, decider: Decider<S, C, E>, to: number) => {
  const snapshot = await verifiedSnapshot(journal, stream, undefined);
  return snapshot !== undefined && snapshot.schema === decider.schema && snapshot.sequence <= to
    ? snapshot
    : undefined;
};

const fold = <S, C, E>(decider: Decider<S, C, E>, state: S, turns: readonly RecordedTurn[]): void => {
  for (const { events } of turns) for (const event of events) decider.evolve(state, event as E);
};

/** The turns of one entry, as `takeTurn` took them: commands without events were not recorded and change nothing. */
const decideAgain = <S, C, E>(
  decider: Decider<S, C, E>,
  state: S,
  sequence: number,
  recorded: readonly RecordedTurn[],
): Difference | undefined => {
  let failed: { readonly turn: number; readonly error: string } | undefined;
  const commands = recorded.map(({ command }) => command as C);
  let produced: readonly RecordedTurn[];
  try {
    produced = takeTurn(decider, state, commands, {
      failed: (error, turn) => (failed ??= { turn, error: String(error) }),
    });
  } catch (error) {
    // An event that could not have been recorded: the state is not to be trusted from here on.
    produced = [];
    failed ??= { turn: 0, error: String(error) };
  }
  // A command that now gives nothing is missing from what was produced: they are paired by command, in order.
  let next = 0;
  for (const [turn, { command, events }] of recorded.entries()) {
    const same = produced[next]?.command === command ? produced[next++]!.events : [];
    if (isSame(events, same) && failed?.turn !== turn) continue;
    const error = failed?.turn === turn ? { error: failed.error } : {};
    return { sequence, turn, command, recorded: events, produced: same, ...error };
  }
  return undefined;
};

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  toJson(a) === toJson(b) || canonical(a) === canonical(b);

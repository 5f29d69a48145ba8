/**
 * Dead letters as a fold over facts. Pure. The same message given up again is another attempt of its open letter. Open
 * letters are bounded by count and bytes: beyond them the oldest that concerns no money is dropped.
 */
import { createHash } from "node:crypto";
import { toJson } from "../../domain/values/json.ts";
import type { Letter, Undelivered } from "./dead-letters.ts";

export const SCHEMA = 1;

export interface Bounds {
  /** Open letters that concern no money: how many, and their bytes together. */
  readonly openMax: number;
  readonly bytesMax: number;
  /** Of one that concerns no money; a larger one is cut. */
  readonly letterBytesMax: number;
}
export const BOUNDS: Bounds = { openMax: 1_000, bytesMax: 16 << 20, letterBytesMax: 256 << 10 };
/** Replayed and dropped ones that are still shown; older ones are in the journal only. */
const CLOSED_SHOWN = 200;

type Kept = Omit<Letter, "id" | "state" | "by" | "triedAt">;

export type Fact =
  | {
      readonly type: "SetAside";
      readonly id: number;
      readonly key: string;
      readonly bytes: number;
      readonly letter: Kept;
    }
  | {
      readonly type: "GivenUpAgain";
      readonly id: number;
      readonly attempts: number;
      readonly error: string;
      readonly at: number;
    }
  | { readonly type: "Replayed"; readonly id: number; readonly by: string; readonly at: number }
  | {
      readonly type: "ReplayFailed";
      readonly id: number;
      readonly by: string;
      readonly error: string;
      readonly at: number;
    }
  | { readonly type: "Dropped"; readonly id: number; readonly by: string; readonly at: number };

export type Wish =
  | { readonly type: "SetAside"; readonly letter: Undelivered; readonly host: string; readonly at: number }
  | {
      readonly type: "Replayed" | "Drop";
      readonly id: number;
      readonly by: string;
      readonly at: number;
    }
  | {
      readonly type: "ReplayFailed";
      readonly id: number;
      readonly by: string;
      readonly error: string;
      readonly at: number;
    };

interface Held {
  letter: Letter;
  readonly key: string;
  readonly bytes: number;
}

export interface Letters {
  last: number;
  readonly held: Map<number, Held>;
  /** Open ones by key. */
  readonly open: Map<string, number>;
  /** Of open letters that concern no money. */
  others: number;
  otherBytes: number;
}

export const noLetters = (): Letters => ({
  last: 0,
  held: new Map(),
  open: new Map(),
  others: 0,
  otherBytes: 0,
});

const textOf = (input: unknown): string => {
  try {
    return input === undefined ? "" : toJson(input);
  } catch (error) {
    return `not to be written down: ${String(error)}`;
  }
};

const isPlain = (input: unknown): boolean => {
  try {
    toJson(input);
    return true;
  } catch {
    return false;
  }
};

export const decide = (state: Letters, wish: Wish, bounds: Bounds = BOUNDS): readonly Fact[] => {
  if (wish.type === "SetAside") return setAside(state, wish, bounds);
  const { id, by, at } = wish;
  if (state.held.get(id)?.letter.state !== "open") return [];
  switch (wish.type) {
    case "Replayed":
      return [{ type: "Replayed", id, by, at }];
    case "ReplayFailed":
      return [{ type: "ReplayFailed", id, by, error: wish.error, at }];
    default:
      return [{ type: "Dropped", id, by, at }];
  }
};

const setAside = (
  state: Letters,
  { letter, host, at }: Extract<Wish, { type: "SetAside" }>,
  bounds: Bounds,
): readonly Fact[] => {
  const { to, money } = letter;
  const text = textOf(letter.input);
  const key = createHash("sha256").update(`${to.kind}.${to.id}.${to.message} ${text}`).digest("hex");
  const known = state.open.get(key);
  if (known !== undefined) {
    const { attempts, error } = letter;
    return [{ type: "GivenUpAgain", id: known, attempts, error, at }];
  }
  const cut = (!money && text.length > bounds.letterBytesMax) || !isPlain(letter.input);
  const input = cut ? text.slice(0, 1_024) : letter.input;
  const bytes = cut ? 1_024 : text.length;
  const id = state.last + 1;
  const kept: Kept = { ...letter, input, host, at, ...(cut ? { cut } : {}) };
  const added: Fact = { type: "SetAside", id, key, bytes, letter: kept };
  return money ? [added] : [added, ...room(state, bytes, at, bounds)];
};

/** The oldest that must go for one more of `bytes`. */
const room = (state: Letters, bytes: number, at: number, { openMax, bytesMax }: Bounds): Fact[] => {
  const dropped: Fact[] = [];
  let count = state.others + 1;
  let sum = state.otherBytes + bytes;
  for (const [id, held] of state.held) {
    if (count <= openMax && sum <= bytesMax) break;
    if (held.letter.state !== "open" || held.letter.money) continue;
    dropped.push({ type: "Dropped", id, by: "bound", at });
    count -= 1;
    sum -= held.bytes;
  }
  return dropped;
};

export const evolve = (state: Letters, fact: Fact): void => {
  if (fact.type === "SetAside") {
    const { id, key, bytes, letter } = fact;
    state.last = id;
    state.held.set(id, { letter: { ...letter, id, state: "open", triedAt: letter.at }, key, bytes });
    state.open.set(key, id);
    if (!letter.money) {
      state.others += 1;
      state.otherBytes += bytes;
    }
    return;
  }
  const held = state.held.get(fact.id);
  if (held === undefined) return;
  const { letter } = held;
  if (fact.type === "GivenUpAgain" || fact.type === "ReplayFailed") {
    const attempts = letter.attempts + (fact.type === "ReplayFailed" ? 1 : fact.attempts);
    held.letter = { ...letter, attempts, error: fact.error, triedAt: fact.at };
    return;
  }
  close(state, held, {
    ...letter,
    state: fact.type === "Replayed" ? "replayed" : "dropped",
    by: fact.by,
    triedAt: fact.at,
  });
};

const close = (state: Letters, held: Held, letter: Letter): void => {
  held.letter = letter;
  state.open.delete(held.key);
  if (!letter.money) {
    state.others -= 1;
    state.otherBytes -= held.bytes;
  }
  let shown = state.held.size - state.open.size;
  for (const [id, { letter: other }] of state.held) {
    if (shown <= CLOSED_SHOWN) break;
    if (other.state === "open") continue;
    state.held.delete(id);
    shown -= 1;
  }
};

export const save = ({ last, held }: Letters): unknown => ({
  last,
  held: [...held.values()].map(({ letter, key, bytes }) => ({ letter, key, bytes })),
});

export const load = (saved: unknown): Letters => {
  const { last, held } = saved as { last: number; held: readonly Held[] };
  const state = noLetters();
  state.last = last;
  for (const { letter, key, bytes } of held) {
    state.held.set(letter.id, { letter, key, bytes });
    if (letter.state !== "open") continue;
    state.open.set(key, letter.id);
    if (letter.money) continue;
    state.others += 1;
    state.otherBytes += bytes;
  }
  return state;
};

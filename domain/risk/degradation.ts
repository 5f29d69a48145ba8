/**
 * The degradation ladder: how much an account may still do when what it decides on has gone stale. Pure: signs in, a level
 * out. It gets worse at once and better only when nothing worse was seen for a while, so that a flapping stream does not
 * open and shut the door to entries.
 */
import { Invalid } from "../values/invalid.ts";

/**
 * full: everything. reducing: no entries. exits-only: resting entries are cancelled as well. halted: nothing but cancels;
 * stops at the venue stay.
 */
export const levels = ["full", "reducing", "exits-only", "halted"] as const;
export type Level = (typeof levels)[number];

export const signNames = ["market", "account", "clock"] as const;
export type SignName = (typeof signNames)[number];

/** In ms of real time. */
export interface Signs {
  /** Since anything came from the venue's market that we listen to. */
  readonly market: number;
  /** Since the account's stream spoke, or ledger and venue were last compared. */
  readonly account: number;
  /** How far our clock may be off the venue's. */
  readonly clock: number;
}

/** From this many ms on. */
export interface Steps {
  readonly reducingMs: number;
  readonly exitsOnlyMs: number;
  readonly haltedMs: number;
}

export interface Ladder extends Readonly<Record<SignName, Steps>> {
  /** Nothing worse for so long before it gets better. */
  readonly recoverMs: number;
}

/**
 * Market: a silent stream is taken for dead after ten seconds, so half as much again; a minute; ten minutes. Account: reconciled once a minute,
 * so two and four of them missed, then a quarter of an hour. Clock: an alert's worth, the sandbox's receive window,
 * Binance's.
 */
export const defaultLadder: Ladder = {
  market: { reducingMs: 15_000, exitsOnlyMs: 60_000, haltedMs: 600_000 },
  account: { reducingMs: 150_000, exitsOnlyMs: 300_000, haltedMs: 900_000 },
  clock: { reducingMs: 500, exitsOnlyMs: 1_000, haltedMs: 5_000 },
  recoverMs: 10_000,
};

export const rank = (level: Level): number => levels.indexOf(level);
export const worse = (a: Level, b: Level): Level => (rank(a) >= rank(b) ? a : b);

/** What made the level: the sign, how it stood, and the limit that it is past. */
export interface Cause {
  readonly sign: SignName;
  readonly ms: number;
  readonly limitMs: number;
}

export interface Judged {
  readonly level: Level;
  /** Absent when full. */
  readonly cause?: Cause;
}

/** The worst sign decides. */
export const judge = (ladder: Ladder, signs: Signs): Judged => {
  let found: Judged = { level: "full" };
  for (const sign of signNames) {
    const ms = signs[sign];
    const [level, limitMs] = stepOf(ladder[sign], ms);
    if (rank(level) > rank(found.level)) found = { level, cause: { sign, ms, limitMs } };
  }
  return found;
};

const stepOf = ({ reducingMs, exitsOnlyMs, haltedMs }: Steps, ms: number): readonly [Level, number] => {
  if (ms >= haltedMs) return ["halted", haltedMs];
  if (ms >= exitsOnlyMs) return ["exits-only", exitsOnlyMs];
  return ms >= reducingMs ? ["reducing", reducingMs] : ["full", 0];
};

/** The worst level seen of late; `now` is of a clock that never goes back. */
export class Lately {
  private readonly seenAt = new Map<Level, number>();

  constructor(level: Level, now: number) {
    this.seenAt.set(level, now);
  }

  see(level: Level, now: number, withinMs: number): Level {
    this.seenAt.set(level, now);
    for (const one of [...levels].reverse()) {
      const at = this.seenAt.get(one);
      if (at !== undefined && now - at < withinMs) return one;
    }
    return level;
  }
}

/** From configuration; what is left out is as in `defaultLadder`. Throws `Invalid` naming `<path>.<field>`. */
export const parseLadder = (raw: unknown, path = "degradation"): Ladder => {
  const given = fieldsOf(raw, path, [...signNames, "recoverMs"]);
  const steps = (sign: SignName): Steps => {
    const at = `${path}.${sign}`;
    const own = fieldsOf(given[sign], at, ["reducingMs", "exitsOnlyMs", "haltedMs"]);
    const usual = defaultLadder[sign];
    const reducingMs = msOf(own["reducingMs"], `${at}.reducingMs`, usual.reducingMs);
    const exitsOnlyMs = msOf(
      own["exitsOnlyMs"],
      `${at}.exitsOnlyMs`,
      Math.max(usual.exitsOnlyMs, reducingMs),
    );
    const haltedMs = msOf(own["haltedMs"], `${at}.haltedMs`, Math.max(usual.haltedMs, exitsOnlyMs));
    if (exitsOnlyMs < reducingMs)
      throw new Invalid(`${at}.exitsOnlyMs`, `at least reducingMs (${reducingMs})`, exitsOnlyMs);
    if (haltedMs < exitsOnlyMs)
      throw new Invalid(`${at}.haltedMs`, `at least exitsOnlyMs (${exitsOnlyMs})`, haltedMs);
    return { reducingMs, exitsOnlyMs, haltedMs };
  };
  return {
    market: steps("market"),
    account: steps("account"),
    clock: steps("clock"),
    recoverMs: msOf(given["recoverMs"], `${path}.recoverMs`, defaultLadder.recoverMs),
  };
};

const fieldsOf = (
  raw: unknown,
  path: string,
  allowed: readonly string[],
): Readonly<Record<string, unknown>> => {
  if (raw === undefined) return {};
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw new Invalid(path, `an object of ${allowed.join(", ")}`, raw);
  for (const name of Object.keys(raw))
    if (!allowed.includes(name)) throw new Invalid(`${path}.${name}`, `one of ${allowed.join(", ")}`, name);
  return raw as Readonly<Record<string, unknown>>;
};

const LONGEST_MS = 86_400_000;

const msOf = (found: unknown, path: string, usual: number): number => {
  if (found === undefined) return usual;
  if (typeof found !== "number" || !Number.isInteger(found) || found < 100 || found > LONGEST_MS)
    throw new Invalid(path, `whole milliseconds from 100 to ${LONGEST_MS}`, found);
  return found;
};

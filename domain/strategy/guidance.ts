/**
 * How a prediction guides a rule: what it may do to a wish of the rule to hold more, or to turn over. What lessens a position always
 * passes. A prediction that is missing or stale has a consequence that was chosen, and is named.
 */
import { Invalid } from "../values/invalid.ts";
import { readNumber, readObject } from "../values/read.ts";
import type { Prediction } from "./predictions.ts";
import { readOneOf } from "./saved.ts";

const modes = ["veto", "vote", "scale"] as const;
const consequences = ["rule", "no-entries", "exit"] as const;

export interface Guidance {
  /**
   * veto: no entry against a prediction of at least `sure` confidence. vote: an entry needs (1 - weight) + weight * agreement of at least
   * `threshold`. scale: an entry is of the agreement's part. Agreement: score * confidence, less than 0 where it looks the other way.
   */
  readonly mode: (typeof modes)[number];
  readonly sure: number;
  readonly weight: number;
  readonly threshold: number;
  /** Older ones are stale, ms. */
  readonly staleMs: number;
  /** Without a prediction: the rule alone, no entries, or out of the market. */
  readonly without: (typeof consequences)[number];
  /** The most that is held of one instrument, as a fraction of equity. */
  readonly cap: number;
  /** Entries within an hour, all instruments together; 0 bounds none. */
  readonly entriesPerHour: number;
}

const defaults: Guidance = {
  ...{ mode: "veto", sure: 0.5, weight: 0.5, threshold: 0.5, staleMs: 3_600_000, without: "no-entries" },
  ...{ cap: 1, entriesPerHour: 0 },
};
const ranges = {
  ...{ sure: [0, 1], weight: [0, 1], threshold: [0, 1], staleMs: [1, 31_536_000_000], cap: [0, 10] },
  entriesPerHour: [0, 10_000],
} as const;

export const parseGuidance = (raw: unknown, field: string): Guidance => {
  const from = readObject(raw ?? {}, field);
  const given: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(from)) {
    const at = `${field}.${name}`;
    if (name === "mode") given[name] = readOneOf(value, modes, at);
    else if (name === "without") given[name] = readOneOf(value, consequences, at);
    else if (name in ranges) {
      const [least, most] = ranges[name as keyof typeof ranges];
      const number = readNumber(value, at);
      if (number < least || number > most) throw new Invalid(at, `a number from ${least} to ${most}`, number);
      if (name === "entriesPerHour" && !Number.isInteger(number))
        throw new Invalid(at, "a whole number", number);
      given[name] = number;
    } else throw new Invalid(at, `one of ${Object.keys(defaults).join(", ")}`, value);
  }
  return given as unknown as Guidance;
};

/** What became of a wish: how much of it stands, and by which name it was changed. */
export interface Judged {
  readonly part: number;
  readonly why: "model-agrees" | "model-against" | "model-missing" | "model-stale";
}

/** Of an entry in a direction (1 long, -1 short): the part of it that stands, 0 to 1. */
export const judge = (
  guidance: Guidance,
  prediction: Prediction | undefined,
  direction: number,
  now: number,
): Judged => {
  const { mode, sure, weight, threshold, staleMs, without } = guidance;
  if (prediction === undefined || now - prediction.at > staleMs) {
    const why = prediction === undefined ? "model-missing" : "model-stale";
    return { part: without === "rule" ? 1 : 0, why };
  }
  const { score, confidence } = prediction;
  const agreement = direction * score * confidence;
  const against = { part: 0, why: "model-against" } as const;
  const agrees = { part: 1, why: "model-agrees" } as const;
  if (mode === "veto") return direction * score < 0 && confidence >= sure ? against : agrees;
  if (mode === "vote") return 1 - weight + weight * agreement >= threshold ? agrees : against;
  return agreement > 0 ? { part: agreement, why: "model-agrees" } : against;
};

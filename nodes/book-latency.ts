/** Latencies of a backtest over books as options give them: one for all venues, or one for each by name. */
import { Invalid } from "../domain/values/invalid.ts";
import type { BookLatency } from "../simulation/books/settings.ts";

/** Ms; by venue where they differ. */
export type LatencyChoice = number | Readonly<Record<string, number>>;

export interface BookLatencies {
  readonly feedMs: LatencyChoice;
  readonly entryMs: LatencyChoice;
  readonly answerMs: LatencyChoice;
}

const MS_MAX = 86_400_000;

/** From `20`, or `one=5,two=40`. Throws `Invalid` naming `field`. */
export const parseLatency = (text: string, field: string): LatencyChoice => {
  const expected = `whole milliseconds from 0 to ${MS_MAX}, or some for each venue such as one=5,two=40`;
  const ms = (part: string): number => {
    if (!/^\d+$/.test(part) || Number(part) > MS_MAX) throw new Invalid(field, expected, text);
    return Number(part);
  };
  if (!text.includes("=")) return ms(text);
  const parts = text.split(",").map((part) => /^\s*([^=\s]+)\s*=\s*(\S+)\s*$/.exec(part));
  const pairs = parts.map((match): readonly [string, number] => {
    if (match === null) throw new Invalid(field, expected, text);
    return [match[1]!, ms(match[2]!)];
  });
  if (new Set(pairs.map(([venue]) => venue)).size < pairs.length)
    throw new Invalid(field, "each venue once", text);
  return Object.fromEntries(pairs);
};

/** One for all, where nothing tells venues apart. Throws `Invalid` naming `field`. */
export const oneLatency = (chosen: LatencyChoice, field: string): number => {
  if (typeof chosen !== "number")
    throw new Invalid(field, "one for all: only several books have some for each venue", textOf(chosen));
  return chosen;
};

/** Of each venue. Throws `Invalid` naming the option that names another one, or not all. */
export const latencyOf = (
  { feedMs, entryMs, answerMs }: BookLatencies,
  venues: readonly string[],
): ((venue: string) => BookLatency) => {
  const of = (chosen: LatencyChoice, field: string): ((venue: string) => number) => {
    if (typeof chosen === "number") return () => chosen;
    const named = Object.keys(chosen);
    if (named.some((venue) => !venues.includes(venue)) || venues.some((venue) => !named.includes(venue)))
      throw new Invalid(field, `one for each of ${[...new Set(venues)].join(", ")}`, textOf(chosen));
    return (venue) => chosen[venue]!;
  };
  const feed = of(feedMs, "--feed-latency-ms");
  const entry = of(entryMs, "--order-latency-ms");
  const answer = of(answerMs, "--answer-latency-ms");
  return (venue) => ({ feedMs: feed(venue), entryMs: entry(venue), answerMs: answer(venue) });
};

export const latencyText = ({ feedMs, entryMs, answerMs }: BookLatencies): string =>
  `feed ${textOf(feedMs)} ms, order entry ${textOf(entryMs)} ms, answer ${textOf(answerMs)} ms`;

const textOf = (chosen: LatencyChoice): string =>
  typeof chosen === "number"
    ? String(chosen)
    : Object.entries(chosen)
        .map(([venue, ms]) => `${venue}=${ms}`)
        .join(",");

/**
 * The end of a run: sums, whether the ledger agrees with the venue, and for a replay whether the candles are those that
 * were recorded. Prints them, and throws `Exit` 5 when something does not match.
 */
import { checkBook, type BookCheck } from "../../nodes/book-check.ts";
import { checkCandles, type CandleCheck } from "../../nodes/candle-check.ts";
import type { Engine } from "../../nodes/engine.ts";
import type { Settings } from "../../nodes/settings.ts";
import { summarise, type Summary } from "../../nodes/summary.ts";
import { toPlainJson } from "../../domain/values/json.ts";
import { Exit, exits } from "../exit.ts";
import { answer, sumsText, timeText } from "../terminal.ts";

export interface Concluding {
  readonly json: boolean;
  readonly began: number;
  /** The replay came to its end. */
  readonly ended: boolean;
  readonly slices: number | undefined;
}

const TRIES = 8;
const PAUSE_MS = 250;

export const conclude = async (
  engine: Engine,
  settings: Settings,
  { json, began, ended, slices }: Concluding,
): Promise<void> => {
  const summary = await settled(engine, slices === undefined ? TRIES : 1);
  const { candleCheck, bookCheck } = await replayChecks(engine, settings, ended);
  const seconds = Math.round(performance.now() - began) / 1_000;
  const { journals, ...sums } = summary;
  const told = {
    ...sums,
    seconds,
    journalHash: mapped(journals, ({ hash }) => hash),
    journalSequence: mapped(journals, ({ sequence }) => sequence),
    ...(slices === undefined ? {} : { slices }),
    ...(candleCheck === undefined ? {} : { candleCheck }),
    ...(bookCheck === undefined ? {} : { bookCheck }),
  };
  answer(json, told, () => textOf(summary, { candleCheck, bookCheck }, seconds));
  const wrong = wrongs(summary, { candleCheck, bookCheck });
  if (wrong.length > 0) throw new Exit(exits.mismatch, wrong.join("; "));
};

/** A market that runs on may fill an order between two questions: only what stays wrong is wrong. */
const settled = async (engine: Engine, tries: number): Promise<Summary> => {
  for (let attempt = 1; ; attempt += 1) {
    const summary = await summarise(engine);
    if (summary.reconciled || attempt === tries) return summary;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
};

interface Checks {
  readonly candleCheck: CandleCheck | undefined;
  readonly bookCheck: BookCheck | undefined;
}

/** Of the one venue that plays recorded data, if any. */
const replayChecks = async (engine: Engine, settings: Settings, ended: boolean): Promise<Checks> => {
  for (const [id, { sandbox }] of Object.entries(settings.venues)) {
    if (sandbox?.replay === undefined) continue;
    const { replay, symbols } = sandbox;
    const range = { symbols, from: momentOf(sandbox.from), to: momentOf(sandbox.to) };
    return {
      candleCheck: await checkCandles(engine, id, replay, range),
      bookCheck: ended ? await checkBook(replay, { symbols }) : undefined,
    };
  }
  return { candleCheck: undefined, bookCheck: undefined };
};

/** The sandbox has accepted the same text before. */
const momentOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
};

const mapped = <T, U>(record: Readonly<Record<string, T>>, to: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));

const bookDiffers = ({ books, quotes }: BookCheck): boolean =>
  books.different + quotes.different > 0 || quotes.compared !== quotes.recorded;

const wrongs = (summary: Summary, { candleCheck: check, bookCheck: book }: Checks): readonly string[] => [
  ...(summary.reconciled ? [] : [`not reconciled: ${summary.mismatches.join("; ")}`]),
  ...(summary.duplicates > 0 ? [`${summary.duplicates} duplicates`] : []),
  ...(summary.lost > 0 ? [`${summary.lost} fills lost`] : []),
  ...(check !== undefined && check.different + check.missing > 0
    ? [`${check.different} candles differ and ${check.missing} are missing: ${check.examples.join("; ")}`]
    : []),
  ...(book !== undefined && bookDiffers(book)
    ? [
        `the book differs ${book.books.different} times, quotes ${book.quotes.different} times: ${book.examples.join("; ")}`,
      ]
    : []),
];

const textOf = (
  summary: Summary,
  { candleCheck: check, bookCheck: book }: Checks,
  seconds: number,
): string => {
  const { ticks, candles, orders, fills, crosses, positions, equity, refusals } = summary;
  const refused = Object.entries(refusals).map(([rule, count]) => `${rule} ${count}`);
  const sums = (amounts: object): string => sumsText(JSON.parse(toPlainJson(amounts)));
  return [
    "",
    `ended      ${timeText(summary.marketTime)} market time, after ${seconds} s`,
    `so far     ${ticks} ticks, ${candles} candles, ${orders} orders, ${fills} fills, ${crosses} crosses`,
    ...(refused.length === 0 ? [] : [`refused    ${refused.join(", ")}`]),
    `equity     ${sums(equity)}`,
    `positions  ${positions.length}`,
    `ledger     ${summary.reconciled ? "equals the venue's account" : `DIFFERS: ${summary.mismatches.join("; ")}`}; duplicates ${summary.duplicates}, lost ${summary.lost}`,
    ...(check === undefined
      ? []
      : [
          `candles    ${check.compared} compared with the recording, ${check.different} different, ${check.missing} missing`,
        ]),
    ...(book === undefined
      ? []
      : [
          `book       ${book.books.compared} compared at equal update ids, ${book.books.different} different; quotes: ${book.quotes.compared} of ${book.quotes.recorded} compared, ${book.quotes.different} different`,
        ]),
  ].join("\n");
};

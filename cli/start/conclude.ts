/**
 * The end of a run: sums, whether the ledger agrees with the venue, and for a replay whether the candles are those that
 * were recorded. Prints them, and throws `Exit` 5 when something does not match.
 */
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
  readonly slices: number | undefined;
}

const TRIES = 8;
const PAUSE_MS = 250;

export const conclude = async (
  engine: Engine,
  settings: Settings,
  { json, began, slices }: Concluding,
): Promise<void> => {
  const summary = await settled(engine, slices === undefined ? TRIES : 1);
  const candleCheck = await candlesOf(engine, settings);
  const seconds = Math.round(performance.now() - began) / 1_000;
  const { journals, ...sums } = summary;
  const told = {
    ...sums,
    seconds,
    journalHash: mapped(journals, ({ hash }) => hash),
    journalSequence: mapped(journals, ({ sequence }) => sequence),
    ...(slices === undefined ? {} : { slices }),
    ...(candleCheck === undefined ? {} : { candleCheck }),
  };
  answer(json, told, () => textOf(summary, candleCheck, seconds));
  const wrong = wrongs(summary, candleCheck);
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

const candlesOf = async (engine: Engine, settings: Settings): Promise<CandleCheck | undefined> => {
  for (const [id, { sandbox }] of Object.entries(settings.venues)) {
    if (sandbox?.replay === undefined) continue;
    const { replay, symbols } = sandbox;
    const range = { symbols, from: momentOf(sandbox.from), to: momentOf(sandbox.to) };
    return checkCandles(engine, id, replay, range);
  }
  return undefined;
};

/** The sandbox has accepted the same text before. */
const momentOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
};

const mapped = <T, U>(record: Readonly<Record<string, T>>, to: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));

const wrongs = (summary: Summary, check: CandleCheck | undefined): readonly string[] => [
  ...(summary.reconciled ? [] : [`not reconciled: ${summary.mismatches.join("; ")}`]),
  ...(summary.duplicates > 0 ? [`${summary.duplicates} duplicates`] : []),
  ...(summary.lost > 0 ? [`${summary.lost} fills lost`] : []),
  ...(check !== undefined && check.different + check.missing > 0
    ? [`${check.different} candles differ and ${check.missing} are missing: ${check.examples.join("; ")}`]
    : []),
];

const textOf = (summary: Summary, check: CandleCheck | undefined, seconds: number): string => {
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
  ].join("\n");
};

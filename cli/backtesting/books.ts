/** `shoal backtesting --books`: a strategy over recorded books, with queue positions and latencies. */
import type { Command } from "commander";
import { Invalid } from "../../domain/values/invalid.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import { type BookAnswer, runBookBacktest } from "../../nodes/book-backtest.ts";
import { type BooksAnswer, recordedBooks, runBooksBacktest } from "../../nodes/books-backtest.ts";
import { strategyFinder } from "../../nodes/strategy-files.ts";
import { refuseForeign } from "./foreign.ts";
import { toldText } from "./told.ts";
import { answer, say, table, timeText } from "../terminal.ts";
import { wholeNumber } from "../verb.ts";

export interface BookOptions {
  readonly books?: string;
  readonly queue: string;
  readonly answerLatencyMs: number;
  readonly startingBase: string;
}

/** By name: what only books know. */
export const bookOptions: readonly string[] = ["queue", "answerLatencyMs", "startingBase"];

export const withBooks = (command: Command): Command =>
  command
    .option(
      "--books <path>",
      "recorded books such as BTC_USDT-20240808.ws.gz instead of candles: a file, a folder, or one with a folder for each venue",
    )
    .option(
      "--queue <model>",
      "books: who left a level: risk-averse, proportional, power:N or log",
      "risk-averse",
    )
    .option(
      "--answer-latency-ms <n>",
      "books: the strategy hears so late of its orders",
      wholeNumber(0, 86_400_000),
      0,
    )
    .option("--starting-base <n>", "books: base held at the start, at each venue", "0");

interface Given extends BookOptions {
  readonly strategy: string;
  readonly strategiesDir?: string;
  readonly candles?: string;
  readonly pairs?: readonly string[];
  readonly feeBps: number;
  readonly makerFeeBps?: number;
  readonly orderLatencyMs: number;
  readonly feedLatencyMs: number;
  readonly startingBalance: number;
  readonly json?: boolean;
}

/** What books know besides. */
const known: readonly string[] = [
  ...["books", "strategy", "strategiesDir", "params", "pairs", "feeBps", "makerFeeBps"],
  ...["orderLatencyMs", "feedLatencyMs", "startingBalance", "json", ...bookOptions],
];

/** Throws `Invalid` for options that do not go together. */
export const backtestBooks = async (
  path: string,
  params: unknown,
  given: Given,
  called: Command,
): Promise<void> => {
  if (given.candles !== undefined) throw new Invalid("--books", "no --candles beside it", path);
  refuseForeign(called, (name) => !known.includes(name), "none beside --books");
  const request = {
    strategy: given.strategy,
    strategiesDir: given.strategiesDir,
    params,
    books: path,
    pairs: given.pairs,
    queue: given.queue,
    latency: {
      feedMs: given.feedLatencyMs,
      entryMs: given.orderLatencyMs,
      answerMs: given.answerLatencyMs,
    },
    makerBps: given.makerFeeBps ?? given.feeBps,
    takerBps: given.feeBps,
    startingBalance: given.startingBalance,
    startingBase: given.startingBase,
  };
  const now = () => performance.now();
  const strategy = await strategyFinder(given.strategiesDir)(given.strategy);
  const complete = parseParams(strategy, params, "--params");
  const found = recordedBooks(request);
  if (found.length > 1 || strategy.needs(complete).books === true) {
    const several = runBooksBacktest(request, strategy, complete, found, now);
    for (const note of several.notes) say(note);
    answer(given.json === true, several, () => severalText(several));
    return;
  }
  const value = await runBookBacktest({ ...request, recorded: found[0]!.book }, now);
  for (const note of value.notes) say(note);
  answer(given.json === true, value, () => textOf(value));
};

const textOf = (value: BookAnswer): string =>
  [
    `${value.strategy} over the book of ${value.pair}, ${timeText(value.from)} to ${timeText(value.to)}`,
    `${value.events} events (${value.deltas} deltas, ${value.trades} trades) in ${(value.elapsedMs / 1_000).toFixed(2)} s`,
    ordersText(value, value.fees),
    `quote ${value.quote}, base ${value.base} at ${value.lastMiddle}; equity ${value.equityStart} to ${value.equityEnd}`,
    table([["What"], ["How"]], Object.entries(value.conventions), "none"),
    ...(value.told === undefined ? [] : [toldText(value.told)]),
    `orders: ${value.orderListHash}`,
  ].join("\n\n");

const severalText = (value: BooksAnswer): string =>
  [
    `${value.strategy} over the books of ${value.instruments.join(", ")}, ${timeText(value.from)} to ${timeText(value.to)}`,
    `${value.events} events in ${(value.elapsedMs / 1_000).toFixed(2)} s`,
    ordersText(value, listed(value.fees)),
    ...Object.entries(value.wallets).map(([venue, amounts]) => `${venue}: ${listed(amounts)}`),
    `equity ${value.equityStart} to ${value.equityEnd} ${value.quote}`,
    ...(value.unhedged === null ? [] : [unhedgedText(value.unhedged, value.quote)]),
    table([["What"], ["How"]], Object.entries(value.conventions), "none"),
    `orders: ${value.orderListHash}`,
  ].join("\n\n");

const unhedgedText = (unhedged: NonNullable<BooksAnswer["unhedged"]>, quote: string): string => {
  const { rounds, episodes, seconds, longestSeconds, meanNotional, peakNotional } = unhedged;
  return [
    `${rounds} rounds; unhedged ${episodes} times, ${seconds.toFixed(3)} s in all, ${longestSeconds.toFixed(3)} s at most,`,
    `${meanNotional.toFixed(2)} ${quote} on average, ${peakNotional.toFixed(2)} at most`,
  ].join(" ");
};

const ordersText = (value: Pick<BookAnswer, (typeof counted)[number]>, fees: string): string =>
  table(
    ["Orders", "Filled", "Cancelled", "Refused", "Expired", "Fills", "Maker", "Taker", "Fees"].map(
      (name) => [name, "right"] as const,
    ),
    [[...counted.map((name) => value[name]), fees]],
    "none",
  );

const counted = [
  "orders",
  "filled",
  "cancelled",
  "refused",
  "expired",
  "fills",
  "makerFills",
  "takerFills",
] as const;

const listed = (amounts: Readonly<Record<string, string>>): string =>
  Object.entries(amounts)
    .map(([name, amount]) => `${amount} ${name}`)
    .join(", ") || "none";

/** `shoal backtesting --books`: a strategy over recorded books, with queue positions and latencies. */
import type { Command } from "commander";
import { Invalid } from "../../domain/values/invalid.ts";
import { parseLatency } from "../../nodes/book-latency.ts";
import { runBooksBacktest } from "../../nodes/books-backtest.ts";
import { say, timeText } from "../terminal.ts";
import { booksText } from "./books-text.ts";
import { refuseForeign } from "./foreign.ts";
import { checkExport, type ExportOptions, reportChoice, type ReportOptions } from "./outputs.ts";
import { show } from "./shown.ts";

export interface BookOptions {
  readonly books?: string;
  readonly queue: string;
  readonly answerLatencyMs: string;
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
      "books: the strategy hears so late of its orders; by venue one=5,two=40",
      "0",
    )
    .option("--starting-base <n>", "books: base held at the start, at each venue", "0");

interface Given extends BookOptions, ReportOptions, ExportOptions {
  readonly strategy: string;
  readonly strategiesDir?: string;
  readonly candles?: string;
  readonly pairs?: readonly string[];
  readonly timerange?: string;
  readonly feeBps: number;
  readonly makerFeeBps?: number;
  readonly orderLatencyMs: string;
  readonly feedLatencyMs: string;
  readonly startingBalance: number;
  readonly json?: boolean;
}

/** What books know besides. */
const known: readonly string[] = [
  ...["books", "strategy", "strategiesDir", "params", "pairs", "timerange", "feeBps", "makerFeeBps"],
  ...["orderLatencyMs", "feedLatencyMs", "startingBalance", "json", ...bookOptions],
  ...["breakdown", "metricsCompat", "html", "export", "exportFilename"],
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
  reportChoice(given);
  checkExport(given);
  const run = await runBooksBacktest(
    {
      ...{ strategy: given.strategy, strategiesDir: given.strategiesDir, params, books: path },
      ...{ pairs: given.pairs, timerange: given.timerange, queue: given.queue },
      latency: {
        feedMs: parseLatency(given.feedLatencyMs, "--feed-latency-ms"),
        entryMs: parseLatency(given.orderLatencyMs, "--order-latency-ms"),
        answerMs: parseLatency(given.answerLatencyMs, "--answer-latency-ms"),
      },
      makerBps: given.makerFeeBps ?? given.feeBps,
      takerBps: given.feeBps,
      startingBalance: given.startingBalance,
      startingBase: given.startingBase,
    },
    () => performance.now(),
  );
  const { answer } = run;
  for (const note of answer.notes) say(note);
  const about = [
    `${answer.strategy} over the books of ${answer.instruments.join(", ")}, ${timeText(answer.from)} to ${timeText(answer.to)}`,
    `${answer.events} events, ${answer.prints} of them trades, in ${(answer.elapsedMs / 1_000).toFixed(2)} s; ${answer.trades.length} trades, ${answer.orders} orders`,
  ];
  show({ ...run, markets: [], about }, given, booksText(answer));
};

/** `shoal backtesting --books`: a strategy over a recorded book, with queue positions and latencies. */
import type { Command } from "commander";
import { Invalid } from "../../domain/values/invalid.ts";
import { type BookAnswer, runBookBacktest } from "../../nodes/book-backtest.ts";
import { answer, say, table, timeText } from "../terminal.ts";
import { wholeNumber } from "../verb.ts";

export interface BookOptions {
  readonly books?: string;
  readonly queue: string;
  readonly answerLatencyMs: number;
  readonly startingBase: string;
}

export const withBooks = (command: Command): Command =>
  command
    .option(
      "--books <path>",
      "a recording of a book such as BTC_USDT-20240808.ws.gz, or a folder of them, instead of candles",
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
    .option("--starting-base <n>", "books: base held at the start", "0");

interface Given extends BookOptions {
  readonly strategy: string;
  readonly strategiesDir?: string;
  readonly candles?: string;
  readonly feeBps: number;
  readonly makerFeeBps?: number;
  readonly orderLatencyMs: number;
  readonly feedLatencyMs: number;
  readonly startingBalance: number;
  readonly json?: boolean;
}

/** Throws `Invalid` for options that do not go together. */
export const backtestBooks = async (path: string, params: unknown, given: Given): Promise<void> => {
  if (given.candles !== undefined) throw new Invalid("--books", "no --candles beside it", path);
  const value = await runBookBacktest(
    {
      strategy: given.strategy,
      strategiesDir: given.strategiesDir,
      params,
      books: path,
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
    },
    () => performance.now(),
  );
  for (const note of value.notes) say(note);
  answer(given.json === true, value, () => textOf(value));
};

const textOf = (value: BookAnswer): string =>
  [
    `${value.strategy} over the book of ${value.pair}, ${timeText(value.from)} to ${timeText(value.to)}`,
    `${value.events} events (${value.deltas} deltas, ${value.trades} trades) in ${(value.elapsedMs / 1_000).toFixed(2)} s`,
    table(
      [
        ["Orders", "right"],
        ["Filled", "right"],
        ["Cancelled", "right"],
        ["Refused", "right"],
        ["Expired", "right"],
        ["Fills", "right"],
        ["Maker", "right"],
        ["Taker", "right"],
        ["Fees", "right"],
      ],
      [
        [
          value.orders,
          value.filled,
          value.cancelled,
          value.refused,
          value.expired,
          value.fills,
          value.makerFills,
          value.takerFills,
          value.fees,
        ],
      ],
      "none",
    ),
    `quote ${value.quote}, base ${value.base} at ${value.lastMiddle}; equity ${value.equityStart} to ${value.equityEnd}`,
    table([["What"], ["How"]], Object.entries(value.conventions), "none"),
    `orders: ${value.orderListHash}`,
  ].join("\n\n");

/** Runs a backtest over a recorded book: finds strategy and recording, takes the time, hashes the orders. */
import { createHash } from "node:crypto";
import { readBookRecording, type RecordedBook } from "../adapters/history/book-recording.ts";
import { instrumentId, type Instrument } from "../domain/market/instrument.ts";
import { parseParams } from "../domain/strategy/params.ts";
import type { ToldRow } from "../domain/strategy/strategy.ts";
import { listenedTo, toldOf } from "../domain/strategy/told.ts";
import { Invalid } from "../domain/values/invalid.ts";
import {
  asset,
  decimal,
  format,
  money,
  quantity,
  type Price,
  type Quantity,
  type VenueId,
} from "../domain/values/values.ts";
import { canonicalLine } from "../simulation/backtest/order-log.ts";
import { bookBacktest } from "../simulation/books/book-backtest.ts";
import { parseQueueModel } from "../simulation/books/queue-model.ts";
import type { BookLatency, BookResult } from "../simulation/books/settings.ts";
import { expectNoBooks, strategyFinder } from "./strategy-files.ts";

export interface BookRequest {
  readonly strategy: string;
  readonly strategiesDir?: string | undefined;
  readonly params: unknown;
  /** A recording, or a folder of them. */
  readonly books: string;
  /** What was read of it, where that is known. */
  readonly recorded?: RecordedBook;
  readonly queue: string;
  readonly latency: BookLatency;
  readonly makerBps: number;
  readonly takerBps: number;
  readonly startingBalance: number;
  /** Base units held at the start. */
  readonly startingBase: string;
}

export type BookAnswer = ReturnType<typeof answerOf> & { readonly told?: readonly ToldRow[] };

/** Throws `Invalid` naming the option, or the file and what is wrong in it. One book, and a strategy that wants no depth. */
export const runBookBacktest = async (request: BookRequest, now: () => number): Promise<BookAnswer> => {
  const { strategy, told } = listenedTo(await strategyFinder(request.strategiesDir)(request.strategy));
  const params = parseParams(strategy, request.params, "--params");
  expectNoBooks(strategy, params);
  const queue = parseQueueModel(request.queue, "--queue");
  const recorded = request.recorded ?? readBookRecording(request.books);
  const instrument = bookInstrument(recorded, request);
  const base = quantity(request.startingBase, "--starting-base");
  if (base < 0n || base % instrument.lotSize !== 0n)
    throw new Invalid(
      "--starting-base",
      `0 or a multiple of ${format(instrument.lotSize)}`,
      request.startingBase,
    );
  const began = now();
  const result = bookBacktest({
    strategy,
    params,
    instrument,
    events: recorded.events,
    queue,
    latency: request.latency,
    quote: money(String(request.startingBalance), "--starting-balance"),
    base,
  });
  return { ...answerOf(request, recorded, result, now() - began), ...toldOf(told) };
};

/** On the grid that the recording implies. */
export const bookInstrument = (
  recorded: RecordedBook,
  { makerBps, takerBps }: Pick<BookRequest, "makerBps" | "takerBps">,
  venue = "recorded" as VenueId,
): Instrument => {
  const [base, quote] = recorded.pair.split("/") as [string, string];
  const lot = decimal(`1e-${recorded.lotDecimals}`) as Quantity;
  return {
    id: instrumentId(venue, recorded.pair),
    venue,
    symbol: recorded.pair,
    base: asset(base),
    quote: asset(quote),
    tickSize: decimal(`1e-${recorded.priceDecimals}`) as Price,
    lotSize: lot,
    quantityMin: lot,
    quantityMax: 0n as Quantity,
    notionalMin: money("0"),
    makerBps,
    takerBps,
    status: "trading",
  };
};

const answerOf = (request: BookRequest, recorded: RecordedBook, result: BookResult, elapsedMs: number) => {
  const { account, orders, events, equity } = result;
  const { feedMs, entryMs, answerMs } = request.latency;
  const hash = createHash("sha256");
  for (const order of orders) hash.update(`${canonicalLine(order)}\n`);
  const makers = account.fills.filter(({ maker }) => maker).length;
  const ended = (status: string): number => orders.filter((order) => order.status === status).length;
  return {
    strategy: request.strategy,
    pair: recorded.pair,
    conventions: {
      fills: "a resting order is filled by recorded trades alone; a taker walks the recorded book",
      queue: request.queue,
      latency: `feed ${feedMs} ms, order entry ${entryMs} ms, answer ${answerMs} ms`,
      fees: `maker ${request.makerBps} bps, taker ${request.takerBps} bps, in quote`,
      accounting: "exact",
    },
    from: recorded.events.at[0]!,
    to: recorded.events.at[recorded.events.length - 1]!,
    notes: recorded.notes,
    deltas: recorded.deltas,
    trades: recorded.trades,
    events,
    elapsedMs,
    eventsPerSecond: elapsedMs > 0 ? (events / elapsedMs) * 1_000 : 0,
    orders: orders.length,
    filled: ended("filled"),
    cancelled: ended("cancelled"),
    refused: ended("refused"),
    expired: ended("expired"),
    fills: account.fills.length,
    makerFills: makers,
    takerFills: account.fills.length - makers,
    fees: format(account.fees),
    quote: format(account.cash),
    base: format(BigInt(account.lots) * 10n ** BigInt(18 - recorded.lotDecimals)),
    lastMiddle: result.middle,
    equityStart: equity.value[0] ?? NaN,
    equityEnd: equity.value.at(-1) ?? NaN,
    equity: equity.at.map((at, k): readonly [number, number] => [at, equity.value[k]!]),
    orderListHash: hash.digest("hex"),
  };
};

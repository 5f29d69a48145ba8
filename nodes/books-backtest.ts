/** Runs a backtest over several recorded books, or over one of which the strategy wants the depth; tells what was held unhedged. */
import { createHash } from "node:crypto";
import { readBookFolder, type VenueBook } from "../adapters/history/book-recording.ts";
import type { Params, Saved, Strategy } from "../domain/strategy/strategy.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { format, money, plus, quantity, ZERO, type Money, type VenueId } from "../domain/values/values.ts";
import { canonicalLine } from "../simulation/backtest/order-log.ts";
import { booksBacktest, type BooksResult } from "../simulation/books/books-backtest.ts";
import { parseQueueModel } from "../simulation/books/queue-model.ts";
import { amounts } from "./amounts.ts";
import { bookInstrument, type BookRequest } from "./book-backtest.ts";

export type BooksAnswer = ReturnType<typeof answerOf>;

export interface BooksRequest extends BookRequest {
  readonly pairs?: readonly string[] | undefined;
}

/** In the order of `pairs` where given, of their names otherwise; of one pair by venue. Throws `Invalid` naming the option. */
export const recordedBooks = ({
  books,
  pairs,
}: Pick<BooksRequest, "books" | "pairs">): readonly VenueBook[] => {
  const found = readBookFolder(books, pairs);
  const missing = pairs?.find((pair) => !found.some(({ book }) => book.pair === pair));
  if (missing !== undefined) throw new Invalid("--pairs", `pairs with a recording in ${books}`, missing);
  if (pairs === undefined) return found;
  return [...found].sort((a, b) => pairs.indexOf(a.book.pair) - pairs.indexOf(b.book.pair));
};

/** Throws `Invalid` naming the option, or what the strategy says of instruments that are not its. */
export const runBooksBacktest = (
  request: BooksRequest,
  strategy: Strategy,
  params: Params,
  found: readonly VenueBook[],
  now: () => number,
): BooksAnswer => {
  const markets = found.map(({ venue, book }) => ({
    instrument: bookInstrument(book, request, venue as VenueId),
    events: book.events,
  }));
  const { lotSize } = markets[0]!.instrument;
  const base = quantity(request.startingBase, "--starting-base");
  if (base < 0n || base % lotSize !== 0n)
    throw new Invalid("--starting-base", `0 or a multiple of ${format(lotSize)}`, request.startingBase);
  const began = now();
  const result = booksBacktest({
    ...{ strategy, params, markets, base, latency: request.latency },
    queue: parseQueueModel(request.queue, "--queue"),
    quote: money(String(request.startingBalance), "--starting-balance"),
  });
  return answerOf(request, found, result, now() - began);
};

const answerOf = (
  request: BooksRequest,
  found: readonly VenueBook[],
  { orders, lanes, wallets, equity, saved }: BooksResult,
  elapsedMs: number,
) => {
  const { feedMs, entryMs, answerMs } = request.latency;
  const hash = createHash("sha256");
  for (const order of orders) hash.update(`${canonicalLine(order)}\n`);
  const fills = lanes.flatMap(({ account }) => account.fills);
  const makerFills = fills.filter(({ maker }) => maker).length;
  const ended = (status: string): number => orders.filter((order) => order.status === status).length;
  const events = lanes.reduce((sum, lane) => sum + lane.events.length, 0);
  const fees = new Map<string, Money>();
  for (const { account, instrument } of lanes)
    fees.set(instrument.quote, plus(fees.get(instrument.quote) ?? ZERO, account.fees));
  return {
    strategy: request.strategy,
    instruments: lanes.map(({ instrument }) => instrument.id),
    quote: lanes[0]!.instrument.quote,
    conventions: {
      fills: "a resting order is filled by recorded trades alone; a taker walks the recorded book",
      queue: request.queue,
      latency: `feed ${feedMs} ms, order entry ${entryMs} ms, answer ${answerMs} ms, the same at each venue`,
      fees: `maker ${request.makerBps} bps, taker ${request.takerBps} bps, in quote`,
      balances: "the starting balance and base at each venue",
      accounting: "exact",
    },
    from: Math.min(...lanes.map((lane) => lane.events.at[0]!)),
    to: Math.max(...lanes.map((lane) => lane.events.at[lane.events.length - 1]!)),
    notes: found.flatMap(({ venue, book }) => book.notes.map((note) => `${venue} ${book.pair}: ${note}`)),
    events,
    elapsedMs,
    eventsPerSecond: elapsedMs > 0 ? (events / elapsedMs) * 1_000 : 0,
    orders: orders.length,
    filled: ended("filled"),
    cancelled: ended("cancelled"),
    refused: ended("refused"),
    expired: ended("expired"),
    fills: fills.length,
    makerFills,
    takerFills: fills.length - makerFills,
    fees: amounts(fees),
    wallets: Object.fromEntries([...wallets].map(([venue, { totals }]) => [venue, amounts(totals)])),
    equityStart: equity.value[0] ?? NaN,
    equityEnd: equity.value.at(-1) ?? NaN,
    equity: equity.at.map((at, k): readonly [number, number] => [at, equity.value[k]!]),
    unhedged: unhedgedOf(saved),
    orderListHash: hash.digest("hex"),
  };
};

/** What the lanes of an arbitrage measured (domain/arbitrage/exposure.ts); null for a strategy that measures none. */
const unhedgedOf = ({ lanes }: Saved) => {
  const measured = (Array.isArray(lanes) ? (lanes as readonly Saved[]) : []).flatMap(
    ({ exposure, rounds }) =>
      typeof exposure === "object" && exposure !== null
        ? [{ rounds, ...(exposure as Readonly<Record<string, number>>) } as Readonly<Record<string, number>>]
        : [],
  );
  if (measured.length === 0) return null;
  const sum = (name: string): number => measured.reduce((total, one) => total + (one[name] ?? 0), 0);
  const most = (name: string): number => Math.max(...measured.map((one) => one[name] ?? 0));
  const unhedgedMs = sum("unhedgedMs");
  return {
    rounds: sum("rounds"),
    episodes: sum("episodes"),
    seconds: unhedgedMs / 1_000,
    longestSeconds: most("longestMs") / 1_000,
    /** In quote. */
    meanNotional: unhedgedMs > 0 ? sum("notionalMs") / unhedgedMs : 0,
    peakNotional: most("peakNotional"),
  };
};

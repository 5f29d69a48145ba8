/** What a backtest over books answers: what became of orders and money, the figures of every backtest, those of makers, what stood unhedged. */
import type { VenueBook } from "../adapters/history/book-recording.ts";
import { BOUGHT, SOLD } from "../domain/market/book-events.ts";
import { returnMetrics } from "../domain/performance/return-metrics.ts";
import type { Params, Saved, ToldRow } from "../domain/strategy/strategy.ts";
import { toldOf } from "../domain/strategy/told.ts";
import { plus, toFloat, ZERO, type Money, type Quantity } from "../domain/values/values.ts";
import type { EquitySamples } from "../simulation/books/equity-samples.ts";
import { bookFigures, tripsOf } from "../simulation/books/told.ts";
import { amounts } from "./amounts.ts";
import { orderListHash } from "./backtest.ts";
import { latencyText } from "./book-latency.ts";
import type { BooksRequest, RanBooks } from "./books-backtest.ts";

export type BooksRun = ReturnType<typeof toldBooks>;
export type BooksAnswer = BooksRun["answer"];

interface Prepared {
  readonly request: BooksRequest;
  readonly params: Params;
  readonly found: readonly VenueBook[];
  readonly told: () => readonly ToldRow[];
  readonly base: Quantity;
  readonly elapsedMs: number;
}

export const toldBooks = ({ request, params, found, told, base, elapsedMs }: Prepared, ran: RanBooks) => {
  const { books, orders, wallets, equity, saved } = ran;
  const { base: stock, quote } = books[0]!.instrument;
  const from = Math.min(...books.map(({ events }) => events.at[0]!));
  const to = Math.max(equity.at.at(-1) ?? from, ...books.map(({ events }) => events.at[events.length - 1]!));
  const start = toFloat(base);
  const figures = books.map((book) => {
    const { id, base: own, quote: other } = book.instrument;
    const ours = books.length === 1 ? orders : orders.filter(({ pair }) => pair === id);
    return bookFigures(book, ours, own === stock && other === quote ? start : 0, to);
  });
  const middles = figures.map(({ lastMiddle }) => lastMiddle);
  const startingBalance = equity.value[0] ?? NaN;
  const events = books.reduce((sum, book) => sum + book.events.length, 0);
  // The first sample is what there was before anything was traded.
  const path = { at: equity.at.slice(1), value: equity.value.slice(1) };
  const answer = {
    strategy: request.strategy,
    params,
    conventions: conventionsOf(request),
    instruments: books.map(({ instrument }) => instrument.id),
    quote: quote as string,
    timeframe: "order books",
    startingBalance,
    from,
    to,
    markets: books
      .map(({ instrument: { symbol } }, i) => ({ pair: symbol, change: figures[i]!.change }))
      .filter(({ pair }, i, all) => all.findIndex((one) => one.pair === pair) === i),
    notes: found.flatMap(({ venue, book }) => book.notes.map((note) => `${venue} ${book.pair}: ${note}`)),
    ...toldOf(told),
    ...{ events, prints: printsOf(ran), elapsedMs },
    eventsPerSecond: elapsedMs > 0 ? (events / elapsedMs) * 1_000 : 0,
    trades: tripsOf(books, quote, middles, to),
    equity: path.at.map((at, k): readonly [number, number] => [at, path.value[k]!]),
    profitTotalRatio: (equity.value.at(-1) ?? NaN) / startingBalance - 1,
    byMinute: minutesOf(equity),
    ...endsOf(ran),
    wallets: Object.fromEntries([...wallets].map(([venue, { totals }]) => [venue, amounts(totals)])),
    books: figures,
    unhedged: unhedgedOf(saved),
    orderListHash: orderListHash({ orders }),
  };
  return { answer, equity: path, orders };
};

const conventionsOf = (request: BooksRequest) => ({
  fills: "a resting order is filled by recorded trades alone; a taker walks the recorded book",
  queue: request.queue,
  latency: latencyText(request.latency),
  fees: `maker ${request.makerBps} bps, taker ${request.takerBps} bps, in quote`,
  balances: "the starting balance and base at each venue",
  accounting: "exact",
  equity: "cash and base at the middles of the books, at whole seconds",
  trades: "from as much of an asset as at the start until there is as much again, over all venues",
});

const printsOf = ({ books }: RanBooks): number => {
  let prints = 0;
  for (const { events } of books)
    for (let k = 0; k < events.length; k += 1)
      if (events.kind[k] === BOUGHT || events.kind[k] === SOLD) prints += 1;
  return prints;
};

/** What became of the orders. */
const endsOf = ({ books, orders }: RanBooks) => {
  const ended = (status: string): number => orders.filter((order) => order.status === status).length;
  const fills = books.flatMap(({ account }) => account.fills);
  const makerFills = fills.filter(({ maker }) => maker).length;
  const refusals: Record<string, number> = {};
  for (const { refusal } of orders) if (refusal !== "") refusals[refusal] = (refusals[refusal] ?? 0) + 1;
  const fees = new Map<string, Money>();
  for (const { account, instrument } of books)
    fees.set(instrument.quote, plus(fees.get(instrument.quote) ?? ZERO, account.fees));
  return {
    orders: orders.length,
    filled: ended("filled"),
    cancelled: ended("cancelled"),
    refused: ended("refused"),
    expired: ended("expired"),
    refusals,
    fills: fills.length,
    makerFills,
    takerFills: fills.length - makerFills,
    fees: amounts(fees),
  };
};

const MINUTE_MS = 60_000;

/** Ratios of returns of minutes, for recordings of hours: a year has 525,600. Null where samples are further apart. */
const minutesOf = ({ at, value, step }: EquitySamples) => {
  if (step > MINUTE_MS) return null;
  const returns: number[] = [];
  let before = value[0] ?? NaN;
  for (let k = 1; k < at.length; k += 1) {
    if (at[k]! % MINUTE_MS !== 0) continue;
    returns.push(value[k]! / before - 1);
    before = value[k]!;
  }
  const { volatility, sharpe, sortino, maxDrawdown } = returnMetrics(
    { returns },
    { periods: 525_600 },
  ).figures;
  return { returns: returns.length, volatility, sharpe, sortino, maxDrawdown };
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

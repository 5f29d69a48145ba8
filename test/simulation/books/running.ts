/** Small books for tests, strategies that act at a quote, and a run of one over the other. */
import { ASK_LEVEL, BID_LEVEL, BookEvents } from "../../../domain/market/book-events.ts";
import type { Desk, OrderUpdate, Strategy } from "../../../domain/strategy/strategy.ts";
import { money, quantity } from "../../../domain/values/values.ts";
import { bookBacktest } from "../../../simulation/books/book-backtest.ts";
import { parseQueueModel } from "../../../simulation/books/queue-model.ts";
import type { BookLatency } from "../../../simulation/books/settings.ts";
import { INSTRUMENT } from "./instrument.ts";

export type Row = readonly [at: number, kind: number, ticks: number, lots: number];

export const eventsOf = (rows: readonly Row[]): BookEvents => {
  const events = new BookEvents();
  for (const [at, kind, ticks, lots] of rows) events.push(at, kind, ticks, lots);
  return events;
};

export const NONE: BookLatency = { feedMs: 0, entryMs: 0, answerMs: 0 };

export const run = (
  rows: readonly Row[],
  strategy: Strategy,
  latency = NONE,
  queue = "risk-averse",
  base = "100",
) =>
  bookBacktest({
    strategy,
    params: {},
    instrument: INSTRUMENT,
    events: eventsOf(rows),
    queue: parseQueueModel(queue, "queue"),
    latency,
    quote: money("10000"),
    base: quantity(base),
  });

/** Acts at the nth quote; `heard` has what it was told of its orders, and when. */
export const acting = (
  act: (desk: Desk, nth: number) => void,
  heard: [number, OrderUpdate][] = [],
): Strategy => ({
  name: "acting",
  about: "",
  genes: {},
  needs: () => ({ timeframes: [], warmupCandles: 0, quotes: true }),
  start: () => {
    let nth = 0;
    return {
      onCandle: () => undefined,
      onQuote: (_quote, _i, desk) => act(desk, (nth += 1)),
      onOrder: (update, desk) => void heard.push([desk.now, update]),
      save: () => ({}),
      load: () => undefined,
    };
  },
});

export const BOOK: readonly Row[] = [
  [1_000, BID_LEVEL, 99, 20],
  [1_000, BID_LEVEL, 98, 20],
  [1_000, ASK_LEVEL, 101, 4],
  [1_000, ASK_LEVEL, 102, 6],
  [1_000, ASK_LEVEL, 104, 50],
];

export const place = (side: "buy" | "sell", price: number, more: object = {}) =>
  acting((desk, nth) => {
    if (nth === 1) desk.place({ i: 0, side, type: "limit", quantity: 12, price, ...more }, "o");
  });

/** What a run over books is told as: its round trips, and of each book the figures that makers look at. */
import type { BookEvents } from "../../domain/market/book-events.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { inventoryOf, type MadeFill, markoutOf, quotedOf, sidesOf } from "../../domain/performance/making.ts";
import { figure } from "../../domain/performance/return-metrics.ts";
import { toFloat, type Asset, type Money } from "../../domain/values/values.ts";
import type { BacktestTrade } from "../backtest/settings.ts";
import { AssetTrips, type Flow } from "./asset-trips.ts";
import type { BookFill } from "./book-account.ts";
import type { BookOrder } from "./book-order.ts";
import { bookPath } from "./book-path.ts";
import type { BookLatency } from "./settings.ts";
import { worthOf } from "./worth.ts";

/** One book of a run that is over. */
export interface RanBook {
  readonly instrument: Instrument;
  readonly events: BookEvents;
  readonly latency: BookLatency;
  readonly account: { readonly fills: readonly BookFill[]; readonly fees: Money };
  /** Of each fill: units of the home asset for one of the quote; of one book none, for its quote is home. */
  readonly rates: readonly number[];
}

/** Ms after a fill. */
export const markoutTimes: readonly number[] = [0, 1_000, 10_000, 60_000];

/** By the close. `middles`: of each book at the end. A fill whose quote nobody could value is in no trade. */
export const tripsOf = (
  books: readonly RanBook[],
  home: Asset,
  middles: readonly number[],
  endedAt: number,
): readonly BacktestTrade[] => {
  const flows = books
    .flatMap((book) =>
      book.account.fills.flatMap((fill, k) => flowsOf(book.instrument, fill, home, book.rates[k] ?? 1)),
    )
    .filter(({ asset, price }) => asset !== home && !Number.isNaN(price))
    .sort((a, b) => a.at - b.at);
  return [...new Set(flows.map(({ asset }) => asset))]
    .flatMap((asset) => {
      const trips = new AssetTrips(asset, home, dustOf(asset, books));
      for (const flow of flows) trips.take(flow);
      return trips.end(
        endedAt,
        worthOf(asset, home, books, (book) => middles[books.indexOf(book)]!),
      );
    })
    .sort((a, b) => a.closeAt - b.closeAt || a.openAt - b.openAt);
};

/** The base that a fill has moved, and the quote where that is not home: its fee is taken of it. */
const flowsOf = (
  { base, quote, lotSize }: Instrument,
  { order, at, lots, notional, fee }: BookFill,
  home: Asset,
  rate: number,
): readonly Flow[] => {
  const sign = order.side === "buy" ? 1n : -1n;
  const amount = sign * BigInt(lots) * lotSize;
  const price = (toFloat(notional) / toFloat(BigInt(lots) * lotSize)) * rate;
  const { reason } = order;
  const moved: Flow = { at, asset: base, amount, price, fee: toFloat(fee) * rate, reason };
  return quote === home
    ? [moved]
    : [moved, { at, asset: quote, amount: -sign * notional - fee, price: rate, fee: 0, reason }];
};

/** The smallest lot in which it can be traded. */
const dustOf = (asset: Asset, books: readonly RanBook[]): bigint =>
  books
    .filter(({ instrument }) => instrument.base === asset)
    .reduce((least, { instrument: { lotSize } }) => (least < lotSize ? least : lotSize), 10n ** 18n);

/** Of one book. `start`: base units at the beginning; `to`: when all was over, ms. */
export const bookFigures = (
  { instrument, events, latency, account }: RanBook,
  orders: readonly BookOrder[],
  start: number,
  to: number,
) => {
  const tick = toFloat(instrument.tickSize);
  const lot = toFloat(instrument.lotSize);
  const from = events.at[0]!;
  const fills = account.fills.map(({ order, at, ticks, lots, maker }): MadeFill => ({
    ...{ at, side: order.side, price: ticks * tick, quantity: lots * lot, maker },
  }));
  const { middles, firstMiddle, lastMiddle, spread } = bookPath(
    events,
    fills.map(({ at }) => at),
    markoutTimes,
  );
  const markouts = (maker: boolean) => {
    const places = fills.flatMap((fill, k) => (fill.maker === maker ? [k] : []));
    const some = places.map((k) => fills[k]!);
    return markoutTimes.map((afterMs, d) =>
      markoutOf(some, afterMs, (k) => [middles[0]![places[k]!]! * tick, middles[d]![places[k]!]! * tick]),
    );
  };
  const limits = orders.filter(({ type, status }) => type === "limit" && status !== "refused");
  const sum = (of: (order: BookOrder) => number): number =>
    limits.reduce((total, order) => total + of(order), 0);
  return {
    instrument: instrument.id,
    ...sidesOf(fills),
    markouts: { makers: markouts(true), takers: markouts(false) },
    inventory: inventoryOf(fills, start, from, to),
    quotes: {
      placed: limits.length,
      filled: limits.filter(({ lots, remaining }) => remaining < lots).length,
      /** Of the quantity that was placed. */
      fillRatio: figure(sum(({ lots, remaining }) => lots - remaining) / sum(({ lots }) => lots)),
      ...quotedOf(
        limits.map(({ side, ticks, at, closedAt, isOpen }) => ({
          ...{ side, price: ticks * tick, from: at + latency.entryMs, to: isOpen ? to : closedAt },
        })),
        from,
        to,
      ),
      marketSpreadBps: figure(spread * 1e4),
    },
    change: figure(lastMiddle / firstMiddle - 1),
    lastMiddle: lastMiddle * tick,
  };
};

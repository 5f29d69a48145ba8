/**
 * What a backtest over prints is told as, read from the turns of its portfolio afterwards: round trips, and equity at each close of the
 * kept candles and at the last print. One strategy, all pairs in one quote; what the turns booked, no more.
 */
import type { CandleTable } from "../../domain/history/candle-table.ts";
import { timeframes, type Timeframe } from "../../domain/market/candle.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Fill } from "../../domain/order/order.ts";
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import type { Decided } from "../../domain/values/turn.ts";
import { toFloat, type ClientOrderId, type InstrumentId, type Money } from "../../domain/values/values.ts";
import { EquityColumns } from "../backtest/equity-columns.ts";
import type { BacktestTrade } from "../backtest/settings.ts";
import { RoundTrips } from "./round-trips.ts";

type Turns = readonly Decided<PortfolioCommand, PortfolioEvent>[];

export interface ToldMarket {
  readonly instrument: Instrument;
  readonly candles: CandleTable;
  /** Of the last print; 0 where it never printed. */
  readonly last: bigint;
}

export interface ToldRun {
  readonly markets: readonly ToldMarket[];
  readonly timeframe: Timeframe;
  /** In quote. */
  readonly capital: Money;
  readonly endedAt: number;
}

/** In the order in which they were closed. */
export const roundTripsOf = (turns: Turns, run: ToldRun): readonly BacktestTrade[] => {
  const trips = new Map<InstrumentId, RoundTrips>(
    run.markets.map(({ instrument }) => [instrument.id, new RoundTrips(instrument)]),
  );
  const reasons = new Map<ClientOrderId, string>();
  for (const { events } of turns)
    for (const event of events)
      if (event.type === "OrderApproved") reasons.set(event.order.id, event.order.reason);
      else if (event.type === "OrderFilled")
        trips.get(event.fill.instrument)!.take(event.fill, reasons.get(event.order)!);
  return run.markets
    .flatMap(({ instrument, candles, last }) =>
      trips.get(instrument.id)!.end(run.endedAt, last, candles, run.timeframe),
    )
    .sort((a, b) => a.closeAt - b.closeAt || a.openAt - b.openAt);
};

/** A fill at the very time of a close came with the print after it. */
export const equityPathOf = (turns: Turns, run: ToldRun): EquityColumns => {
  const { markets, capital, endedAt } = run;
  const span = timeframes[run.timeframe];
  const path = new EquityColumns(Math.max(0, ...markets.map(({ candles }) => candles.length)) + 1);
  const fills = fillsOf(turns);
  const held = new Map(markets.map(({ instrument }) => [instrument.id, 0n]));
  const rows = new Int32Array(markets.length);
  let cash = capital as bigint;
  let next = 0;
  const book = (until: number): void => {
    for (; next < fills.length && fills[next]!.at < until; next += 1) cash += booked(fills[next]!, held);
  };
  const mark = (at: number, priceOf: (i: number) => number): void => {
    let equity = toFloat(cash);
    for (const [i, { instrument }] of markets.entries()) {
      const base = held.get(instrument.id)!;
      if (base !== 0n) equity += toFloat(base) * priceOf(i);
    }
    const row = path.next();
    path.at[row] = at;
    path.value[row] = equity;
  };
  const closeAt = (i: number): number =>
    rows[i]! < markets[i]!.candles.length ? markets[i]!.candles.at[rows[i]!]! + span : Infinity;
  // The price of a candle that closes later is not known yet: a market that was bought in its first candle counts at what was paid.
  const paid = (i: number): number =>
    toFloat(fills.find(({ instrument }) => instrument === markets[i]!.instrument.id)!.price);
  for (;;) {
    let at = Infinity;
    for (let i = 0; i < markets.length; i += 1) at = Math.min(at, closeAt(i));
    if (at > endedAt) break;
    for (let i = 0; i < markets.length; i += 1) if (closeAt(i) === at) rows[i] = rows[i]! + 1;
    book(at);
    mark(at, (i) => (rows[i] === 0 ? paid(i) : markets[i]!.candles.close[rows[i]! - 1]!));
  }
  book(Infinity);
  if (path.length > 0 && path.at[path.length - 1] === endedAt) path.length -= 1;
  mark(endedAt, (i) => toFloat(markets[i]!.last));
  return path;
};

const fillsOf = (turns: Turns): readonly Fill[] =>
  turns
    .flatMap(({ events }) => events)
    .flatMap((event) => (event.type === "OrderFilled" ? [event.fill] : []))
    .sort((a, b) => a.at - b.at);

/** Changes what is held; what it changes of the cash. */
const booked = (
  { instrument, side, quantity, notional, fee, feeAsset }: Fill,
  held: Map<InstrumentId, bigint>,
): bigint => {
  const quote = instrument.endsWith(`/${feeAsset}`);
  const sign = side === "buy" ? 1n : -1n;
  held.set(instrument, held.get(instrument)! + sign * quantity - (quote ? 0n : (fee as bigint)));
  return -sign * notional - (quote ? (fee as bigint) : 0n);
};

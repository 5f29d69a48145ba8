/** A backtest of several strategies in one portfolio: one ledger, one risk plan, one venue. Pure: equal settings give an equal result. */
import { Invalid } from "../../../domain/values/invalid.ts";
import { CandleVenue } from "../candle-venue.ts";
import { Lane } from "../lane.ts";
import type { PlacedPart } from "./shared-order.ts";
import { Seat } from "./seat.ts";
import type { PortfolioResult, PortfolioSettings } from "./settings.ts";
import { SharedBooks } from "./shared-books.ts";
import { SharedRun } from "./shared-run.ts";

export type * from "./settings.ts";

/** Throws `Invalid` for markets of several venues or quotes, for candles a strategy cannot use, and for impossible amounts. */
export const backtestPortfolio = (settings: PortfolioSettings): PortfolioResult => {
  check(settings);
  const { markets, makerBps, takerBps, to, convention, slippage } = settings;
  // Nobody is told by these lanes: the venue's candles, and what the trades were held through.
  const lanes = markets.map((market, i) => new Lane(i, market, [], { candles: 0, from: undefined, to }));
  const instruments = markets.map(({ instrument }) => ({ ...instrument, makerBps, takerBps }));
  const seats = settings.seats.map((seat) => new Seat(seat, settings, instruments, lanes));
  const books = new SharedBooks(instruments, seats, settings);
  const venue = new CandleVenue<PlacedPart>(markets.length, { convention, slippage, latencyMs: 0 }, books);
  books.connect(venue);
  const bases = instruments.map(({ base }) => base as string);
  const run = new SharedRun(lanes, seats, venue, books, bases);
  run.go();
  for (const { trades } of seats) trades.end();
  return {
    candles: seats.reduce((sum, { candles }) => sum + candles, 0),
    equity: run.equity.columns(),
    seats: books.ledgers.map(({ seat, refusals }) => ({
      id: seat.id,
      trades: seat.trades.trades,
      orders: seat.orders.orders,
      equity: seat.equity.columns(),
      refusals: Object.fromEntries(refusals),
    })),
    refusals: Object.fromEntries(books.refusals),
    peaks: run.peaks,
    crossed: books.crossed,
    ...(books.watch === undefined ? {} : { risk: books.watch.deeds }),
  };
};

const check = ({ markets, seats, makerBps, takerBps }: PortfolioSettings): void => {
  const first = markets[0]?.instrument;
  if (first === undefined) throw new Invalid("markets", "at least one", markets);
  for (const { instrument } of markets)
    if (instrument.quote !== first.quote || instrument.venue !== first.venue)
      throw new Invalid("markets", `instruments of ${first.venue} in ${first.quote}`, instrument.id);
  if (seats.length === 0) throw new Invalid("seats", "at least one strategy", seats);
  const ids = new Set<string>();
  for (const [k, { id, capital, markets: own }] of seats.entries()) {
    if (ids.has(id)) throw new Invalid(`seats.${k}.id`, "an id used once", id);
    ids.add(id);
    if (!(capital > 0 && capital < 1e15))
      throw new Invalid(`seats.${k}.capital`, "an amount above 0, below 1e15", capital);
    if (own.length === 0 || own.some((market) => markets[market] === undefined))
      throw new Invalid(`seats.${k}.markets`, `numbers of the ${markets.length} markets`, own);
  }
  for (const [name, bps] of Object.entries({ makerBps, takerBps }))
    if (!(bps >= 0 && bps < 10_000)) throw new Invalid(name, "basis points from 0, below 10,000", bps);
};

/** What the simulated exchange's streams tell those who are connected: trades, the best levels, and what happens to the account. */
import type { AccountSink, MarketSink } from "../../adapters/venue/venue.ts";
import type { InstrumentId } from "../../domain/values/values.ts";
import type { VenueEvent } from "../../simulation/venue/venue.ts";
import type { SimulatedExchange } from "./simulated-exchange.ts";
import type { Connection } from "./venue-streams.ts";

export interface MarketConnection extends Connection {
  readonly sink: MarketSink;
  /** The trades told so far, by instrument. */
  readonly heard: Map<InstrumentId, number>;
}

/** All that has been traded up to now and was not heard before it arrives. */
export const tradesFor = (
  { listed }: SimulatedExchange,
  { sink, heard }: MarketConnection,
  instrument: InstrumentId,
): (() => void) | undefined => {
  if (!heard.has(instrument)) return undefined;
  const { trades } = listed.get(instrument)!;
  const upTo = trades.length;
  return () => {
    const after = heard.get(instrument)!;
    if (after >= upTo) return;
    heard.set(instrument, upTo);
    sink.trades(instrument, trades.slice(after, upTo));
  };
};

/** The best levels now, as quote and as book. */
export const depthOf = (
  exchange: SimulatedExchange,
  instrument: InstrumentId,
): ((connection: MarketConnection) => (() => void) | undefined) => {
  const depth = exchange.depth(instrument);
  const [[bid, bidQuantity], [ask, askQuantity]] = [depth.bids[0]!, depth.asks[0]!];
  const quote = { at: depth.at, bid, bidQuantity, ask, askQuantity };
  const book = { ...depth, updateId: 0 };
  return ({ sink, heard }) => {
    if (!heard.has(instrument)) return undefined;
    return () => {
      sink.quote?.(instrument, quote);
      if (sink.booksOf?.has(instrument) !== false) sink.book?.(instrument, book);
    };
  };
};

/** What a sink of the account hears of it; made at once, since the engine goes on changing its orders. */
export const newsOf = (
  exchange: SimulatedExchange,
  event: VenueEvent,
): ((sink: AccountSink) => void) | undefined => {
  if (event.type === "fill" && event.fill.account === exchange.account) {
    const fill = exchange.fillOf(event.fill);
    const report = exchange.reportOf(event.order);
    return (sink) => {
      sink.fill(fill);
      sink.report(report);
    };
  }
  if (event.type === "order" && event.order.account === exchange.account) {
    const report = exchange.reportOf(event.order);
    return (sink) => sink.report(report);
  }
  if (event.type !== "balance" || event.account !== exchange.account) return undefined;
  const balances = exchange.balances();
  const at = exchange.marketNow();
  return (sink) => sink.balances(balances, at);
};

/**
 * A backtest: the trader and the portfolio that trade live, over recorded candles, in virtual time. Pure: equal settings give an
 * equal result. What is assumed of fills, fees and the rest is told with it.
 */
import { timeframes } from "../../domain/market/candle.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { AimBooks } from "./aim-books.ts";
import type { Books, Hear } from "./books.ts";
import { CandleVenue } from "./candle-venue.ts";
import { conventionsOf } from "./conventions.ts";
import { FloatContractBooks } from "./contracts/float-contract-books.ts";
import { Guards } from "./contracts/guards.ts";
import type { ContractBooksOf } from "./contracts/of.ts";
import { checkContracts, type ContractTerms } from "./contracts/terms.ts";
import { Worths } from "./contracts/worths.ts";
import { ExactBooks } from "./exact-books.ts";
import { FloatBooks } from "./float-books.ts";
import { Lane } from "./lane.ts";
import { OrderLog } from "./order-log.ts";
import { Run } from "./run.ts";
import type { BacktestResult, BacktestSettings } from "./settings.ts";
import { TradeLog } from "./trade-log.ts";
import type { VenueNews, VenueOrder } from "./venue-order.ts";

export type * from "./settings.ts";

/** Throws `Invalid` for markets of several venues or quotes, for candles the strategy cannot use, and for impossible amounts. */
export const backtest = (settings: BacktestSettings): BacktestResult => {
  check(settings);
  const { strategy, params, markets, makerBps, takerBps, from, to, feedLatencyMs = 0 } = settings;
  const { contracts: terms } = settings;
  const needs = strategy.needs(params);
  const warmUp = { candles: needs.warmupCandles, from, to };
  const lanes = markets.map((market, i) => new Lane(i, market, needs.timeframes, warmUp));
  const instruments = markets.map(({ instrument }) => ({
    ...instrument,
    makerBps,
    takerBps,
    ...marginOf(terms),
  }));
  const orders = new OrderLog();
  const worths = new Worths(instruments);
  const trades = new TradeLog(lanes, terms && { leverage: terms.leverage, worths });
  const trader = strategy.start(params, instruments);
  const run = new Run(lanes, trader, feedLatencyMs);
  const logs = { orders, trades };
  const hear: Hear = (updates) => run.hear(updates);
  const heard = trader.onOrder !== undefined;
  const pairs = instruments.map(({ symbol }) => symbol);
  const contracts =
    terms &&
    contractBooksOf({ pairs, settings, terms, worths, logs }, lanes, settings.convention !== "intra-candle");
  const exactBooks = () => {
    const whole = new ExactBooks(instruments, settings, logs, hear, heard, contracts);
    return heard || contracts !== undefined
      ? whole
      : AimBooks.before(whole, instruments, settings, logs, hear);
  };
  const books =
    settings.accounting === "exact"
      ? atVenue(exactBooks(), run, settings, worths)
      : contracts !== undefined
        ? atVenue(new FloatContractBooks(contracts, hear, heard), run, settings, worths)
        : atVenue(new FloatBooks(pairs, settings, logs, hear, heard), run, settings, worths);
  run.go();
  trades.end();
  return {
    conventions: conventionsOf(settings, needs),
    candles: run.candles,
    trades: trades.trades,
    equity: run.equity.columns(),
    orders: orders.orders,
    refusals: Object.fromEntries(books.refusals),
    ...(books.watch === undefined ? {} : { risk: books.watch.deeds }),
  };
};

const marginOf = (terms: ContractTerms | undefined) =>
  terms && { leverage: terms.leverage, marginMode: terms.marginMode };

const contractBooksOf = (
  parts: Omit<ContractBooksOf, "guards">,
  lanes: readonly Lane[],
  looksBack: boolean,
): ContractBooksOf => ({ ...parts, guards: (venue) => new Guards(venue, lanes, looksBack) });

/** Books, venue and run name one another. */
const atVenue = <O extends VenueOrder>(
  books: Books & VenueNews<O> & { connect(venue: CandleVenue<O>): void },
  run: Run,
  { markets, convention, slippage, orderLatencyMs = 0 }: BacktestSettings,
  worths: Worths,
): Books => {
  const venue = new CandleVenue<O>(
    markets.length,
    { convention, slippage, latencyMs: orderLatencyMs },
    books,
  );
  books.connect(venue);
  run.connect(books, venue, worths.anyInverse ? worths : undefined);
  return books;
};

const check = ({
  markets,
  accounting,
  risk,
  startingBalance,
  makerBps,
  takerBps,
  orderLatencyMs = 0,
  feedLatencyMs = 0,
  contracts,
}: BacktestSettings): void => {
  if (risk !== undefined && accounting !== "exact")
    throw new Invalid("accounting", "exact beside a risk plan", accounting);
  const first = markets[0]?.instrument;
  if (first === undefined) throw new Invalid("markets", "at least one", markets);
  for (const { instrument } of markets)
    if (instrument.quote !== first.quote || instrument.venue !== first.venue)
      throw new Invalid("markets", `instruments of ${first.venue} in ${first.quote}`, instrument.id);
  if (new Set(markets.map(({ instrument }) => instrument.id)).size < markets.length)
    throw new Invalid(
      "markets",
      "each instrument once",
      markets.map(({ instrument }) => instrument.id),
    );
  checkContracts(contracts, markets);
  if (!(startingBalance > 0 && startingBalance < 1e15))
    throw new Invalid("startingBalance", "an amount above 0, below 1e15", startingBalance);
  for (const [name, bps] of Object.entries({ makerBps, takerBps }))
    if (!(bps >= 0 && bps < 10_000)) throw new Invalid(name, "basis points from 0, below 10,000", bps);
  if (!(orderLatencyMs >= 0)) throw new Invalid("orderLatencyMs", "ms, not below 0", orderLatencyMs);
  if (!(feedLatencyMs >= 0)) throw new Invalid("feedLatencyMs", "ms, not below 0", feedLatencyMs);
  checkDetail(markets, feedLatencyMs);
};

const checkDetail = (markets: BacktestSettings["markets"], feedLatencyMs: number): void => {
  for (const { instrument, timeframe, detail } of markets)
    if (detail === undefined) {
      if (feedLatencyMs > 0)
        throw new Invalid("feedLatencyMs", `0 without detail candles of ${instrument.symbol}`, feedLatencyMs);
    } else if (
      timeframes[detail.timeframe] >= timeframes[timeframe] ||
      timeframes[timeframe] % timeframes[detail.timeframe] !== 0
    )
      throw new Invalid(
        `detail of ${instrument.symbol}`,
        `a finer timeframe that ${timeframe} is made of`,
        detail.timeframe,
      );
};

/**
 * Runs a backtest over recorded trades: the strategy hears each one or the candles made of them, its orders fill by the rules of a tape.
 * Finds strategy and recording, takes the time, hashes the orders.
 */
import { createHash } from "node:crypto";
import { timeframe } from "../domain/market/candle.ts";
import { instrumentId } from "../domain/market/instrument.ts";
import type { Mark } from "../domain/portfolio/commands.ts";
import { equityOf } from "../domain/portfolio/equity.ts";
import { parseLimits } from "../domain/risk/limits.ts";
import { parseParams } from "../domain/strategy/params.ts";
import { Invalid } from "../domain/values/invalid.ts";
import {
  asset,
  format,
  fromFloat,
  toFloat,
  type AccountId,
  type Money,
  type PortfolioId,
  type Price,
  type StrategyId,
  type VenueId,
} from "../domain/values/values.ts";
import { openMarket } from "../sandbox/market/open.ts";
import type { MarketSource } from "../sandbox/market/source.ts";
import { settle } from "../sandbox/options.ts";
import { canonicalLine } from "../simulation/backtest/order-log.ts";
import { loggedOrders } from "../simulation/ticks/logged-orders.ts";
import type { TickResult } from "../simulation/ticks/settings.ts";
import { tickBacktest } from "../simulation/ticks/tick-backtest.ts";
import { completed } from "./backtest.ts";
import { expectNoBooks, strategyFinder } from "./strategy-files.ts";
import { parseTimerange } from "./timerange.ts";

export interface TradeRequest {
  readonly strategy: string;
  readonly strategiesDir?: string | undefined;
  readonly params: unknown;
  /** A file of trades, or a folder of them. */
  readonly trades: string;
  readonly pairs?: readonly string[] | undefined;
  readonly timeframe?: string | undefined;
  readonly timerange?: string | undefined;
  readonly makerBps: number;
  readonly takerBps: number;
  /** In quote. */
  readonly startingBalance: number;
  readonly seed: number;
}

export type TradeAnswer = ReturnType<typeof answerOf>;

const VENUE = "recorded" as VenueId;
const ACCOUNT = "backtest" as AccountId;
const STRATEGY = "backtest" as StrategyId;

/** Throws `Invalid` naming the option, or the file and what is wrong in it. */
export const runTradeBacktest = async (request: TradeRequest, now: () => number): Promise<TradeAnswer> => {
  const strategy = await strategyFinder(request.strategiesDir)(request.strategy);
  const frame = request.timeframe === undefined ? undefined : timeframe(request.timeframe, "--timeframe");
  const params =
    frame === undefined
      ? parseParams(strategy, request.params, "--params")
      : completed(strategy, request.params, frame);
  expectNoBooks(strategy, params);
  const source = await sourceOf(request);
  const quote = quoteOf(source);
  const capital = fromFloat(request.startingBalance, "--starting-balance") as Money;
  const began = now();
  const result = tickBacktest({
    source,
    venue: VENUE,
    account: ACCOUNT,
    balances: { [quote]: capital },
    nonce: String(request.seed),
    portfolio: { id: "backtest" as PortfolioId, limits: parseLimits(undefined), balanceSettleMs: 0 },
    strategies: [
      {
        id: STRATEGY,
        strategy,
        params,
        instruments: source.listings.map(({ base }) => instrumentId(VENUE, `${base}/${quote}`)),
        capital,
      },
    ],
  });
  return answerOf({ request, source, quote, capital }, result, now() - began);
};

const sourceOf = async (request: TradeRequest): Promise<MarketSource> => {
  const { trades: path, pairs, timerange, makerBps, takerBps } = request;
  const span = timerange === undefined ? {} : parseTimerange(timerange);
  const symbols = pairs === undefined ? {} : { symbols: pairs };
  const market = { kind: "replay-trades" as const, path, ...symbols, ...span };
  const source = await named(() => openMarket(settle({ market, speed: "max", makerBps, takerBps }), 0), path);
  if (source.nextAt() === undefined)
    throw new Invalid("--timerange", "a range with trades in it", timerange ?? "none");
  const missing = pairs?.find(
    (pair) => !source.listings.some(({ base, quote }) => `${base}/${quote}` === pair),
  );
  if (missing !== undefined) throw new Invalid("--pairs", `pairs with a file of trades in ${path}`, missing);
  return source;
};

/** The recording's own errors name a setting that is an option here. */
const named = async <T>(open: () => Promise<T>, path: string): Promise<T> => {
  try {
    return await open();
  } catch (error) {
    if (error instanceof Invalid && error.field === "market.path")
      throw new Invalid("--trades", "a file such as XRP_ETH-trades.csv.gz, or a folder of them", path);
    throw error;
  }
};

const quoteOf = ({ listings }: MarketSource): string => {
  const { quote } = listings[0]!;
  const other = listings.find((one) => one.quote !== quote);
  if (other !== undefined)
    throw new Invalid("--pairs", `pairs in ${quote} alone`, `${other.base}/${other.quote}`);
  return quote;
};

const answerOf = (
  { request, source, quote, capital }: Sources,
  { state, turns, venue, trades, candles, endedAt }: TickResult,
  elapsedMs: number,
) => {
  const book = state.accounts.get(ACCOUNT)!.books.get(STRATEGY)!;
  const marks: Record<string, Mark> = {};
  for (const { symbol, base, tick } of source.listings) {
    const last = (tick * BigInt(venue.last(symbol))) as Price;
    if (last > 0n) marks[instrumentId(VENUE, `${base}/${quote}`)] = { bid: last, ask: last, last };
  }
  const equity = equityOf(state, book, asset(quote), marks);
  const orders = loggedOrders(turns);
  const fills = source.listings.flatMap(({ symbol }) => venue.fills(ACCOUNT, symbol));
  const makers = fills.filter(({ liquidity }) => liquidity === "maker").length;
  const ended = (status: string): number => orders.filter((order) => order.status === status).length;
  const hash = createHash("sha256");
  for (const order of orders) hash.update(`${canonicalLine(order)}\n`);
  return {
    strategy: request.strategy,
    pairs: source.listings.map(({ base }) => `${base}/${quote}`),
    conventions: {
      fills:
        "a taker takes the next trades, up to their amounts; a resting order fills at its price by trades at it or through it, as if it stood first",
      time: "an order meets the first trade after the one that it answers",
      fees: `maker ${request.makerBps} bps, taker ${request.takerBps} bps, in what is received`,
      accounting: "exact",
    },
    from: source.startAt + 1,
    to: endedAt,
    trades,
    candles,
    elapsedMs,
    tradesPerSecond: elapsedMs > 0 ? (trades / elapsedMs) * 1_000 : 0,
    orders: orders.length,
    filled: ended("filled"),
    cancelled: ended("cancelled"),
    refused: ended("refused"),
    expired: ended("expired"),
    refusals: Object.fromEntries(state.counters.refusals),
    fills: fills.length,
    makerFills: makers,
    takerFills: fills.length - makers,
    fees: amounts(book.fees),
    held: amounts(new Map([...book.holdings].map(([name, { total }]) => [name, total]))),
    equityStart: format(capital),
    equityEnd: format(equity),
    profitTotalRatio: toFloat(equity) / toFloat(capital) - 1,
    orderListHash: hash.digest("hex"),
  };
};

interface Sources {
  readonly request: TradeRequest;
  readonly source: MarketSource;
  readonly quote: string;
  readonly capital: Money;
}

const amounts = (by: ReadonlyMap<string, bigint>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...by].filter(([, amount]) => amount !== 0n).map(([name, amount]) => [name, format(amount)]),
  );

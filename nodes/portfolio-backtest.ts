/** Runs several strategies in one portfolio over recorded candles, and the same without the risk plan beside it. */
import { createHash } from "node:crypto";
import { timeframes, type Timeframe } from "../domain/market/candle.ts";
import { dailyReturns } from "../domain/performance/daily-equity.ts";
import { returnMetrics } from "../domain/performance/return-metrics.ts";
import { expectUnsized } from "../domain/execution/work.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { timestamp } from "../domain/values/values.ts";
import { canonicalLine } from "../simulation/backtest/order-log.ts";
import {
  backtestPortfolio,
  type PortfolioResult,
  type PortfolioSettings,
  type SeatSettings,
} from "../simulation/backtest/portfolio/portfolio-backtest.ts";
import { completed } from "./backtest.ts";
import { recordedMarkets, type MarketChoice } from "./backtest-markets.ts";
import type { ListedStrategy } from "./strategies-file.ts";
import { parseTimerange } from "./timerange.ts";

export interface PortfolioRequest
  extends
    Omit<MarketChoice, "from" | "to" | "option">,
    Omit<PortfolioSettings, "seats" | "markets" | "from" | "to"> {
  readonly strategies: readonly ListedStrategy[];
  readonly timerange?: string | undefined;
  readonly startingBalance: number;
}

interface Prepared {
  readonly settings: PortfolioSettings;
  readonly timeframe: Timeframe;
  readonly notes: readonly string[];
}

/** Throws `Invalid` naming the option, or the field or file and what is wrong in it. */
const prepare = async (request: PortfolioRequest): Promise<Prepared> => {
  const { strategies, startingBalance, ...rest } = request;
  const { from, to } = request.timerange === undefined ? {} : parseTimerange(request.timerange);
  for (const { field, worked } of strategies)
    expectUnsized(request.risk, worked ? worked : undefined, `${field}.execution`);
  const named = strategies.flatMap(({ pairs }) => pairs ?? []);
  const everyOne = strategies.some(({ pairs }) => pairs === undefined);
  const wanted = request.pairs ?? (everyOne ? undefined : [...new Set(named)]);
  const { markets, timeframe, notes } = await recordedMarkets({ ...request, pairs: wanted, to });
  const symbols = markets.map(({ instrument }) => instrument.symbol);
  let longest = 0;
  const seats = strategies.map(
    ({ id, strategy, params: raw, pairs = symbols, share, field }): SeatSettings => {
      const params = completed(strategy, raw, timeframe, `${field}.params`);
      const { warmupCandles, timeframes: frames } = strategy.needs(params);
      longest = Math.max(longest, (warmupCandles + 1) * Math.max(...frames.map((each) => timeframes[each])));
      const own = pairs.map((pair, k) => {
        const market = symbols.indexOf(pair);
        if (market < 0) throw new Invalid(`${field}.pairs.${k}`, "a pair that there are candles of", pair);
        return market;
      });
      return { id, strategy, params, markets: own, capital: startingBalance * share };
    },
  );
  const first = from === undefined ? -Infinity : from - longest;
  return {
    settings: {
      ...rest,
      seats,
      markets: markets.map((market) => ({ ...market, candles: market.candles.within(first, Infinity) })),
      ...(from === undefined ? {} : { from: timestamp(from) }),
      ...(to === undefined ? {} : { to: timestamp(to) }),
    },
    timeframe,
    notes,
  };
};

export type PortfolioAnswer = Awaited<ReturnType<typeof runPortfolio>>;
export type PortfolioFigures = ReturnType<typeof figuresOf>;

export const runPortfolio = async (request: PortfolioRequest) => {
  const { settings, timeframe, notes } = await prepare(request);
  const began = performance.now();
  const result = backtestPortfolio(settings);
  const elapsedMs = performance.now() - began;
  const { equity } = result;
  if (equity.at.length === 0)
    throw new Invalid("--candles", "candles beyond those that the strategies need to warm up", request.path);
  const bare = settings.risk && backtestPortfolio({ ...settings, risk: undefined });
  return {
    timeframe,
    from: equity.at[0]! - timeframes[timeframe],
    to: equity.at.at(-1)!,
    startingBalance: request.startingBalance,
    markets: settings.markets.map(({ instrument }) => instrument.symbol),
    notes,
    candles: result.candles,
    elapsedMs,
    strategies: settings.seats.map(({ id, strategy, params, markets, capital }) => ({
      id,
      strategy: strategy.name,
      params,
      pairs: markets.map((market) => settings.markets[market]!.instrument.symbol),
      capital,
    })),
    ...figuresOf(result, settings),
    ...(result.risk === undefined ? {} : { risk: result.risk }),
    ...(bare === undefined ? {} : { without: figuresOf(bare, settings) }),
    equity: Array.from(equity.at, (at, k): readonly [number, number] => [at, equity.value[k]!]),
    orderListHash: orderListHash(result),
  };
};

/** What of a run is set beside that of another one. */
const figuresOf = (result: PortfolioResult, { seats }: PortfolioSettings) => {
  const given = seats.reduce((sum, { capital }) => sum + capital, 0);
  const { seats: each, refusals, peaks, crossed } = result;
  return {
    ...returnsOf(result.equity, given),
    trades: each.reduce((sum, { trades }) => sum + trades.length, 0),
    orders: each.reduce((sum, { orders }) => sum + orders.length, 0),
    refusals,
    peaks,
    crossed,
    byStrategy: each.map(({ id, trades, orders, equity, refusals: own }, k) => ({
      id,
      ...returnsOf(equity, seats[k]!.capital),
      trades: trades.length,
      won: trades.filter(({ profit }) => profit > 0).length,
      fees: trades.reduce((sum, { fees }) => sum + fees, 0),
      orders: orders.length,
      refusals: own,
    })),
  };
};

const returnsOf = ({ at, value }: PortfolioResult["equity"], given: number) => {
  // What closes at midnight belongs to the day that ends.
  const daily = dailyReturns(
    at.map((each) => each - 1),
    value,
    given,
  );
  const { maxDrawdown, sharpe, volatility } = returnMetrics(daily).figures;
  return { profitRatio: (value.at(-1) ?? given) / given - 1, maxDrawdown, sharpe, volatility };
};

/** SHA-256, in hex, of the canonical lines of all orders, each behind its strategy and a tab and ended by a line feed. */
const orderListHash = ({ seats }: PortfolioResult): string => {
  const hash = createHash("sha256");
  for (const { id, orders } of seats)
    for (const order of orders) hash.update(`${id}\t${canonicalLine(order)}\n`);
  return hash.digest("hex");
};

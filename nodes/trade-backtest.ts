/**
 * Runs a backtest over recorded trades: the strategy hears each one or the candles made of them, its orders fill by the rules of a tape.
 * Finds strategy and recording, takes the time, hashes the orders; told as a backtest over candles is.
 */
import { timeframe, timeframes, type Timeframe } from "../domain/market/candle.ts";
import { instrumentId } from "../domain/market/instrument.ts";
import { dailyReturns } from "../domain/performance/daily-equity.ts";
import { figure, returnMetrics } from "../domain/performance/return-metrics.ts";
import { tradeMetrics } from "../domain/performance/trade-metrics.ts";
import { annualTurnover } from "../domain/performance/turnover.ts";
import { type MarketCandles, reportedMarket } from "../domain/reports/market.ts";
import { type Limits, parseLimits } from "../domain/risk/limits.ts";
import type { RiskPlan } from "../domain/risk/plan.ts";
import { parseParams } from "../domain/strategy/params.ts";
import type { Params, Strategy } from "../domain/strategy/strategy.ts";
import { listenedTo, toldOf } from "../domain/strategy/told.ts";
import { Invalid } from "../domain/values/invalid.ts";
import {
  asset,
  fromFloat,
  type AccountId,
  type Asset,
  type Money,
  type PortfolioId,
  type StrategyId,
  type VenueId,
} from "../domain/values/values.ts";
import type { Tape } from "../sandbox/market/tape.ts";
import type { BacktestOrder } from "../simulation/backtest/settings.ts";
import { RiskWatch } from "../simulation/backtest/risk-watch.ts";
import { loggedOrders } from "../simulation/ticks/logged-orders.ts";
import { instrumentOf, type TickResult } from "../simulation/ticks/settings.ts";
import { tickBacktest } from "../simulation/ticks/tick-backtest.ts";
import { equityPathOf, roundTripsOf, type ToldRun } from "../simulation/ticks/told.ts";
import { amounts } from "./amounts.ts";
import { completed, orderListHash, type PreparedBacktest } from "./backtest.ts";
import { type Around, aroundAs, conventionsOfAround } from "./around.ts";
import { expectNoBooks, strategyFinder } from "./strategy-files.ts";
import { type TradeChoice, tradeSource } from "./trade-source.ts";

export interface TradeRequest extends TradeChoice {
  readonly strategy: string;
  readonly strategiesDir?: string | undefined;
  readonly params: unknown;
  readonly timeframe?: string | undefined;
  /** In quote. */
  readonly startingBalance: number;
  readonly seed: number;
  readonly around?: Around | undefined;
  readonly limits?: Limits | undefined;
  readonly risk?: RiskPlan | undefined;
}

export type TradeAnswer = ReturnType<typeof answerOf>["answer"];

export interface TradeRun {
  /** `without`: the same run without its risk plan. */
  readonly answer: TradeAnswer & {
    readonly without?: Pick<TradeAnswer, "profitTotalRatio" | "metrics" | "orders" | "refusals"> & {
      readonly trades: number;
    };
  };
  readonly markets: readonly MarketCandles[];
  readonly equity: { readonly at: Float64Array; readonly value: Float64Array };
  readonly orders: readonly BacktestOrder[];
}

const [VENUE, ACCOUNT] = ["recorded" as VenueId, "backtest" as AccountId];
const STRATEGY = "backtest" as StrategyId;

/** What is run, once with its risk plan and once without. */
interface Prepared extends Pick<PreparedBacktest, "told"> {
  readonly request: TradeRequest;
  readonly strategy: Strategy;
  readonly params: Params;
  readonly frame: Timeframe;
}

/** Throws `Invalid` naming the option, or the file and what is wrong in it. */
export const runTradeBacktest = async (request: TradeRequest, now: () => number): Promise<TradeRun> => {
  const { strategy, told } = listenedTo(
    aroundAs(await strategyFinder(request.strategiesDir)(request.strategy), request.around, request.risk),
  );
  const asked = request.timeframe === undefined ? undefined : timeframe(request.timeframe, "--timeframe");
  const params =
    asked === undefined
      ? parseParams(strategy, request.params, "--params")
      : completed(strategy, request.params, asked);
  expectNoBooks(strategy, params);
  const frame = asked ?? smallest(strategy.needs(params).timeframes);
  const prepared = { request, strategy, params, frame, told };
  const run = await runOnce(prepared, now);
  if (request.risk === undefined) return run;
  const { answer } = await runOnce({ ...prepared, request: { ...request, risk: undefined } }, now);
  const { profitTotalRatio, metrics, trades, orders, refusals } = answer;
  const without = { profitTotalRatio, metrics, trades: trades.length, orders, refusals };
  return { ...run, answer: { ...run.answer, without } };
};

const smallest = (wanted: readonly Timeframe[]): Timeframe =>
  wanted.reduce((best, each) => (timeframes[each] < timeframes[best] ? each : best), wanted[0] ?? "1m");

/** A source is read once. */
const runOnce = async (prepared: Prepared, now: () => number) => {
  const { request, strategy, params, frame } = prepared;
  const source = await tradeSource(request);
  const quote = quoteOf(source);
  const capital = fromFloat(request.startingBalance, "--starting-balance") as Money;
  const { limits = parseLimits(undefined), risk } = request;
  const began = now();
  const result = tickBacktest({
    source,
    venue: VENUE,
    account: ACCOUNT,
    balances: { [quote]: capital },
    nonce: String(request.seed),
    portfolio: { id: "backtest" as PortfolioId, limits, risk, balanceSettleMs: 0 },
    recorded: frame,
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
  return answerOf(prepared, { source, quote, capital }, result, now() - began);
};

const quoteOf = ({ listings }: Tape): Asset => {
  const { quote } = listings[0]!;
  const other = listings.find((one) => one.quote !== quote);
  if (other !== undefined)
    throw new Invalid("--pairs", `pairs in ${quote} alone`, `${other.base}/${other.quote}`);
  return asset(quote);
};

interface Sources {
  readonly source: Tape;
  readonly quote: Asset;
  readonly capital: Money;
}

const answerOf = (
  { request, strategy, params, frame, told }: Prepared,
  { source, quote, capital }: Sources,
  result: TickResult,
  elapsedMs: number,
) => {
  const { state, turns, trades: prints, candles, endedAt: to } = result;
  const run = toldRun(source, frame, capital, result);
  const trades = roundTripsOf(turns, run);
  const equity = equityPathOf(turns, run).columns();
  const orders = loggedOrders(turns);
  const from = source.startAt + 1;
  const { startingBalance } = request;
  const daily = dailyReturns(
    equity.at.map((at) => at - 1),
    equity.value,
    startingBalance,
  );
  const { figures, drawdown, convention, periods } = returnMetrics(daily);
  const markets = run.markets.map(({ instrument, candles: kept }) => ({
    pair: instrument.symbol,
    timeframe: frame,
    candles: kept,
  }));
  const answer = {
    strategy: strategy.name,
    params,
    conventions: { ...conventionsOf(request), ...conventionsOfAround(request.around) },
    quote,
    timeframe: frame,
    startingBalance,
    from,
    to,
    markets: markets.map((market) => reportedMarket(market, from - timeframes[frame] + 1, to)),
    notes: [] as readonly string[],
    ...toldOf(told),
    ...{ prints, candles, elapsedMs },
    candlesPerSecond: elapsedMs > 0 ? (candles / elapsedMs) * 1_000 : 0,
    trades,
    equity: Array.from(equity.at, (at, k): readonly [number, number] => [at, equity.value[k]!]),
    metrics: {
      ...{ convention, periods, ...figures, drawdown },
      ...tradeMetrics(trades, convention, { from, to }),
      annualTurnover: figure(annualTurnover(trades, equity.value, from, to)),
    },
    profitTotalRatio: equity.value.at(-1)! / startingBalance - 1,
    orders: orders.length,
    ...endsOf(source, result, orders),
    refusals: Object.fromEntries(state.counters.refusals),
    ...(request.risk && { risk: deedsOf(request.risk, request.limits, turns) }),
    orderListHash: orderListHash({ orders }),
  };
  return { answer, markets, equity, orders };
};

const conventionsOf = ({ makerBps, takerBps }: TradeRequest): Readonly<Record<string, string>> => ({
  fills:
    "a taker takes the next trades, up to their amounts; a resting order fills at its price by trades at it or through it, as if it stood first",
  time: "an order meets the first trade after the one that it answers",
  fees: `maker ${makerBps} bps, taker ${takerBps} bps, in what is received`,
  accounting: "exact",
  equity: "at each candle's close and at the last trade, by last prices",
});

const toldRun = (
  { listings }: Tape,
  frame: Timeframe,
  capital: Money,
  { venue, recorded, endedAt }: TickResult,
): ToldRun => ({
  timeframe: frame,
  capital,
  endedAt,
  markets: listings.map((listing) => {
    const instrument = instrumentOf(VENUE, listing);
    const last = listing.tick * BigInt(venue.last(listing.symbol));
    return { instrument, last, candles: recorded.get(instrument.id)! };
  }),
});

/** What became of the orders, and of the money, to the last digit. */
const endsOf = ({ listings }: Tape, { state, venue }: TickResult, orders: readonly BacktestOrder[]) => {
  const book = state.accounts.get(ACCOUNT)!.books.get(STRATEGY)!;
  const fills = listings.flatMap(({ symbol }) => venue.fills(ACCOUNT, symbol));
  const makerFills = fills.filter(({ liquidity }) => liquidity === "maker").length;
  const ended = (status: string): number => orders.filter((order) => order.status === status).length;
  return {
    filled: ended("filled"),
    cancelled: ended("cancelled"),
    refused: ended("refused"),
    expired: ended("expired"),
    fills: fills.length,
    makerFills,
    takerFills: fills.length - makerFills,
    fees: amounts(book.fees),
    held: amounts(new Map([...book.holdings].map(([name, { total }]) => [name, total]))),
  };
};

const deedsOf = (plan: RiskPlan, limits: Limits | undefined, turns: TickResult["turns"]) => {
  const watch = new RiskWatch(plan, limits);
  for (const { events } of turns) for (const event of events) watch.note(event);
  return watch.deeds;
};

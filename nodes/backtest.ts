/** Runs a backtest over recorded candles: finds strategy and candles, takes the time, hashes the orders, computes the figures. */
import { createHash } from "node:crypto";
import { timeframes, type Timeframe } from "../domain/market/candle.ts";
import { dailyReturns } from "../domain/performance/daily-equity.ts";
import { figure, returnMetrics } from "../domain/performance/return-metrics.ts";
import { tradeMetrics } from "../domain/performance/trade-metrics.ts";
import { annualTurnover } from "../domain/performance/turnover.ts";
import { reportedMarket } from "../domain/reports/market.ts";
import { parseParams } from "../domain/strategy/params.ts";
import type { Params, Strategy, ToldRow } from "../domain/strategy/strategy.ts";
import { listenedTo, toldOf } from "../domain/strategy/told.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { timestamp } from "../domain/values/values.ts";
import { backtest, type BacktestResult, type BacktestSettings } from "../simulation/backtest/backtest.ts";
import { canonicalLine } from "../simulation/backtest/order-log.ts";
import { contractMarkets, type ContractChoice } from "./backtest-contracts.ts";
import { type Around, aroundAs, conventionsOfAround } from "./around.ts";
import { withDetail } from "./backtest-detail.ts";
import { recordedMarkets, type MarketChoice } from "./backtest-markets.ts";
import { expectNoBooks, strategyFinder } from "./strategy-files.ts";
import { parseTimerange } from "./timerange.ts";

export interface BacktestRequest
  extends
    Omit<MarketChoice, "from" | "to" | "option">,
    Omit<BacktestSettings, "strategy" | "params" | "markets" | "from" | "to" | "contracts"> {
  readonly strategy: string;
  readonly strategiesDir?: string | undefined;
  /** As given; what is missing has its default. */
  readonly params: unknown;
  readonly timerange?: string | undefined;
  /** Of the candles that orders meet, where they are to be finer. */
  readonly timeframeDetail?: string | undefined;
  /** Whether the candles are of contracts, which may be short; absent: of spot. */
  readonly contracts?: ContractChoice | undefined;
  /** Around the strategy, whichever it is. */
  readonly around?: Around | undefined;
}

/** What is ready to be run, again and again if need be. */
export interface PreparedBacktest {
  readonly settings: BacktestSettings;
  readonly timeframe: Timeframe;
  readonly notes: readonly string[];
  readonly around: Around | undefined;
  /** What the trader of the last run tells of itself. */
  readonly told: () => readonly ToldRow[];
}

/** Throws `Invalid` naming the option, or the file and what is wrong in it. */
export const prepareBacktest = async (request: BacktestRequest): Promise<PreparedBacktest> => {
  const found = await strategyFinder(request.strategiesDir)(request.strategy);
  const { strategy, told } = listenedTo(aroundAs(found, request.around, request.risk));
  const { from, to } = request.timerange === undefined ? {} : parseTimerange(request.timerange);
  // Which candles are needed before `from` depends on the parameters, whose timeframe may be that of the candles.
  // Inverse contracts are traded one by one.
  const lotSize = request.lotSize ?? (request.contracts?.inverse === undefined ? undefined : "1");
  const recorded = await recordedMarkets({ ...request, lotSize, to });
  const { markets, timeframe, notes } =
    request.timeframeDetail === undefined
      ? recorded
      : await withDetail(recorded, { ...request, to }, request.timeframeDetail, from);
  const asked = request.contracts && contractMarkets(request.contracts, markets);
  const params = completed(strategy, request.params, timeframe);
  expectNoBooks(strategy, params);
  const { warmupCandles, timeframes: wanted } = strategy.needs(params);
  checkLatency(request, timeframe, wanted);
  const longest = Math.max(...wanted.map((each) => timeframes[each]));
  const first = from === undefined ? -Infinity : from - (warmupCandles + 1) * longest;
  return {
    settings: {
      ...request,
      contracts: asked?.terms,
      strategy,
      params,
      markets: (asked?.markets ?? markets).map((market) => ({
        ...market,
        candles: market.candles.within(first, Infinity),
        ...(market.detail !== undefined && {
          detail: { ...market.detail, candles: market.detail.candles.within(first, Infinity) },
        }),
      })),
      ...(from === undefined ? {} : { from: timestamp(from) }),
      ...(to === undefined ? {} : { to: timestamp(to) }),
    },
    timeframe,
    notes: asked === undefined ? notes : [...notes, ...asked.notes],
    around: request.around,
    told,
  };
};

/** Where the candles that orders meet are those that the strategy decides on, an order that is a moment late would wait for a whole one. */
const checkLatency = (
  { convention, timeframeDetail, orderLatencyMs = 0, feedLatencyMs = 0 }: BacktestRequest,
  timeframe: Timeframe,
  wanted: readonly Timeframe[],
): void => {
  const fine = timeframeDetail !== undefined || !wanted.includes(timeframe);
  for (const [option, ms, honoured, what] of [
    [
      "--order-latency-ms",
      orderLatencyMs,
      fine,
      "0, or candles finer than those decided on (--timeframe-detail)",
    ],
    ["--feed-latency-ms", feedLatencyMs, timeframeDetail !== undefined, "0, or --timeframe-detail"],
  ] as const) {
    if (ms > 0 && convention === "same-close")
      throw new Invalid(option, "0 for same-close, which fills at the very close", ms);
    if (ms > 0 && !honoured) throw new Invalid(option, what, ms);
  }
};

/** A strategy whose parameters name a timeframe gets that of the candles, unless told otherwise. */
export const completed = (
  strategy: Strategy,
  raw: unknown,
  timeframe: Timeframe,
  field = "--params",
): Params => {
  const given = (raw ?? {}) as Readonly<Record<string, unknown>>;
  const gene = strategy.genes["timeframe"];
  const fits =
    gene?.kind === "choice" && gene.choices.includes(timeframe) && given["timeframe"] === undefined;
  return parseParams(strategy, fits ? { ...given, timeframe } : raw, field);
};

export type BacktestAnswer = ReturnType<typeof answerOf>;

/** The answer, and what it was made of: reports show more. */
export interface BacktestRun {
  /** `without`: the same run without its risk plan. */
  readonly answer: BacktestAnswer & {
    readonly without?: Pick<BacktestAnswer, "profitTotalRatio" | "metrics" | "orders" | "refusals"> & {
      readonly trades: number;
    };
  };
  readonly settings: BacktestSettings;
  readonly result: BacktestResult;
}

export const runBacktest = async (request: BacktestRequest): Promise<BacktestRun> => {
  const prepared = await prepareBacktest(request);
  const began = performance.now();
  const result = backtest(prepared.settings);
  const elapsedMs = performance.now() - began;
  const answer = answerOf(prepared, result, elapsedMs);
  const { settings } = prepared;
  if (settings.risk === undefined) return { answer, settings, result };
  const bare: PreparedBacktest = { ...prepared, settings: { ...settings, risk: undefined } };
  const { profitTotalRatio, metrics, trades, orders, refusals } = answerOf(bare, backtest(bare.settings), 0);
  const without = { profitTotalRatio, metrics, trades: trades.length, orders, refusals };
  return { answer: { ...answer, without }, settings, result };
};

/** All that is told of a run. Throws `Invalid` where nothing was left to trade. */
export const answerOf = (
  { settings, timeframe, notes, around, told }: PreparedBacktest,
  result: BacktestResult,
  elapsedMs: number,
) => {
  const { equity, trades } = result;
  if (equity.at.length === 0)
    throw new Invalid(
      "--candles",
      "candles beyond those that the strategy needs to warm up",
      settings.markets[0]!.candles.length,
    );
  const span = timeframes[settings.markets[0]!.detail?.timeframe ?? timeframe];
  const from = equity.at[0]! - span;
  const to = equity.at.at(-1)!;
  const { startingBalance } = settings;
  const conventions: Readonly<Record<string, string>> = {
    ...result.conventions,
    ...conventionsOfAround(around),
  };
  // What closes at midnight belongs to the day that ends.
  const daily = dailyReturns(
    equity.at.map((at) => at - 1),
    equity.value,
    startingBalance,
  );
  const { figures, drawdown, convention, periods } = returnMetrics(daily);
  return {
    strategy: settings.strategy.name,
    params: settings.params,
    conventions,
    quote: settings.markets[0]!.instrument.quote,
    timeframe,
    startingBalance,
    from,
    to,
    markets: settings.markets.map(({ instrument, candles }) =>
      reportedMarket({ pair: instrument.symbol, timeframe, candles }, from, to),
    ),
    notes,
    ...toldOf(told),
    candles: result.candles,
    elapsedMs,
    candlesPerSecond: elapsedMs > 0 ? (result.candles / elapsedMs) * 1_000 : 0,
    trades,
    equity: Array.from(equity.at, (at, k): readonly [number, number] => [at, equity.value[k]!]),
    metrics: {
      ...{ convention, periods, ...figures, drawdown },
      ...tradeMetrics(trades, convention, { from, to }),
      annualTurnover: figure(annualTurnover(trades, equity.value, from, to)),
    },
    profitTotalRatio: equity.value.at(-1)! / startingBalance - 1,
    orders: result.orders.length,
    refusals: result.refusals,
    ...(result.risk === undefined ? {} : { risk: result.risk }),
    orderListHash: orderListHash(result),
  };
};

/** SHA-256, in hex, of the canonical lines of all orders, each ended by a line feed. */
export const orderListHash = ({ orders }: Pick<BacktestResult, "orders">): string => {
  const hash = createHash("sha256");
  for (const order of orders) hash.update(`${canonicalLine(order)}\n`);
  return hash.digest("hex");
};

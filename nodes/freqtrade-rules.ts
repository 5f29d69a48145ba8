/**
 * Any strategy by freqtrade's rules within a candle, on one market or several: the wishes of its trader are replayed as outside
 * signals are, the trades get stakes, and the answer is that of every other backtest.
 */
import { timeframes } from "../domain/market/candle.ts";
import { type ManagePlan } from "../domain/strategy/manage/plan.ts";
import { readPlan } from "../domain/strategy/manage/read-plan.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { freqtradeFills } from "../simulation/signals/fills.ts";
import { staked } from "../simulation/signals/staked.ts";
import { simulateTrader } from "../simulation/signals/trader-signals.ts";
import { answerOf, prepareBacktest, type BacktestRequest, type BacktestRun } from "./backtest.ts";
import { replayConventions } from "./signals.ts";

/** `nameOf`: how a field of the plan that manages positions was given. Throws `Invalid` naming the option. */
export const runByFreqtradeRules = async (
  request: BacktestRequest,
  nameOf: (field: string) => string = (field) => `--manage.${field}`,
): Promise<BacktestRun> => {
  checkOptions(request);
  const { manage } = request.around ?? {};
  const exits = manage && exitsOf(readPlan(manage, "manage"), nameOf);
  const prepared = await prepareBacktest({ ...request, around: { ...request.around, manage: undefined } });
  const { settings, timeframe } = prepared;
  const { strategy, params, markets, from, startingBalance } = settings;
  const needs = strategy.needs(params);
  if (needs.timeframes.length !== 1 || needs.timeframes[0] !== timeframe)
    throw new Invalid(
      "--timeframe",
      `${needs.timeframes.join(" and ")}, all that the strategy asks for; freqtrade knows one`,
      timeframe,
    );
  const span = timeframes[timeframe];
  const rules = {
    rules: exits?.rules ?? { stoploss: NaN, roi: [], trailing: undefined },
    useExitSignal: true,
    unfilledTimeoutMinutes: exits?.unfilledTimeoutMinutes ?? Infinity,
    adjustEntryPrice: NaN,
    leverage: 1,
    fee: request.takerBps / 10_000,
  };
  const replayed = markets.map(({ candles }) => ({
    candles,
    warmup: from === undefined ? needs.warmupCandles : candles.indexOf(from - span + 1),
  }));
  const instruments = markets.map(({ instrument }) => instrument);
  const trader = strategy.start(params, instruments);
  const began = performance.now();
  const { results, unused } = simulateTrader(
    { trader, markets: replayed, timeframe, span, settings: rules },
    freqtradeFills,
  );
  const traded = replayed.map(({ candles }, i) => ({
    pair: instruments[i]!.symbol,
    candles,
    trades: results[i]!.trades,
  }));
  const firstAt = Math.min(
    ...replayed.map(({ candles, warmup }) => (warmup < candles.length ? candles.at[warmup]! : Infinity)),
  );
  const stakes = { startingBalance, leverage: rules.leverage, fee: rules.fee, span, from: firstAt };
  const result = {
    ...staked(traded, stakes),
    conventions: {
      ...replayConventions("freqtrade", rules),
      profitRatio: "after fees, over the value bought with its fee, to 8 decimals",
      stake: stakeText(markets.length),
      equity: "the balance and open trades at the last close, the fee of their entry taken off",
      warmUp:
        from === undefined
          ? `the wishes at the first ${needs.warmupCandles} closes of each market are dropped`
          : `the wishes at closes by ${from} (ms) are dropped`,
    },
    candles: replayed.reduce((sum, { candles }) => sum + candles.length, 0),
    refusals: {},
  };
  const elapsedMs = performance.now() - began;
  const dropped = `${unused} wishes other than aims have no meaning here`;
  const notes = unused === 0 ? prepared.notes : [...prepared.notes, dropped];
  return { answer: answerOf({ ...prepared, notes }, result, elapsedMs), settings, result };
};

const stakeText = (markets: number): string =>
  markets === 1
    ? "the whole balance, with what trades left on earlier candles have earned"
    : `a ${markets}th of the balance, with what trades left on earlier candles have earned: freqtrade's "unlimited" with ${markets} open trades at most`;

/** What of a plan these rules know: stop loss, trailing stop, ROI table and time-out. */
const exitsOf = (plan: ManagePlan, nameOf: (field: string) => string): ManagePlan => {
  const { range, takeProfit, breakEven, timeLimitMinutes, pyramid, scaling } = plan;
  const timeLimit = timeLimitMinutes === Infinity ? undefined : timeLimitMinutes;
  const strange = { rangeStop: range?.kind, takeProfit, breakEven, timeLimit, pyramid, scaling };
  for (const [name, given] of Object.entries(strange))
    if (given !== undefined)
      throw new Invalid(nameOf(name), "another convention than freqtrade, which has no such rule", given);
  return plan;
};

/** What freqtrade's rules have no place for. */
const checkOptions = (request: BacktestRequest): void => {
  const { slippage, orderLatencyMs = 0, feedLatencyMs = 0, timeframeDetail, makerBps, takerBps } = request;
  const refused: readonly (readonly [option: string, wrong: boolean, expected: string, found: unknown])[] = [
    ["--slippage", slippage.model !== "none", "none", slippage.model],
    ["--order-latency-ms", orderLatencyMs > 0, "0", orderLatencyMs],
    ["--feed-latency-ms", feedLatencyMs > 0, "0", feedLatencyMs],
    ["--timeframe-detail", timeframeDetail !== undefined, "another convention", timeframeDetail],
    ["--maker-fee-bps", makerBps !== takerBps, "one fee", makerBps],
  ];
  for (const [option, wrong, expected, found] of refused)
    if (wrong) throw new Invalid(option, `${expected} with the convention freqtrade`, found);
};

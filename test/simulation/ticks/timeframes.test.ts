/**
 * Several timeframes of one strategy, print by print and over the candles of the same prints: both roads tell the same candles, each at or
 * after its close and behind the finer ones that it is made of; a rule over them decides the same on both, restarted as often as one likes.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { CandleTable } from "../../../domain/history/candle-table.ts";
import { type Candle, openOf, type Timeframe, timeframes } from "../../../domain/market/candle.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import { parseParams } from "../../../domain/strategy/params.ts";
import type { Desk, Saved, Strategy, Trader } from "../../../domain/strategy/strategy.ts";
import { money, timestamp, ZERO } from "../../../domain/values/values.ts";
import { backtest } from "../../../simulation/backtest/backtest.ts";
import { instrumentOf } from "../../../simulation/ticks/settings.ts";
import { tickBacktest } from "../../../simulation/ticks/tick-backtest.ts";
import { TradeTrack } from "../../../sandbox/market/replay-trades.ts";
import { recordedListing, Tape } from "../../../sandbox/market/tape.ts";
import { composite } from "../../../strategies/composite.ts";

const MINUTE = 60_000;
/** A Monday, 00:00 UTC: all timeframes open. */
const START = 1_609_718_400_000;
const listing = recordedListing("A", "Q", 2, 3, {
  ...{ makerBps: 10, takerBps: 20, notionalMin: ZERO, queueAheadLots: 0 },
});

/** One at the beginning of each minute that is not empty, and others within it. */
const anyMinutes = (empty: boolean) =>
  fc.array(
    fc.record({
      moves: fc.array(fc.integer({ min: -40, max: 40 }), { minLength: empty ? 0 : 1, maxLength: 4 }),
      lots: fc.integer({ min: 1, max: 9_000 }),
    }),
    { minLength: 100, maxLength: 200 },
  );
type Minutes = typeof anyMinutes extends (empty: boolean) => fc.Arbitrary<infer M> ? M : never;

const tapeOf = (minutes: Minutes): Tape => {
  let ticks = 10_000;
  const rows = minutes.flatMap(({ moves, lots }, minute) =>
    moves.map((move, k) => ({
      at: START + minute * MINUTE + k * 14_000,
      ticks: (ticks = Math.max(5_000, ticks + move)),
      lots: lots + k,
    })),
  );
  const columns = {
    at: Float64Array.from(rows, ({ at }) => at),
    ticks: Float64Array.from(rows, (row) => row.ticks),
    lots: Float64Array.from(rows, (row) => row.lots),
    ids: Float64Array.from(rows, (_, k) => k + 1),
    buys: Uint8Array.from(rows, (_, k) => k % 2),
  };
  return new Tape([new TradeTrack(listing, columns, -Infinity, Infinity)], "1m");
};

interface Told extends Candle {
  readonly timeframe: Timeframe;
}

/** A strategy that notes what it is told, and what it aims for at the close of which candle; saved and loaded before each of every so many. */
const noted = (strategy: Strategy, every = 0) => {
  const told: Told[] = [];
  const aims: string[] = [];
  const late: Told[] = [];
  const noting: Strategy = {
    ...strategy,
    start: (params, market) => {
      let trader = strategy.start(params, market);
      const onCandle: Trader["onCandle"] = (candle, i, timeframe, desk) => {
        if (every > 0 && told.length % every === 0) {
          const saved = JSON.stringify(trader.save());
          trader = strategy.start(params, market);
          trader.load(JSON.parse(saved) as Saved);
        }
        const seen = { ...candle, timeframe };
        told.push(seen);
        const closedAt = candle.openAt + timeframes[timeframe];
        if (desk.now < closedAt) late.push(seen);
        const heard = new Proxy(desk, {
          get: (of, name) => {
            const value = of[name as keyof Desk];
            return (...given: unknown[]) => {
              if (name === "aim") aims.push(`${(closedAt - START) / MINUTE} ${String(given[2])}`);
              return (value as (...given: unknown[]) => unknown).apply(of, given);
            };
          },
        });
        trader.onCandle(candle, i, timeframe, heard);
      };
      return { onCandle, save: () => trader.save(), load: (saved) => trader.load(saved) };
    },
  };
  return { noting, told, aims, late };
};

const params = parseParams(composite, {
  ...{ timeframe: "1m", join: "vote", threshold: 0.6 },
  enter: "close > sma(3); 5m: close > ema(3); 15m: close > close[1]",
  exit: "close < sma(5); 5m: rsi(3) < 45; 15m: close < sma(2)",
});

const overPrints = (minutes: Minutes, every = 0) => {
  const { noting, ...notes } = noted(composite, every);
  const [venue, account] = ["x" as never, "main" as never];
  const { recorded } = tickBacktest({
    ...{ source: tapeOf(minutes), venue, account, balances: { Q: money("1000") }, nonce: "1" },
    portfolio: { id: "p" as never, limits: parseLimits({}, "limits"), balanceSettleMs: 10_000 },
    strategies: [
      {
        ...{ id: "s" as never, strategy: noting, params },
        instruments: ["x:A/Q" as never],
        capital: money("1000"),
      },
    ],
    recorded: "1m",
  });
  return { ...notes, candles: recorded.get("x:A/Q" as never)! };
};

const overCandles = (candles: CandleTable, every = 0) => {
  const { noting, ...notes } = noted(composite, every);
  backtest({
    ...{ strategy: noting, params, convention: "next-open", accounting: "exact", seed: 1 },
    markets: [{ instrument: instrumentOf("x" as never, listing), timeframe: "1m", candles }],
    ...{
      startingBalance: 1_000,
      makerBps: 10,
      takerBps: 20,
      slippage: { model: "none" },
      from: timestamp(START),
    },
  });
  return notes;
};

const of = (told: readonly Told[], timeframe: Timeframe): readonly Told[] =>
  told.filter((one) => one.timeframe === timeframe);

/** Each coarser candle is made of the finer ones told before it, and of all of them. */
const madeOfFiner = (told: readonly Told[], fine: Timeframe, coarse: Timeframe): void => {
  for (const [at, candle] of told.entries()) {
    if (candle.timeframe !== coarse) continue;
    const parts = of(told.slice(0, at), fine).filter(
      ({ openAt }) => openOf(openAt, coarse) === candle.openAt,
    );
    expect([
      ...[parts[0]!.open, Math.max(...parts.map(({ high }) => high))],
      ...[Math.min(...parts.map(({ low }) => low)), parts.at(-1)!.close],
      parts.reduce((sum, { trades }) => sum + trades, 0),
    ]).toEqual([candle.open, candle.high, candle.low, candle.close, candle.trades]);
  }
};

it("both roads tell the same candles, after their close, behind those that they are made of", () => {
  fc.assert(
    fc.property(anyMinutes(true), (minutes) => {
      const prints = overPrints(minutes);
      const candles = overCandles(prints.candles);
      // With gaps a coarser candle may come late: that it did is remembered.
      expect(overCandles(prints.candles, 1).aims).toEqual(candles.aims);
      for (const { told, late } of [prints, candles]) {
        expect(late).toEqual([]);
        for (const coarse of ["5m", "15m"] as const) madeOfFiner(told, "1m", coarse);
      }
      for (const frame of ["1m", "5m", "15m"] as const) {
        const [one, other] = [of(prints.told, frame), of(candles.told, frame)];
        // What had begun before the first candle, or has not ended with the last, is not resampled.
        const from = one.findIndex(({ openAt }) => openAt === other[0]?.openAt);
        expect(other.length).toBeGreaterThan(0);
        expect(one.length - other.length).toBeLessThanOrEqual(2);
        expect(one.slice(from, from + other.length)).toEqual(other);
      }
    }),
    { numRuns: 7 },
  );
});

it("a rule over three timeframes decides the same on both roads, and restarted", () => {
  let aims = 0;
  fc.assert(
    fc.property(anyMinutes(false), fc.integer({ min: 1, max: 5 }), (minutes, every) => {
      const prints = overPrints(minutes);
      const candles = overCandles(prints.candles);
      expect(candles.aims).toEqual(prints.aims);
      expect(overPrints(minutes, every).aims).toEqual(prints.aims);
      expect(overCandles(prints.candles, every).aims).toEqual(prints.aims);
      aims += prints.aims.length;
    }),
    { numRuns: 7 },
  );
  expect(aims).toBeGreaterThan(30);
});

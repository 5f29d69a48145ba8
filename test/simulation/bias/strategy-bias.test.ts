/** Strategies run on less: what looks ahead, draws chance or warms up too little is caught; those that come with the program are not. */
import { describe, expect, it } from "vitest";
import { Ema } from "../../../domain/indicators/ema.ts";
import type { Strategy } from "../../../domain/strategy/strategy.ts";
import { Chance } from "../../../domain/values/chance.ts";
import type { BacktestMarket, BacktestSettings } from "../../../simulation/backtest/backtest.ts";
import { cutRuns, startupRuns } from "../../../simulation/bias/strategy-bias.ts";
import { meanReversion } from "../../../strategies/mean-reversion.ts";
import { movingAverageCross } from "../../../strategies/moving-average-cross.ts";
import { parseParams } from "../../../domain/strategy/params.ts";
import { candlesOf, instrument, type Row } from "../backtest/scripted.ts";

const chance = new Chance("strategy bias");
let price = 100;
const rows = Array.from({ length: 2_000 }, (): Row => {
  const open = price;
  price *= Math.exp(0.002 * chance.gaussian());
  return [open, Math.max(open, price), Math.min(open, price), price];
});
const markets: readonly BacktestMarket[] = [
  { instrument: instrument(), timeframe: "1m", candles: candlesOf(rows) },
];

const settingsOf = (strategy: Strategy, params: object = {}): BacktestSettings => ({
  strategy,
  params: parseParams(strategy, params),
  markets,
  convention: "next-open",
  accounting: "float",
  startingBalance: 1_000,
  makerBps: 0,
  takerBps: 0,
  slippage: { model: "none" },
  seed: 1,
});

/** Holds while `wants` says so. */
const holder = (wants: (at: number, close: number) => boolean, warmupCandles = 0): Strategy => ({
  name: "holder",
  about: "",
  genes: {},
  needs: () => ({ timeframes: ["1m"], warmupCandles }),
  start: () => {
    let held = false;
    return {
      onCandle(candle, i, _timeframe, desk) {
        const wish = wants(candle.openAt, candle.close);
        if (wish === held) return;
        held = wish;
        desk.aim(i, wish ? 0.5 : 0, wish ? "in" : "out", candle.close);
      },
      save: () => ({}),
      load: () => undefined,
    };
  },
});

describe("strategies on candles that end earlier", () => {
  it("those of the program decide the same", () => {
    for (const strategy of [movingAverageCross, meanReversion]) {
      const runs = cutRuns(settingsOf(strategy), 4);
      expect(runs).toHaveLength(5);
      expect(runs.every(({ difference }) => difference === null)).toBe(true);
      expect(runs.at(-1)!.decisions).toBeGreaterThan(10);
    }
  });

  it("one that knows the highest close of all candles is caught", () => {
    const foresees = ([market]: readonly BacktestMarket[]): Strategy => {
      const { close, length } = market!.candles;
      const middle = close.subarray(0, length).reduce((sum, each) => sum + each, 0) / length;
      return holder((_, each) => each < middle);
    };
    const runs = cutRuns(settingsOf(holder(() => true)), 4, foresees);
    const [first] = runs;
    expect(first!.difference).not.toBeNull();
    expect(first!.difference!.one?.at ?? first!.difference!.other?.at).toBeLessThanOrEqual(first!.cut);
    // With all candles it is as it was.
    expect(runs.at(-1)!.difference).toBeNull();
  });

  it("one that remembers an earlier run is caught by the second run over all", () => {
    let calls = 0;
    const runs = cutRuns(settingsOf(holder(() => (calls += 1) % 7 < 3)), 1);
    expect(runs.at(-1)!.difference).not.toBeNull();
  });
});

describe("strategies on candles that begin later", () => {
  const plan = { startups: [100, 900], points: 6, traded: 60, tolerance: 0.001 };
  const follower = (length: number): Strategy => ({
    ...holder(() => true),
    start: () => {
      const ema = new Ema(length);
      let above = false;
      return {
        onCandle(candle, i, _timeframe, desk) {
          const mean = ema.push(candle.close);
          if (Number.isNaN(mean) || candle.close > mean === above) return;
          above = !above;
          desk.aim(i, above ? 0.5 : 0, "side", mean);
        },
        save: () => ({}),
        load: () => undefined,
      };
    },
  });

  it("an exponential average of 90 is not warm after 100 candles, but after 900", () => {
    const [short, long] = startupRuns(settingsOf(follower(90)), plan);
    expect(short).toMatchObject({ candles: 100, points: 6 });
    expect(short!.differing).toBeGreaterThan(2);
    expect(short!.first!.one?.wish ?? short!.first!.other?.wish).toMatch(/^aim A\/USDT 0(\.5)? side$/);
    expect(long).toEqual({ candles: 900, points: 6, differing: 0, numbersDiffering: 0, first: null });
  });

  it("windows of the declared warm-up are enough", () => {
    const settings = settingsOf(movingAverageCross, { fast: 5, slow: 20 });
    const { warmupCandles } = settings.strategy.needs(settings.params);
    expect(startupRuns(settings, { ...plan, startups: [10, warmupCandles + 1] })[1]!.differing).toBe(0);
    expect(() => startupRuns(settings, { ...plan, startups: [1_000] })).toThrow(
      "--candles: expected twice the longest startup of 1000 candles and 60 to trade, found 2000",
    );
  });
});

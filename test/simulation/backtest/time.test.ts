/** Time in a backtest: what is told when, warm-up, ranges, coarser timeframes, several markets, timers. */
import { describe, expect, it } from "vitest";
import type { Timestamp } from "../../../domain/values/values.ts";
import { backtest } from "../../../simulation/backtest/backtest.ts";
import { candlesOf, instrument, MINUTE, run, scripted, START, type Row } from "./scripted.ts";

const flat = (price: number): Row => [price, price, price, price];
const minutes = (count: number): Row[] =>
  Array.from({ length: count }, (_, k) => [100 + k, 101 + k, 99 + k, 100.5 + k]);
const buyAlways = {
  onCandle: (_: unknown, desk: { aim(i: number, x: number, why: string): void }) => desk.aim(0, 0.5, "in"),
};

describe("time", () => {
  it("tells candles at their close, with the equity there", () => {
    const { told, candles } = run(minutes(3), {});
    expect(told.map(({ at, candle }) => [at, candle.openAt, candle.close])).toEqual([
      [START + MINUTE, START, 100.5],
      [START + 2 * MINUTE, START + MINUTE, 101.5],
      [START + 3 * MINUTE, START + 2 * MINUTE, 102.5],
    ]);
    expect(told.every(({ candle }) => candle.final)).toBe(true);
    expect(candles).toBe(3);
  });

  it("warms up the first candles: nothing is placed, equity begins after them", () => {
    const { orders, equity } = run(minutes(6), { ...buyAlways, warmupCandles: 3 });
    expect(orders[0]!.at).toBe(START + 4 * MINUTE);
    expect(equity.at[0]).toBe(START + 4 * MINUTE);
    expect(equity.at).toHaveLength(3);
  });

  it("warms up with what closes by `from`, and uses nothing that closes after `to`", () => {
    const [from, to] = [START + 2 * MINUTE, START + 5 * MINUTE] as Timestamp[];
    const { orders, equity, candles } = run(minutes(9), { ...buyAlways, warmupCandles: 7 }, { from, to });
    expect(candles).toBe(5);
    expect(orders[0]!.at).toBe(START + 3 * MINUTE);
    expect([...equity.at]).toEqual([3, 4, 5].map((k) => START + k * MINUTE));
  });

  it("tells a coarser candle after its close only, after the base candle, and never a partial one", () => {
    // Begins at 00:02: the candle of 00:00 is partial; so is that of 00:10.
    const rows: (Row | undefined)[] = minutes(13);
    rows[0] = rows[1] = undefined;
    const { told } = run(rows, { timeframes: ["5m", "1m"] });
    const coarse = told.filter(({ timeframe }) => timeframe === "5m");
    expect(coarse.map(({ at, candle }) => [at, candle.openAt, candle.open, candle.close])).toEqual([
      [START + 10 * MINUTE, START + 5 * MINUTE, 105, 109.5],
    ]);
    const before = told[told.indexOf(coarse[0]!) - 1]!;
    expect([before.timeframe, before.at]).toEqual(["1m", START + 10 * MINUTE]);
  });

  it("fills by finer candles than the strategy looks at", () => {
    const rows: Row[] = minutes(13);
    rows[7] = [107, 108, 103, 107.5];
    const { orders, told } = run(rows, {
      timeframes: ["5m"],
      onCandle: ({ k }, desk) => {
        if (k > 0) return;
        desk.aim(0, 0.5, "in");
        desk.protect(0, 103.5, "stop_loss");
      },
    });
    expect(told).toHaveLength(2);
    // Decided at the close of 00:05, bought at the open of that minute, stopped within minute 7.
    expect(orders.map(({ averagePrice, closedAt }) => [averagePrice, (closedAt - START) / MINUTE])).toEqual([
      [105, 5],
      [103.5, 8],
    ]);
  });

  it("after a gap over its end a coarser candle comes with the next base candle; too late to act upon it is muted", () => {
    const rows: (Row | undefined)[] = minutes(23);
    for (let k = 4; k < 20; k += 1) rows[k] = undefined;
    const { told, orders } = run(rows, {
      timeframes: ["5m"],
      onCandle: (_, desk) => desk.aim(0, 0.5, "in"),
    });
    expect(told.map(({ at, candle }) => [at, candle.openAt])).toEqual([[START + 21 * MINUTE, START]]);
    expect(orders).toEqual([]);
  });

  it("goes through several markets by their closes, in their order", () => {
    const { told, equity } = run([minutes(2), [undefined, flat(7)]], {});
    expect(told.map(({ at, i }) => [(at - START) / MINUTE, i])).toEqual([
      [1, 0],
      [2, 0],
      [2, 1],
    ]);
    expect(equity.at).toHaveLength(2);
  });

  it("an order for a market without a candle waits for its next open", () => {
    const { orders } = run([minutes(5), [flat(7), undefined, undefined, flat(8)]], {
      onCandle: ({ k }, desk) => k === 2 && desk.aim(1, 0.5, "in"),
    });
    expect(orders).toMatchObject([
      { pair: "B/USDT", at: START + 2 * MINUTE, closedAt: START + 3 * MINUTE, averagePrice: 8 },
    ]);
  });

  it("an order sent while a longer candle is under way does not meet its past", () => {
    const hour: Row[] = [flat(100), [50, 120, 40, 110], flat(110)];
    const { strategy } = scripted({
      timeframes: ["1m", "1h"],
      onCandle: ({ i, timeframe, k }, desk) =>
        i === 1 && timeframe === "1m" && k === 80 && desk.aim(0, 0.5, "in"),
    });
    const { orders } = backtest({
      strategy: { ...strategy, needs: () => ({ timeframes: ["1h"], warmupCandles: 0 }) },
      params: {},
      markets: [{ instrument: instrument("A/USDT"), timeframe: "1h", candles: candlesOf(hour, 60 * MINUTE) }],
      convention: "next-open",
      accounting: "exact",
      startingBalance: 1_000,
      makerBps: 0,
      takerBps: 0,
      slippage: { model: "none" },
      seed: 1,
    });
    expect(orders).toEqual([]);
  });

  it("a timer rings with the first close at or after its time, once", () => {
    const rung: number[] = [];
    run(minutes(6), {
      onCandle: ({ k }, desk) => k === 0 && desk.wake((START + 2.5 * MINUTE) as Timestamp),
      onTimer: (at, desk) => void rung.push(at, desk.now),
    });
    expect(rung).toEqual([START + 2.5 * MINUTE, START + 3 * MINUTE]);
  });

  it("tells orders as the portfolio tells them live", () => {
    const heard: unknown[] = [];
    run(minutes(3), {
      onCandle: ({ k }, desk) => k === 0 && desk.aim(0, 0.5, "in"),
      onOrder: (update, desk) =>
        void heard.push([update.status, update.filled, update.price, desk.position(0) > 0]),
    });
    // 0.5 * 1000 / 100.5 = 4.97512437 lots down; the fill is at the open of 101.
    expect(heard).toEqual([
      ["approved", 0, 0, false],
      ["partial", 4.97512437, 101, true],
      ["filled", 4.97512437, 0, true],
    ]);
  });

  it("refuses candles that the strategy's timeframe cannot be made of, and mixed quotes", () => {
    expect(() =>
      run(
        minutes(3),
        { timeframes: ["1m"] },
        { markets: [{ instrument: instrument(), timeframe: "5m", candles: candlesOf(minutes(3)) }] },
      ),
    ).toThrow("candles of A/USDT");
    const two = [instrument(), instrument("B/EUR")].map((each) => ({
      instrument: each,
      timeframe: "1m" as const,
      candles: candlesOf(minutes(2)),
    }));
    expect(() => run(minutes(2), {}, { markets: two })).toThrow("markets: expected instruments of x in USDT");
  });
});

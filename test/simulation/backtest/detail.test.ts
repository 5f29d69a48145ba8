/** Finer candles than the strategy decides on, and lateness: of candles on their way to it, of orders on their way to the venue. */
import { describe, expect, it } from "vitest";
import { resample } from "../../../domain/history/resample.ts";
import { canonicalLine } from "../../../simulation/backtest/order-log.ts";
import { fillConventions, type BacktestMarket } from "../../../simulation/backtest/settings.ts";
import { restless, walk } from "./restless.ts";
import { candlesOf, instrument, MINUTE, run, START, type Row, type Script } from "./scripted.ts";

const rising = (count: number): Row[] =>
  Array.from({ length: count }, (_, k) => [100 + k, 101 + k, 99 + k, 100.5 + k]);
const once: Script = { timeframes: ["5m"], onCandle: ({ k }, desk) => k === 0 && desk.aim(0, 0.5, "in") };

const marketOf = (rows: readonly (Row | undefined)[], symbol = "A/USDT"): BacktestMarket => {
  const fine = candlesOf(rows);
  return {
    instrument: instrument(symbol),
    timeframe: "5m",
    candles: resample(fine, "1m", "5m").candles,
    detail: { timeframe: "1m", candles: fine },
  };
};

/** Minutes from the start. */
const at = (ms: number): number => (ms - START) / MINUTE;

describe("candles with a detail timeframe", () => {
  it.each(fillConventions)("are those that finer candles would be made into, with %s", (convention) => {
    const rows = [walk(11, 400), walk(12, 400)];
    const script = { ...restless(5), timeframes: ["5m", "15m"] as const, warmupCandles: 3 };
    const over = { convention, accounting: "float", takerBps: 10 } as const;
    const fine = run(rows, script, over);
    const markets = rows.map((each, i) => marketOf(each, i === 0 ? "A/USDT" : "B/USDT"));
    const detailed = run([], script, { ...over, markets });
    expect(fine.orders.length).toBeGreaterThan(20);
    expect(detailed.orders.map(canonicalLine)).toEqual(fine.orders.map(canonicalLine));
    expect(detailed.trades).toEqual(fine.trades);
    expect(detailed.equity).toEqual(fine.equity);
    expect(detailed.told).toEqual(fine.told);
    expect(detailed.conventions["detail"]).toContain("1m");
  });

  it("the strategy is told the candles that were given, whatever the finer ones would make", () => {
    const market = marketOf(rising(10));
    market.candles.close[0] = 104.25;
    const { told, orders } = run([], once, { markets: [market] });
    expect(told.map(({ candle }) => candle.close)).toEqual([104.25, 109.5]);
    expect(orders).toMatchObject([{ averagePrice: 105 }]);
  });

  it("refuses a detail that does not divide, and a strategy that looks at the detail", () => {
    const market = { ...marketOf(rising(10)), timeframe: "3m" as const };
    expect(() => run([], { timeframes: ["3m"] }, { markets: [{ ...market, timeframe: "1m" }] })).toThrow(
      "detail of A/USDT: expected a finer timeframe that 1m is made of",
    );
    expect(() => run([], { timeframes: ["1m"] }, { markets: [marketOf(rising(10))] })).toThrow(
      "candles of A/USDT",
    );
  });
});

describe("latency", () => {
  it.each([
    { feedLatencyMs: 0, orderLatencyMs: 0, told: 5, filled: 5 },
    { feedLatencyMs: 0, orderLatencyMs: 250, told: 5, filled: 6 },
    { feedLatencyMs: 1_000, orderLatencyMs: 0, told: 5 + 1 / 60, filled: 6 },
    { feedLatencyMs: 60_000, orderLatencyMs: 0, told: 6, filled: 6 },
    { feedLatencyMs: 60_000, orderLatencyMs: 1, told: 6, filled: 7 },
    { feedLatencyMs: 45_000, orderLatencyMs: 80_000, told: 5.75, filled: 8 },
    { feedLatencyMs: 90_000, orderLatencyMs: 0, told: 6.5, filled: 7 },
  ])("feed $feedLatencyMs ms, orders $orderLatencyMs ms", ({ told, filled, ...latency }) => {
    const result = run([], once, { markets: [marketOf(rising(15))], ...latency });
    expect(at(result.told[0]!.at)).toBeCloseTo(told, 9);
    expect(result.orders.map((order) => [at(order.closedAt), order.averagePrice])).toEqual([
      [filled, 100 + filled],
    ]);
    expect(at(result.orders[0]!.at)).toBeCloseTo(told, 9);
    // Equity is told once for each close, whenever candles arrive.
    expect([...result.equity.at].map(at)).toEqual(Array.from({ length: 15 }, (_, k) => k + 1));
  });

  it("what had not arrived by the end is not told; a candle that came too late to act upon is muted", () => {
    const { told, orders } = run(
      [],
      { timeframes: ["5m"], onCandle: (_, desk) => desk.aim(0, 0.5, "in") },
      { markets: [marketOf(rising(15))], feedLatencyMs: 6 * MINUTE },
    );
    // 00:05 arrives at 00:11, 00:10 would at 00:16.
    expect(told.map((each) => at(each.at))).toEqual([11]);
    expect(orders.map((order) => at(order.at))).toEqual([11]);
  });

  it("a late feed without detail is refused", () => {
    expect(() => run(rising(10), once, { feedLatencyMs: 5 })).toThrow("feedLatencyMs: expected 0 without");
  });
});

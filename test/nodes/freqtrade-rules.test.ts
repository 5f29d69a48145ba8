/** `--convention freqtrade` over several markets: trades, equity and figures like those of any other backtest. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { BacktestRequest } from "../../nodes/backtest.ts";
import { runByFreqtradeRules } from "../../nodes/freqtrade-rules.ts";

const folder = mkdtempSync(join(tmpdir(), "shoal-freqtrade-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const FROM = 1_609_459_200_000; // 2021-01-01
const HOUR = 3_600_000;
const file = (name: string, phase: number): void => {
  const price = (k: number): number => Math.round((100 + 10 * Math.sin((k + phase) / 15)) * 100) / 100;
  const rows = Array.from({ length: 500 }, (_, k) => {
    const [open, close] = [price(k), price(k + 1)];
    return [FROM + k * HOUR, open, Math.max(open, close) + 0.1, Math.min(open, close) - 0.1, close, 5].join(
      ",",
    );
  });
  writeFileSync(join(folder, name), `ts_ms,open,high,low,close,volume\n${rows.join("\n")}\n`);
};
file("A_USDT-1h.csv", 0);
file("B_USDT-1h.csv", 30);

const request = (over: Partial<BacktestRequest> = {}): BacktestRequest => ({
  strategy: "moving-average-cross",
  params: { fast: 5, slow: 20, side: "both" },
  path: folder,
  convention: "next-open",
  accounting: "exact",
  startingBalance: 1_000,
  makerBps: 10,
  takerBps: 10,
  slippage: { model: "none" },
  seed: 1,
  around: { manage: { stoploss: -0.05, minimalRoi: { "0": 0.06 } } },
  ...over,
});

describe("--convention freqtrade", () => {
  it("has trades of every market, longs and shorts, equity that adds up, and all figures", async () => {
    const { answer, result } = await runByFreqtradeRules(request());
    const { trades, equity, metrics, conventions } = answer;
    expect(new Set(trades.map(({ pair, side }) => `${pair} ${side}`)).size).toBe(4);
    expect(new Set(trades.map(({ exitReason }) => exitReason))).toContain("roi");
    const profit = trades.reduce((sum, each) => sum + each.profit, 0);
    expect(equity.at(-1)![1]).toBeCloseTo(1_000 + profit, 8);
    expect(answer.profitTotalRatio).toBeCloseTo(profit / 1_000, 11);
    // The first 20 closes warm up; one point for each close after them.
    expect(equity).toHaveLength(480);
    expect(metrics.trades).toBe(trades.length);
    expect(conventions).toMatchObject({ convention: "freqtrade" });
    expect(conventions["stake"]).toContain("2 open trades");
    expect(result.orders).toHaveLength(2 * trades.length);
    expect(answer.orderListHash).toMatch(/^[0-9a-f]{64}$/);
    for (const { profitRatio, profit: earned, quantity, openPrice, side } of trades) {
      const cost = quantity * openPrice * (side === "long" ? 1.001 : 0.999);
      expect(earned / cost).toBeCloseTo(profitRatio, 7);
    }
  });

  it("trades each market as it would alone, and a range after a warm-up", async () => {
    const [both, alone] = await Promise.all([
      runByFreqtradeRules(request()),
      runByFreqtradeRules(request({ pairs: ["B/USDT"] })),
    ]);
    const bare = (trades: typeof both.answer.trades) =>
      trades
        .filter(({ pair }) => pair === "B/USDT")
        .map(({ openAt, closeAt, openPrice, closePrice, profitRatio }) => [
          openAt,
          closeAt,
          openPrice,
          closePrice,
          profitRatio,
        ]);
    expect(bare(both.answer.trades)).toEqual(bare(alone.answer.trades));
    const { answer } = await runByFreqtradeRules(request({ timerange: "20210105-" }));
    const from = Date.parse("2021-01-05T00:00:00Z");
    expect(answer.equity[0]![0]).toBe(from + HOUR);
    expect(answer.trades[0]!.openAt).toBeGreaterThan(from);
  });

  it.each<readonly [Partial<BacktestRequest>, string]>([
    [{ slippage: { model: "bps", bps: 5 } }, "--slippage: expected none with the convention freqtrade"],
    [{ orderLatencyMs: 5 }, "--order-latency-ms: expected 0 with"],
    [{ feedLatencyMs: 5 }, "--feed-latency-ms: expected 0 with"],
    [{ timeframeDetail: "1m" }, "--timeframe-detail: expected another convention"],
    [{ makerBps: 1 }, "--maker-fee-bps: expected one fee"],
    [{ params: { timeframe: "4h" } }, "--timeframe: expected 4h"],
    [{ around: { manage: { stoploss: -0.1, rangeStop: "atr:2" } } }, "--manage.rangeStop: expected another"],
    [{ around: { manage: { takeProfit: [{ profit: 1, close: 50 }] } } }, "--manage.takeProfit: expected"],
    [{ around: { manage: { timeLimit: 5 } } }, "--manage.timeLimit: expected another convention"],
  ])("refuses %j", async (over, message) => {
    await expect(runByFreqtradeRules(request(over))).rejects.toThrow(message);
  });
});

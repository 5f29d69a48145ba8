/** `--timeframe-detail` over files: which candles it takes, what it refuses, and where latency has a meaning. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type BacktestRequest, runBacktest } from "../../nodes/backtest.ts";

const folder = mkdtempSync(join(tmpdir(), "shoal-detail-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const FROM = 1_609_459_200_000; // 2021-01-01
const MINUTE = 60_000;

const priceAt = (minute: number): number => Math.round((100 + 10 * Math.sin(minute / 100)) * 100) / 100;
/** One candle for each span of minutes, made of the same prices whatever the span. */
const file = (name: string, minutes: number, count: number, leaveOut: readonly number[] = []): string => {
  const lines = ["ts_ms,open,high,low,close,volume"];
  for (let k = 0; k < count; k += 1) {
    if (leaveOut.includes(k)) continue;
    const prices = Array.from({ length: minutes + 1 }, (_, m) => priceAt(k * minutes + m));
    const row = [prices[0]!, Math.max(...prices), Math.min(...prices), prices.at(-1)!, 5];
    lines.push([FROM + k * minutes * MINUTE, ...row].join(","));
  }
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
};
file("A_USDT-5m.csv", 5, 600);
file("A_USDT-1m.csv", 1, 3_000);
file("B_USDT-5m.csv", 5, 600);
file("D_USDT-5m.csv", 5, 600);
file("B_USDT-1m.csv", 1, 3_000, [1_000, 1_001, 1_002, 1_003, 1_004]);

const request = (over: Partial<BacktestRequest>): BacktestRequest => ({
  strategy: "moving-average-cross",
  params: { fast: 5, slow: 20 },
  path: folder,
  pairs: ["A/USDT"],
  timeframe: "5m",
  convention: "next-open",
  accounting: "float",
  startingBalance: 1_000,
  makerBps: 10,
  takerBps: 10,
  slippage: { model: "none" },
  seed: 1,
  ...over,
});

describe("--timeframe-detail", () => {
  it("decides on the candles asked for and fills on the finer ones of the folder, and says so", async () => {
    const plain = await runBacktest(request({}));
    const { answer } = await runBacktest(request({ timeframeDetail: "1m" }));
    expect(answer.timeframe).toBe("5m");
    expect(answer.params["timeframe"]).toBe("5m");
    expect(answer.candles).toBe(600);
    expect(answer.conventions["detail"]).toContain("candles of 1m");
    // The open of the next candle is the open of its first minute.
    expect(answer.orderListHash).toBe(plain.answer.orderListHash);
    expect(answer.equity).toHaveLength(3_000 - 20 * 5);
    expect(answer.from).toBe(plain.answer.from);
    expect(answer.notes).toEqual([]);
  });

  it("late orders meet the next fine open", async () => {
    const { result } = await runBacktest(request({ timeframeDetail: "1m", orderLatencyMs: 200 }));
    expect(new Set(result.orders.map(({ at, closedAt }) => closedAt - at))).toEqual(new Set([MINUTE]));
    const late = await runBacktest(
      request({ timeframeDetail: "1m", feedLatencyMs: 300, orderLatencyMs: 200 }),
    );
    expect(new Set(late.result.orders.map(({ at }) => at % (5 * MINUTE)))).toEqual(new Set([300]));
    expect(late.answer.conventions["latency"]).toBe(
      "candles are told 300 ms after their close; orders meet no price before 200 ms have passed, which is the next open after that",
    );
  });

  it.each<readonly [Partial<BacktestRequest>, string]>([
    [{ timeframeDetail: "5m" }, "--timeframe-detail: expected a finer timeframe"],
    [{ timeframeDetail: "3m" }, "--timeframe-detail: expected a finer timeframe"],
    [{ timeframeDetail: "7x" }, "--timeframe-detail: expected"],
    [
      { pairs: ["D/USDT"], timeframeDetail: "1m" },
      "--timeframe-detail: expected one that the candles of D/USDT",
    ],
    [
      { timeframeDetail: "1m", pairs: ["B/USDT"] },
      '--timeframe-detail: expected 1m candles within every 5m candle of B/USDT (--timerange limits the time), found "none at 2021-01-01T16:40:00.000Z, 1 times in all"',
    ],
    [{ orderLatencyMs: 5 }, "--order-latency-ms: expected 0, or candles finer"],
    [{ feedLatencyMs: 5 }, "--feed-latency-ms: expected 0, or --timeframe-detail"],
    [
      { timeframeDetail: "1m", orderLatencyMs: 5, convention: "same-close" },
      "--order-latency-ms: expected 0 for same-close",
    ],
  ])("refuses %j", async (over, message) => {
    await expect(runBacktest(request(over))).rejects.toThrow(message);
  });

  it("needs no finer candles before the range, and tells where the two do not agree", async () => {
    const range = { pairs: ["B/USDT"], timeframeDetail: "1m", timerange: "20210102-20210103" };
    const { answer, settings } = await runBacktest(request(range));
    expect(answer.equity[0]![0]).toBe(Date.parse("2021-01-02T00:01:00Z"));
    expect(settings.markets[0]!.candles.at[0]).toBeLessThan(Date.parse("2021-01-02T00:00:00Z"));
    file("C_USDT-5m.csv", 5, 600);
    file("C_USDT-1m.csv", 1, 3_000, [9]);
    const { answer: odd } = await runBacktest(request({ pairs: ["C/USDT"], timeframeDetail: "1m" }));
    expect(odd.notes).toContain(
      "C_USDT-1m.csv: 1 candles missing in 1 gaps, the first at 2021-01-01T00:09:00.000Z",
    );
    expect(odd.notes).toContain(
      "C/USDT: 1 candles of 5m are not what those of 1m within them make, the first at 2021-01-01T00:05:00.000Z",
    );
  });
});

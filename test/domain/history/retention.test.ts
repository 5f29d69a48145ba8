/** How long what is archived is kept. */
import { describe, expect, it } from "vitest";
import { isExpired, parseRetention } from "../../../domain/history/retention.ts";
import { timeframes, type Timeframe } from "../../../domain/market/candle.ts";

const DAY = timeframes["1d"];
const now = Date.UTC(2025, 0, 1);

describe("retention", () => {
  it("reads days, weeks, months, years and forever", () => {
    const told = parseRetention("1m=90d, 5m=2w,15m=3m,1h=5y,1d=forever");
    expect([...told]).toEqual([
      ["1m", 90 * DAY],
      ["5m", 14 * DAY],
      ["15m", 90 * DAY],
      ["1h", 1_825 * DAY],
      ["1d", Infinity],
    ]);
  });

  it.each([
    ["", "rules such as"],
    ["1m", "rules such as"],
    ["1m=90", "rules such as"],
    ["7m=1d", "one of 1m, 3m"],
    ["1m=1d,1m=2d", "each timeframe once"],
  ])("refuses %j", (text, message) => {
    expect(() => parseRetention(text, "--policy")).toThrow(message);
  });

  // A file whose last candle opens at `ago` before now; its end lies one timeframe later.
  it.each<[Timeframe, number, boolean]>([
    ["1m", 90 * DAY + timeframes["1m"], true],
    ["1m", 90 * DAY + timeframes["1m"] - 1, false],
    ["1h", 10_000 * DAY, false],
    ["5m", 10_000 * DAY, false],
  ])("%s, %d ms ago: %s", (timeframe, ago, expired) => {
    const retention = parseRetention("1m=90d,1h=forever");
    expect(isExpired({ timeframe, to: now - ago }, retention, now)).toBe(expired);
  });
});

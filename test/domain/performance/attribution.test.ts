/** Attribution: the rows share out every trade and every profit; calendar keys by hand and against the platform's dates. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attributionOf, calendarKey, calendars } from "../../../domain/performance/attribution.ts";
import type { TradeResult } from "../../../domain/performance/trade-metrics.ts";

const trade = (profit: number, closeAt: number): TradeResult => ({
  profit,
  profitRatio: profit / 100,
  openAt: closeAt - 60_000,
  closeAt,
  mae: NaN,
  mfe: NaN,
});

describe("attribution", () => {
  it("by hand: highest profit first", () => {
    const trades = [trade(5, 0), trade(-2, 86_400_000), trade(0, 0), trade(4, 86_400_000)];
    const { rows, total } = attributionOf(trades, ({ closeAt }) => calendarKey(closeAt, "day"));
    expect(rows).toEqual([
      {
        key: "1970-01-01",
        trades: 2,
        wins: 1,
        draws: 1,
        losses: 0,
        profit: 5,
        averageProfitRatio: 0.025,
        averageHoldMs: 60_000,
        winRate: 0.5,
      },
      {
        key: "1970-01-02",
        trades: 2,
        wins: 1,
        draws: 0,
        losses: 1,
        profit: 2,
        averageProfitRatio: 0.01,
        averageHoldMs: 60_000,
        winRate: 0.5,
      },
    ]);
    expect(total).toMatchObject({ trades: 4, profit: 7, wins: 2, draws: 1, losses: 1 });
    expect(attributionOf([], String)).toMatchObject({
      rows: [],
      total: { trades: 0, profit: 0, winRate: null },
    });
  });

  it("sums to the total, however trades are shared out", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.nat(5)), { maxLength: 50 }),
        (list) => {
          const trades = list.map(([profit, group]) => ({ ...trade(profit, 0), group: String(group) }));
          const { rows, total } = attributionOf(trades, ({ group }) => group);
          const sum = (of: (row: (typeof rows)[number]) => number): number =>
            rows.reduce((a, row) => a + of(row), 0);
          expect(sum((row) => row.profit)).toBeCloseTo(total.profit, 6);
          for (const name of ["trades", "wins", "draws", "losses"] as const)
            expect(sum((row) => row[name])).toBe(total[name]);
          expect(total.trades).toBe(list.length);
        },
      ),
    );
  });
});

describe("calendar keys", () => {
  it("by hand", () => {
    const at = Date.UTC(2021, 0, 3, 23, 59);
    // A Sunday; its week began on Monday, 28 December.
    expect(calendars.map((calendar) => calendarKey(at, calendar))).toEqual([
      "2021-01-03",
      "2020-12-28",
      "2021-01",
      "2021",
      "Sun",
      "23:00",
    ]);
    expect(calendarKey(NaN, "day")).toBe("unknown");
  });

  it("are the platform's dates from year 0 to 9999", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2000, 0, 1) - 2000 * 365 * 86_400_000, max: Date.UTC(9999, 11, 31) }),
        (at) => {
          const date = new Date(at);
          expect(calendarKey(at, "day")).toBe(date.toISOString().slice(0, 10));
          expect(calendarKey(at, "weekday")).toBe(date.toUTCString().slice(0, 3));
          expect(calendarKey(at, "hour")).toBe(`${date.toISOString().slice(11, 13)}:00`);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Every table of a small backtest, worked by hand, and what a report says where there is nothing to say. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conventions } from "../../../domain/performance/conventions.ts";
import { backtestTables } from "../../../domain/reports/backtest-tables.ts";
import { entryTagTable, exitReasonTable } from "../../../domain/reports/group-tables.ts";
import { breakdowns } from "../../../domain/reports/period-table.ts";
import type { ReportedBacktest, ReportedTrade } from "../../../domain/reports/reported.ts";
import { summaryOf } from "../../../domain/reports/summary.ts";
import { DAY, start, worked } from "./worked.ts";

const tables = new Map(
  backtestTables(worked, { breakdown: ["day", "week", "weekday", "month", "year"] }).map((each) => [
    each.title,
    each,
  ]),
);
const rows = (title: string): readonly string[] => tables.get(title)!.rows.map((row) => row.join(" | "));

describe("by hand", () => {
  it("by pair, with those that never traded", () => {
    expect(
      tables
        .get("Backtesting report")!
        .columns.map(({ title }) => title)
        .join(" | "),
    ).toBe(
      "Pair | Trades | Avg profit % | Tot profit USDT | Tot profit % | Avg duration | Win | Draw | Loss | Win %",
    );
    expect(rows("Backtesting report")).toEqual([
      // 20 + 30 - 20 on 1000; 2, 4 and 24 hours.
      "A/USDT | 3 | 10.00 | 30.00 | 3.00 | 10:00 | 2 | 0 | 1 | 66.7",
      "C/USDT | 0 | - | 0.00 | 0.00 | - | 0 | 0 | 0 | -",
      "B/USDT | 2 | -5.00 | -10.00 | -1.00 | 07:00 | 0 | 1 | 1 | 0.0",
      // 44 hours over 5 trades.
      "TOTAL | 5 | 4.00 | 20.00 | 2.00 | 08:48 | 2 | 1 | 2 | 40.0",
    ]);
  });

  it("by exit reason, entry tag and both", () => {
    expect(rows("Exit reason stats")).toEqual([
      "exit_signal | 2 | 15.00 | 30.00 | 3.00 | 04:00 | 1 | 1 | 0 | 50.0",
      "roi | 1 | 20.00 | 20.00 | 2.00 | 02:00 | 1 | 0 | 0 | 100.0",
      "stop_loss | 1 | -10.00 | -10.00 | -1.00 | 10:00 | 0 | 0 | 1 | 0.0",
      "force_exit | 1 | -20.00 | -20.00 | -2.00 | 1 d 00:00 | 0 | 0 | 1 | 0.0",
      "TOTAL | 5 | 4.00 | 20.00 | 2.00 | 08:48 | 2 | 1 | 2 | 40.0",
    ]);
    expect(rows("Enter tag stats").map((row) => row.slice(0, 20))).toEqual([
      "cross | 3 | 10.00 | ",
      "none | 2 | -5.00 | -",
      "TOTAL | 5 | 4.00 | 2",
    ]);
    expect(rows("Mixed tag stats")).toHaveLength(6);
    expect(rows("Mixed tag stats")[0]).toBe(
      "cross | exit_signal | 1 | 30.00 | 30.00 | 3.00 | 04:00 | 1 | 0 | 0 | 100.0",
    );
    expect(rows("Mixed tag stats").at(-1)).toMatch(/^TOTAL \| {2}\| 5 /);
    expect(rows("Left open trades report")).toEqual([
      "A/USDT | 1 | -20.00 | -20.00 | -2.00 | 1 d 00:00 | 0 | 0 | 1 | 0.0",
      "TOTAL | 1 | -20.00 | -20.00 | -2.00 | 1 d 00:00 | 0 | 0 | 1 | 0.0",
    ]);
  });

  it("orders with numbers of their own are one group", () => {
    const numbered = worked.trades.map((one, k) => ({
      ...one,
      tag: `buy 3@1 #${k}`,
      exitReason: `worked fell: part #${k}`,
    }));
    const report = { ...worked, trades: numbered };
    expect(entryTagTable(report).rows.map(([tag]) => tag)).toEqual(["buy 3", "TOTAL"]);
    expect(exitReasonTable(report).rows.map(([reason]) => reason)).toEqual(["worked fell: part", "TOTAL"]);
  });

  // The trade left open ends with the data at midnight, and so on Thursday.
  it("by period of the close", () => {
    expect(rows("Day breakdown")).toEqual([
      "2021-05-03 | 2 | 10.00 | 1.00 | 2.00 | 1 | 0 | 1 | 50.0",
      "2021-05-05 | 2 | 30.00 | 3.00 | - | 1 | 1 | 0 | 50.0",
      "2021-05-06 | 1 | -20.00 | -2.00 | 0.00 | 0 | 0 | 1 | 0.0",
    ]);
    expect(rows("Week breakdown")).toEqual(["2021-05-03 | 5 | 20.00 | 2.00 | 1.67 | 2 | 1 | 2 | 40.0"]);
    expect(rows("Weekday breakdown").map((row) => row.slice(0, 3))).toEqual(["Mon", "Wed", "Thu"]);
    expect(rows("Month breakdown")[0]).toMatch(/^2021-05 /);
    expect(rows("Year breakdown")[0]).toMatch(/^2021 /);
  });

  it("in the summary", () => {
    const shown = Object.fromEntries(
      tables.get("Summary metrics")!.rows.map(([title, value]) => [title, value]),
    ) as Readonly<Record<string, string>>;
    expect(shown).toMatchObject({
      "Backtesting from": "2021-05-03 00:00:00",
      "Backtesting to": "2021-05-07 00:00:00",
      // Two on Monday and two on Wednesday.
      "Max open trades": "2",
      "Total/Daily Avg Trades": "5 / 1.25",
      "Starting balance": "1000.00 USDT",
      "Final balance": "1020.00 USDT",
      "Absolute profit": "20.00 USDT",
      "Total profit %": "2.00%",
      "Avg. daily profit": "5.00 USDT",
      "Avg. stake amount": "100.00 USDT",
      // Opened for 500; closed for 2 * (250 + 20 / 2).
      "Total trade volume": "1020.00 USDT",
      "Total fees": "2.50 USDT",
      "Long / Short trades": "4 / 1",
      "Profit factor": "1.67",
      // Average win 25, average loss 15: (1 + 25 / 15) * 0.4 - 1.
      "Expectancy (Ratio)": "4.00 USDT (0.07)",
      "Best Pair": "A/USDT 3.00%",
      "Worst Pair": "B/USDT -1.00%",
      "Best trade": "A/USDT 30.00%",
      "Worst trade": "A/USDT -20.00%",
      "Best day": "30.00 USDT",
      "Worst day": "-20.00 USDT",
      "Days win/draw/lose": "2 / 1 / 1",
      "Avg. Duration Winners": "03:00",
      "Avg. Duration Losers": "17:00",
      "Max Consecutive Wins / Loss": "1 / 1",
      "Refused orders": "3",
      "Min balance": "1000.00 USDT",
      "Max balance": "1040.00 USDT",
      // From 1030 to 1010; 1040 to 1020 is as deep in money and less of its high.
      "Max % of account underwater": "1.94%",
      "Absolute drawdown": "20.00 USDT (1.94%)",
      "Drawdown duration": "12:00",
      "Drawdown high": "30.00 USDT",
      "Drawdown low": "10.00 USDT",
      "Drawdown start": "2021-05-03 12:00:00",
      "Drawdown end": "2021-05-04 00:00:00",
      "Drawdown recovered": "2021-05-05 12:00:00",
      "Market change": "-10.00%",
    });
  });

  it("takes the days' last equity for its ratios, midnight being the day's own", () => {
    const { returns } = summaryOf(worked);
    // 1000, 1010, 1010, 1040, 1020.
    const days = [0.01, 0, 1_040 / 1_010 - 1, 1_020 / 1_040 - 1];
    const mean = days.reduce((sum, r) => sum + r) / 4;
    const deviation = Math.sqrt(days.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 3);
    expect(returns.returns).toBe(4);
    expect(returns.figures.sharpe).toBeCloseTo((mean / deviation) * Math.sqrt(365), 9);
    expect(returns.figures.cagr).toBeCloseTo(1.02 ** (365 / 4) - 1, 9);
  });

  // freqtrade: (0.02 / 4 days) / deviation (ddof 0) of 0.02, -0.01, 0.03, 0, -0.02, whose squares from 0.004 sum to 0.00172.
  it("takes closed trades by freqtrade's convention", () => {
    const { returns } = summaryOf(worked, "freqtrade");
    expect(returns.figures.sharpe).toBeCloseTo((0.005 / Math.sqrt(0.00172 / 5)) * Math.sqrt(365), 9);
    expect(returns.figures.cagr).toBeCloseTo(1.02 ** (365 / 4) - 1, 9);
  });
});

const cells = (report: ReportedBacktest): readonly string[] =>
  conventions.flatMap((convention) =>
    backtestTables(report, { convention, breakdown: breakdowns }).flatMap((table) => table.rows.flat()),
  );

it("says a dash where nothing is defined, never NaN", () => {
  const empty = { ...worked, trades: [], equity: { at: [], value: [] }, markets: [] };
  const all = cells(empty);
  expect(all).toContain("-");
  expect(all.filter((cell) => /NaN|Infinity|undefined|null/.test(cell))).toEqual([]);
});

const anyTrade = fc.record({
  pair: fc.constantFrom("A/USDT", "B/USDT"),
  side: fc.constantFrom("long" as const, "short" as const),
  tag: fc.constantFrom("", "x", "y"),
  exitReason: fc.constantFrom("roi", "stop_loss", "force_exit"),
  openAt: fc.integer({ min: start, max: start + 4 * DAY }),
  hold: fc.integer({ min: 0, max: DAY }),
  profit: fc.integer({ min: -5, max: 5 }),
});

it("shares out the same trades and profit in every table, and prints no NaN", () => {
  fc.assert(
    fc.property(fc.array(anyTrade, { maxLength: 20 }), (some) => {
      const trades = some.map(({ hold, openAt, profit, ...labels }): ReportedTrade => {
        const closeAt = openAt + hold;
        const prices = { openPrice: 10, closePrice: 10 + profit, quantity: 1, fees: 0 };
        return { ...labels, ...prices, openAt, closeAt, profit, profitRatio: profit / 10, mae: 0, mfe: NaN };
      });
      const report = { ...worked, trades };
      const total = trades.reduce((sum, { profit }) => sum + profit, 0);
      for (const table of backtestTables(report, { breakdown: breakdowns }).slice(0, -1)) {
        const of = (name: string): number => table.columns.findIndex(({ title }) => title === name);
        const body = table.total ? table.rows.slice(0, -1) : table.rows;
        const sum = (name: string): number => body.reduce((all, row) => all + Number(row[of(name)]), 0);
        if (table.title === "Left open trades report") continue;
        expect(sum("Trades")).toBe(trades.length);
        expect(sum("Win") + sum("Draw") + sum("Loss")).toBe(trades.length);
        expect(sum("Tot profit USDT")).toBeCloseTo(total, 6);
      }
      expect(cells(report).filter((cell) => /NaN|Infinity|undefined|null/.test(cell))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

/** Closed trades by the UTC period of their close. */
import { type Calendar, calendarKey } from "../performance/attribution.ts";
import { tradeMetrics } from "../performance/trade-metrics.ts";
import { closedOn, type ReportedBacktest } from "./reported.ts";
import { count, gain, type ReportTable, text } from "./report-table.ts";
import { numberText, percentText, placesOf } from "./text.ts";

/** What `--breakdown` knows. */
export const breakdowns = ["day", "week", "month", "year", "weekday"] as const satisfies readonly Calendar[];
export type Breakdown = (typeof breakdowns)[number];

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const notes: Readonly<Record<Breakdown, string>> = {
  day: "By the day of the close, UTC.",
  week: "By the week of the close, UTC, named by its Monday.",
  month: "By the month of the close, UTC.",
  year: "By the year of the close, UTC.",
  weekday: "By the weekday of the close, UTC.",
};

/** Periods without a trade are left out. */
export const periodTable = (
  { trades, quote, startingBalance, to }: ReportedBacktest,
  by: Breakdown,
): ReportTable => {
  const groups = [...Map.groupBy(trades, (trade) => calendarKey(closedOn(trade, to), by))].sort(([a], [b]) =>
    by === "weekday" ? weekdays.indexOf(a) - weekdays.indexOf(b) : a < b ? -1 : 1,
  );
  return {
    title: `${by} breakdown`.replace(/^./, (letter) => letter.toUpperCase()),
    columns: [
      text(by.replace(/^./, (letter) => letter.toUpperCase())),
      count("Trades"),
      gain(`Tot profit ${quote}`),
      gain("Tot profit %"),
      count("Profit factor"),
      count("Win"),
      count("Draw"),
      count("Loss"),
      count("Win %"),
    ],
    rows: groups.map(([key, some]) => {
      const metrics = tradeMetrics(some);
      return [
        key,
        String(metrics.trades),
        numberText(metrics.totalProfit, placesOf(startingBalance)),
        percentText(metrics.totalProfit / startingBalance),
        numberText(metrics.profitFactor, 2),
        String(metrics.wins),
        String(metrics.draws),
        String(metrics.losses),
        percentText(metrics.winRate, 1),
      ];
    }),
    total: false,
    note: notes[by],
  };
};

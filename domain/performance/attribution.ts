/**
 * Where the profit came from: closed trades by pair, tag, reason of the exit, or the UTC time of their close. The rows share
 * out all trades: their counts and profits sum to the total's.
 */
import { momentsOf, sumOf } from "./moments.ts";
import { figure } from "./return-metrics.ts";
import type { TradeResult } from "./trade-metrics.ts";
import { dateOf } from "../values/date.ts";

export interface Attribution {
  readonly key: string;
  readonly trades: number;
  readonly wins: number;
  readonly draws: number;
  readonly losses: number;
  /** In quote. */
  readonly profit: number;
  /** Null where a ratio is unknown, or for no trades. */
  readonly averageProfitRatio: number | null;
  readonly averageHoldMs: number | null;
  readonly winRate: number | null;
}

export interface Attributed {
  /** Highest profit first, equal ones by key. */
  readonly rows: readonly Attribution[];
  readonly total: Attribution;
}

export const attributionOf = <T extends TradeResult>(
  trades: readonly T[],
  keyOf: (trade: T) => string,
): Attributed => ({
  rows: [...Map.groupBy(trades, keyOf)]
    .map(([key, some]) => rowOf(key, some))
    .sort((a, b) => b.profit - a.profit || (a.key < b.key ? -1 : 1)),
  total: rowOf("total", trades),
});

const rowOf = (key: string, trades: readonly TradeResult[]): Attribution => {
  const wins = trades.filter(({ profit }) => profit > 0).length;
  const losses = trades.filter(({ profit }) => profit < 0).length;
  return {
    key,
    trades: trades.length,
    wins,
    draws: trades.length - wins - losses,
    losses,
    profit: sumOf(trades.map(({ profit }) => profit)),
    averageProfitRatio: figure(momentsOf(trades.map(({ profitRatio }) => profitRatio)).mean),
    averageHoldMs: figure(momentsOf(trades.map(({ openAt, closeAt }) => closeAt - openAt)).mean),
    winRate: figure(wins / trades.length),
  };
};

export const calendars = ["day", "week", "month", "year", "weekday", "hour"] as const;
export type Calendar = (typeof calendars)[number];

const DAY_MS = 86_400_000;
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** The UTC day, week (by its Monday), month, year, weekday or hour of a time in ms; "unknown" of NaN. */
export const calendarKey = (at: number, calendar: Calendar): string => {
  if (Number.isNaN(at)) return "unknown";
  const days = Math.floor(at / DAY_MS);
  // 1970-01-01 was a Thursday.
  const weekday = (((days + 4) % 7) + 7) % 7;
  switch (calendar) {
    case "day":
      return dateText(days);
    case "week":
      return dateText(days - ((weekday + 6) % 7));
    case "month":
      return dateText(days).slice(0, -3);
    case "year":
      return dateText(days).slice(0, -6);
    case "weekday":
      return weekdays[weekday]!;
    case "hour":
      return `${String(Math.floor((at - days * DAY_MS) / 3_600_000)).padStart(2, "0")}:00`;
  }
};

const dateText = (days: number): string => {
  const { year, month, day } = dateOf(days);
  return [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join(
    "-",
  );
};

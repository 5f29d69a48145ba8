/**
 * Trades by pair, exit reason, entry tag or both, in the columns that a freqtrade user knows. "Tot Profit %" is of the starting balance,
 * "Avg Profit %" the mean of the trades' own ratios. Rows stand by profit, the highest first; the last one is the total.
 */
import { type Attribution, attributionOf } from "../performance/attribution.ts";
import { isLeftOpen, type ReportedBacktest, type ReportedTrade } from "./reported.ts";
import { count, gain, type ReportColumn, type ReportTable, text } from "./report-table.ts";
import { durationText, numberText, percentText, placesOf } from "./text.ts";

/** Orders that a strategy places have numbers of their own, `buy 3@1 #17`: what they are for is one group. */
const plain = (tag: string): string => (tag === "" ? "none" : tag.replace(/(?:@\d+)? #\d+(?=$|,)/, ""));
/** Trades of that tag, of an entry without one too. */
const tagOf = ({ tag }: ReportedTrade): string => plain(tag);
const reasonOf = ({ exitReason }: ReportedTrade): string => plain(exitReason);

export const pairTable = (report: ReportedBacktest): ReportTable =>
  groupTable(report, {
    title: "Backtesting report",
    columns: [text("Pair")],
    keyOf: ({ pair }) => pair,
    keys: report.markets.map(({ pair }) => pair),
  });

export const leftOpenTable = (report: ReportedBacktest): ReportTable =>
  groupTable(report, {
    title: "Left open trades report",
    columns: [text("Pair")],
    keyOf: ({ pair }) => pair,
    of: isLeftOpen,
    note: "Still open when the data ended; valued at the last close.",
  });

export const entryTagTable = (report: ReportedBacktest): ReportTable =>
  groupTable(report, { title: "Enter tag stats", columns: [text("Enter tag")], keyOf: tagOf });

export const exitReasonTable = (report: ReportedBacktest): ReportTable =>
  groupTable(report, { title: "Exit reason stats", columns: [text("Exit reason")], keyOf: reasonOf });

export const mixedTagTable = (report: ReportedBacktest): ReportTable =>
  groupTable(report, {
    title: "Mixed tag stats",
    columns: [text("Enter tag"), text("Exit reason")],
    keyOf: (trade) => `${tagOf(trade)}${SEPARATOR}${reasonOf(trade)}`,
  });

/** Stands in no tag. */
const SEPARATOR = "\u0000";

interface Grouping {
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  readonly keyOf: (trade: ReportedTrade) => string;
  /** Shown even where nothing traded. */
  readonly keys?: readonly string[];
  readonly of?: (trade: ReportedTrade) => boolean;
  readonly note?: string;
}

const groupTable = (
  { trades, startingBalance, quote }: ReportedBacktest,
  { title, columns, keyOf, keys = [], of = () => true, note = "" }: Grouping,
): ReportTable => {
  const { rows, total } = attributionOf(trades.filter(of), keyOf);
  const traded = new Set(rows.map(({ key }) => key));
  const idle = keys
    .filter((key) => !traded.has(key))
    .map((key) => ({ ...attributionOf([], keyOf).total, key }));
  const shown = [...rows, ...idle].sort((a, b) => b.profit - a.profit || (a.key < b.key ? -1 : 1));
  const numbers = cellsOf(startingBalance);
  return {
    title,
    columns: [
      ...columns,
      count("Trades"),
      gain("Avg profit %"),
      gain(`Tot profit ${quote}`),
      gain("Tot profit %"),
      count("Avg duration"),
      count("Win"),
      count("Draw"),
      count("Loss"),
      count("Win %"),
    ],
    rows: [
      ...shown.map((row) => [...row.key.split(SEPARATOR), ...numbers(row)]),
      ["TOTAL", ...columns.slice(1).map(() => ""), ...numbers(total)],
    ],
    total: true,
    note,
  };
};

const cellsOf =
  (startingBalance: number) =>
  (row: Attribution): readonly string[] => [
    String(row.trades),
    percentText(row.averageProfitRatio),
    numberText(row.profit, placesOf(startingBalance)),
    percentText(row.profit / startingBalance),
    durationText(row.averageHoldMs),
    String(row.wins),
    String(row.draws),
    String(row.losses),
    percentText(row.winRate, 1),
  ];

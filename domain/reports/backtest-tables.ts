/** All tables of a backtest, in the order in which a report shows them. */
import type { Convention } from "../performance/conventions.ts";
import { entryTagTable, exitReasonTable, leftOpenTable, mixedTagTable, pairTable } from "./group-tables.ts";
import { type Breakdown, periodTable } from "./period-table.ts";
import { isLeftOpen, type ReportedBacktest } from "./reported.ts";
import type { ReportTable } from "./report-table.ts";
import { summaryOf } from "./summary.ts";
import { summaryTable } from "./summary-table.ts";

export interface TableChoice {
  readonly convention?: Convention;
  readonly breakdown?: readonly Breakdown[];
}

export const backtestTables = (
  report: ReportedBacktest,
  { convention = "shoal", breakdown = [] }: TableChoice = {},
): readonly ReportTable[] => [
  pairTable(report),
  ...(report.trades.some(isLeftOpen) ? [leftOpenTable(report)] : []),
  entryTagTable(report),
  exitReasonTable(report),
  mixedTagTable(report),
  ...breakdown.map((by) => periodTable(report, by)),
  summaryTable(report, summaryOf(report, convention)),
];

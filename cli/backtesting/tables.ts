/** The tables of a backtest on the terminal. */
import { backtestTables, type TableChoice } from "../../domain/reports/backtest-tables.ts";
import type { ReportTable } from "../../domain/reports/report-table.ts";
import type { ReportedBacktest } from "../../domain/reports/reported.ts";
import { table } from "../terminal.ts";

/** All of them, and below how the fills, fees and so on were reckoned. */
export const tablesText = (report: ReportedBacktest, choice: TableChoice = {}): string =>
  [...backtestTables(report, choice).map(tableText), conventionsText(report.conventions)].join("\n\n");

const tableText = ({ title, columns, rows, note }: ReportTable): string =>
  [
    title.toUpperCase(),
    table(
      columns.map(({ title: name, align }) => [name, align]),
      rows,
      "none",
    ),
    ...(note === "" ? [] : [note]),
  ].join("\n");

const conventionsText = (conventions: ReportedBacktest["conventions"]): string =>
  ["CONVENTIONS", table([["What"], ["How"]], Object.entries(conventions), "none")].join("\n");

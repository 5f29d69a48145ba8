/** What becomes of a backtest: tables on the terminal, files of trades or orders, the HTML report. Options are checked before anything runs. */
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { type Command, Option } from "commander";
import { reportPage } from "../../adapters/report/report-page.ts";
import { conventions, type Convention } from "../../domain/performance/conventions.ts";
import type { MarketCandles } from "../../domain/reports/market.ts";
import { type Breakdown, breakdowns } from "../../domain/reports/period-table.ts";
import type { ReportedBacktest } from "../../domain/reports/reported.ts";
import { tradesCsv } from "../../domain/reports/trades-csv.ts";
import { toPlainJson } from "../../domain/values/json.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { version } from "../../nodes/package.ts";
import { list } from "../verb.ts";

export interface ReportOptions {
  readonly breakdown?: readonly string[];
  readonly metricsCompat?: Convention;
  readonly html?: string;
}

export const withReport = (command: Command): Command =>
  command
    .option("--breakdown <periods>", `closed trades by ${breakdowns.join(", ")}`, list)
    .addOption(
      new Option("--metrics-compat <project>", "whose definitions (default: our own)").choices(conventions),
    )
    .option("--html <file>", "one page with charts, tables and all trades, that needs nothing else");

/** What the options say; throws `Invalid` naming the one that is wrong. */
export const reportChoice = ({ breakdown = [], metricsCompat = "shoal" }: ReportOptions) => ({
  convention: metricsCompat,
  breakdown: breakdown.map((text): Breakdown => {
    const found = breakdowns.find((each) => each === text);
    if (found === undefined) throw new Invalid("--breakdown", `some of ${breakdowns.join(", ")}`, text);
    return found;
  }),
});

/** Without candles there are no prices on the page. */
export const writeHtml = (
  file: string,
  report: ReportedBacktest,
  markets: readonly MarketCandles[],
  convention: Convention,
): void => write("--html", file, reportPage(report, { markets, convention, version }));

const exportKinds = ["trades", "signals", "none"] as const;

export interface ExportOptions {
  readonly export?: (typeof exportKinds)[number];
  readonly exportFilename?: string;
}

export const withExport = (command: Command): Command =>
  command
    .addOption(
      new Option(
        "--export <what>",
        "trades, or signals: every order with what became of it (default: trades where there is a file name)",
      ).choices(exportKinds),
    )
    .option(
      "--export-filename <file>",
      ".csv, or .json: with trades the whole result, for backtesting-show (.gz too)",
    );

const endings = /\.(csv|json)(\.gz)?$/;

export const checkExport = ({ export: what, exportFilename: file }: ExportOptions): void => {
  if (what !== undefined && what !== "none" && file === undefined)
    throw new Invalid("--export-filename", "a file for what --export asks for", file);
  if (file !== undefined && !endings.test(file))
    throw new Invalid("--export-filename", "a name that ends in .csv, .json, .csv.gz or .json.gz", file);
};

export interface Exported {
  readonly trades: ReportedBacktest["trades"];
  /** The whole result as JSON. */
  readonly result: unknown;
  readonly orders: readonly unknown[];
  readonly ordersCsv: () => string;
}

/** Says which file was written; undefined for none. */
export const writeExport = (
  { export: what = "trades", exportFilename: file }: ExportOptions,
  { trades, result, orders, ordersCsv }: Exported,
): string | undefined => {
  if (file === undefined || what === "none") return undefined;
  const csv = /\.csv(\.gz)?$/.test(file);
  const text =
    what === "trades"
      ? csv
        ? tradesCsv(trades)
        : toPlainJson(result)
      : csv
        ? ordersCsv()
        : toPlainJson(orders);
  write("--export-filename", file, text);
  return file;
};

const write = (option: string, file: string, text: string): void => {
  try {
    writeFileSync(file, file.endsWith(".gz") ? gzipSync(text) : text);
  } catch (error) {
    throw new Invalid(option, `a file that can be written (${(error as NodeJS.ErrnoException).code})`, file);
  }
};

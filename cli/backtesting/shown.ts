/** A finished backtest on its way out: files first, then the tables or the JSON. */
import { summaryOf } from "../../domain/reports/summary.ts";
import type { ReportedBacktest } from "../../domain/reports/reported.ts";
import type { BacktestRun } from "../../nodes/backtest.ts";
import { answer, say, timeText } from "../terminal.ts";
import { ordersCsv } from "./orders-csv.ts";
import { type ExportOptions, reportChoice, type ReportOptions, writeExport, writeHtml } from "./outputs.ts";
import { riskText } from "./risk.ts";
import { tablesText } from "./tables.ts";

/** By another convention the figures are those of that project. */
export const showBacktest = (
  { answer: value, settings, result }: BacktestRun,
  options: ReportOptions & ExportOptions & { readonly json?: boolean },
): void => {
  const choice = reportChoice(options);
  const report: ReportedBacktest = { ...value, equity: result.equity };
  const summary = summaryOf(report, choice.convention);
  const { returns, trades } = summary;
  const { convention, periods, figures, drawdown } = returns;
  const whole = { ...value, metrics: { convention, periods, ...figures, drawdown, ...trades }, summary };
  const markets = settings.markets.map(({ instrument, timeframe, candles }) => ({
    pair: instrument.symbol,
    timeframe,
    candles,
  }));
  if (options.html !== undefined) {
    writeHtml(options.html, report, markets, choice.convention);
    say(`report: ${options.html}`);
  }
  const { orders } = result;
  const exported = { trades: value.trades, result: whole, orders, ordersCsv: () => ordersCsv(orders) };
  const file = writeExport(options, exported);
  if (file !== undefined) say(`exported: ${file}`);
  answer(options.json === true, whole, () =>
    [
      `${value.strategy} over ${value.markets.length} markets, ${timeText(value.from)} to ${timeText(value.to)}, ${value.timeframe}`,
      `${value.candles} candles in ${(value.elapsedMs / 1_000).toFixed(2)} s; ${value.trades.length} trades, ${value.orders} orders`,
      "",
      tablesText(report, choice),
      "",
      riskText(value),
      `orders: ${value.orderListHash}`,
    ].join("\n"),
  );
};

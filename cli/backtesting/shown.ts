/** A finished backtest on its way out: files first, then the tables or the JSON. */
import { summaryOf } from "../../domain/reports/summary.ts";
import type { MarketCandles } from "../../domain/reports/market.ts";
import type { Equity, ReportedBacktest } from "../../domain/reports/reported.ts";
import type { BacktestOrder } from "../../simulation/backtest/settings.ts";
import type { BacktestRun } from "../../nodes/backtest.ts";
import { answer, say, timeText } from "../terminal.ts";
import { ordersCsv } from "./orders-csv.ts";
import { type ExportOptions, reportChoice, type ReportOptions, writeExport, writeHtml } from "./outputs.ts";
import { riskText } from "./risk.ts";
import { tablesText } from "./tables.ts";
import { toldText } from "./told.ts";

/** A run of any kind, with what its page and files are made of. */
export interface Shown {
  readonly answer: Omit<ReportedBacktest, "equity"> & Pick<BacktestRun["answer"], "told">;
  /** What ran, over what, how fast: the first lines. */
  readonly about: readonly string[];
  readonly markets: readonly MarketCandles[];
  readonly equity: Equity;
  readonly orders: readonly BacktestOrder[];
}

type ShowOptions = ReportOptions & ExportOptions & { readonly json?: boolean };

export const showBacktest = (
  { answer: value, settings, result }: BacktestRun,
  options: ShowOptions,
): void => {
  const { equity, orders } = result;
  const markets = settings.markets.map(({ instrument, timeframe, candles }) => ({
    pair: instrument.symbol,
    timeframe,
    candles,
  }));
  show({ answer: value, about: aboutCandles(value), markets, equity, orders }, options, [riskText(value)]);
};

export const aboutCandles = (value: BacktestRun["answer"]): readonly string[] => [
  `${value.strategy} over ${value.markets.length} markets, ${timeText(value.from)} to ${timeText(value.to)}, ${value.timeframe}`,
  `${value.candles} candles in ${(value.elapsedMs / 1_000).toFixed(2)} s; ${value.trades.length} trades, ${value.orders} orders`,
];

/** By another convention the figures are those of that project. `more`: lines below the tables. */
export const show = (
  { answer: value, about, markets, equity, orders }: Shown,
  options: ShowOptions,
  more: readonly string[],
): void => {
  const choice = reportChoice(options);
  const report: ReportedBacktest = { ...value, equity };
  const summary = summaryOf(report, choice.convention);
  const { returns, trades } = summary;
  const { convention, periods, figures, drawdown } = returns;
  const whole = { ...value, metrics: { convention, periods, ...figures, drawdown, ...trades }, summary };
  if (options.html !== undefined) {
    writeHtml(options.html, report, markets, choice.convention);
    say(`report: ${options.html}`);
  }
  const exported = { trades: value.trades, result: whole, orders, ordersCsv: () => ordersCsv(orders) };
  const file = writeExport(options, exported);
  if (file !== undefined) say(`exported: ${file}`);
  answer(options.json === true, whole, () =>
    [
      ...about,
      "",
      tablesText(report, choice),
      "",
      toldText(value.told),
      ...more,
      `orders: ${value.orderListHash}`,
    ].join("\n"),
  );
};

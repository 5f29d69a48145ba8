/**
 * A backtest as one HTML file that needs nothing else: scripts, styles and data stand in it, and its content policy forbids the network.
 * Every text from outside is escaped.
 */
import { timeframes } from "../../domain/market/candle.ts";
import { type Convention, conventionText } from "../../domain/performance/conventions.ts";
import { yearReturns } from "../../domain/reports/calendar-returns.ts";
import type { MarketCandles } from "../../domain/reports/market.ts";
import type { ReportedBacktest } from "../../domain/reports/reported.ts";
import { type Summary, summaryOf } from "../../domain/reports/summary.ts";
import { numberText, percentText, placesOf, timeText } from "../../domain/reports/text.ts";
import { chartData } from "./chart-data.ts";
import { html, type Html, scriptJson } from "./html.ts";
import { signOf } from "./page-tables.ts";
import { chartSections, priceSection, tableSections, tradeSection } from "./page-sections.ts";
import { libraryStyle, scripts } from "./scripts.ts";
import { style } from "./style.ts";

export interface PageChoice {
  /** Candles of the markets, for the price charts and buy and hold; none: those are left out. */
  readonly markets?: readonly MarketCandles[];
  readonly convention?: Convention;
  readonly version: string;
}

export const reportPage = (
  report: ReportedBacktest,
  { markets = [], convention = "shoal", version }: PageChoice,
): string => {
  const summary = summaryOf(report, convention);
  const data = chartData(report, markets);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        />
        <title>
          ${report.strategy}: backtest ${timeText(report.from).slice(0, 10)} to
          ${timeText(report.to).slice(0, 10)}
        </title>
        <style>
          ${{ html: `${libraryStyle()}${style}` }}
        </style>
      </head>
      <body>
        <main>
          ${heading(report)} ${tiles(report, summary)}
          ${chartSections(yearReturns(report.equity, report.startingBalance), data)}
          ${data.prices.length === 0 ? html`` : priceSection(data)} ${tableSections(report, summary)}
          ${report.trades.length === 0 ? html`` : tradeSection(report)} ${footing(report, version)}
        </main>
        <script type="application/json" id="data">
          ${scriptJson(data)}
        </script>
        <script>
          ${{ html: scripts() }};
        </script>
      </body>
    </html> `.html;
};

const heading = ({ strategy, markets, timeframe, from, to, conventions }: ReportedBacktest): Html => {
  const fills = Object.entries(conventions)[0];
  return html`<header>
    <h1>${strategy}</h1>
    <p class="about">
      ${timeText(from).slice(0, 16)} to ${timeText(to).slice(0, 16)} UTC,
      ${timeframe in timeframes ? `${timeframe} candles` : timeframe}, ${markets.length}
      ${markets.length === 1 ? "pair" : "pairs"}${fills === undefined ? "" : `, ${fills[0]}: ${fills[1]}`}
    </p>
    <p class="about">${markets.map(({ pair }) => pair).join(", ")}</p>
  </header>`;
};

const tiles = (report: ReportedBacktest, summary: Summary): Html => {
  const { convention, returns, trades, drawdown } = summary;
  const money = (value: number): string =>
    `${numberText(value, placesOf(report.startingBalance))} ${report.quote}`;
  const percent = (ratio: number | null): string => (ratio === null ? "-" : `${percentText(ratio)} %`);
  const tile = (name: string, value: string, below: string, sign = ""): Html =>
    html`<div class="tile">
      <dt>${name}</dt>
      <dd class="${sign}">${value}</dd>
      <small>${below}</small>
    </div> `;
  return html`<dl class="tiles">
      ${[
        tile("Total profit", percent(summary.profitRatio), money(summary.profit), signOf(summary.profit)),
        tile(
          "CAGR",
          percent(returns.figures.cagr),
          `final ${money(summary.finalBalance)}`,
          signOf(returns.figures.cagr ?? 0),
        ),
        tile("Market change", percent(summary.marketChange), "mean of the pairs"),
        tile(
          "Max underwater",
          percent(summary.maxUnderwater),
          drawdown === null ? "" : `${money(drawdown.depth)} at most`,
        ),
        tile(
          "Sharpe",
          numberText(returns.figures.sharpe, 2),
          `Sortino ${numberText(returns.figures.sortino, 2)}`,
        ),
        tile(
          "Profit factor",
          numberText(trades.profitFactor, 2),
          `expectancy ratio ${numberText(trades.expectancyRatio, 2)}`,
        ),
        tile("Trades", String(trades.trades), `${numberText(summary.tradesPerDay, 2)} a day`),
        tile("Win rate", percent(trades.winRate), `${trades.wins} / ${trades.draws} / ${trades.losses}`),
      ]}
    </dl>
    <p class="note">
      Ratios by the convention ${convention}: Sharpe is ${conventionText(convention, "sharpe")}. All
      conventions stand with the figures below.
    </p>`;
};

const footing = ({ orderListHash }: ReportedBacktest, version: string): Html =>
  html`<footer>
    <p>
      Shoal ${version}. ${orderListHash === "" ? "" : `Order list SHA-256 ${orderListHash}.`} A backtest says
      what would have happened under its conventions; it promises nothing.
    </p>
    <p>
      Charts by uPlot (MIT licence, in the source of this page). Long curves are thinned by M4: of each
      stretch of time the first, lowest, highest and last point.
    </p>
  </footer>`;

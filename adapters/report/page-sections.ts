/** The sections of the page, from top to bottom: charts, prices, tables, trades. */
import type { YearReturns } from "../../domain/reports/calendar-returns.ts";
import {
  entryTagTable,
  exitReasonTable,
  leftOpenTable,
  mixedTagTable,
  pairTable,
} from "../../domain/reports/group-tables.ts";
import { periodTable } from "../../domain/reports/period-table.ts";
import { isLeftOpen, type ReportedBacktest } from "../../domain/reports/reported.ts";
import type { Summary } from "../../domain/reports/summary.ts";
import { summaryGroups } from "../../domain/reports/summary-table.ts";
import type { ChartData } from "./chart-data.ts";
import { html, type Html } from "./html.ts";
import { foldedTable, monthsTable, namedHtml, sectionOf, summaryHtml } from "./page-tables.ts";

export const chartSections = (years: readonly YearReturns[], { equity, quote, trades }: ChartData): Html =>
  html` <section>
      <h2>Equity, ${quote}</h2>
      <p class="note">
        Cash and positions, marked at each
        close.${equity.hold === null ? "" : " Buy and hold: equal parts of all pairs from the start, without fees."}
        Drag to zoom, double-click for all; a click on a name below hides or shows its line.
      </p>
      <div class="tools">
        <label><input type="checkbox" id="equity-log" /> logarithmic</label>
      </div>
      <div id="equity" class="chart"></div>
    </section>
    <section>
      <h2>Drawdown, % of the high</h2>
      <p class="note">How far equity lies under its highest so far.</p>
      <div id="underwater" class="chart"></div>
    </section>
    <section>
      <h2>Returns by month, %</h2>
      <p class="note">
        Of equity, from the last close of one month to that of the next, UTC; the year compounds them.
      </p>
      ${monthsTable(years)}
    </section>
    ${
      trades.openAt.length === 0
        ? html`<section>
            <h2>No trades</h2>
            <p class="note">Nothing was bought or sold in this time.</p>
          </section>`
        : html`<div class="pair">
            <section>
              <h2>Profit of a trade, %</h2>
              <p class="note">After fees, of what the trade cost. Number of trades.</p>
              <div id="profits" class="chart"></div>
            </section>
            <section>
              <h2>Duration of a trade, h:min</h2>
              <p class="note">From the first fill to the last. Number of trades.</p>
              <div id="durations" class="chart"></div>
            </section>
          </div>`
    }`;

export const priceSection = ({ prices, trades, quote }: ChartData): Html => {
  const counts = new Map<string, number>();
  for (const place of trades.pair) {
    const name = trades.pairs[place]!;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const frames = [...new Set(prices.map(({ timeframe }) => timeframe))].join(", ");
  return html` <section>
    <h2>Trades on the price, ${quote}</h2>
    <p class="note">
      ${frames} candles; trades at their exact times and average prices. Triangles are entries (pointing down:
      short), dots exits; a line joins them, green where it gained and red where it lost.
    </p>
    <div class="tools">
      <label
        >Pair
        <select id="price-pair">
          ${prices.map(({ pair }, i) => html`<option value="${i}">${pair} (${counts.get(pair) ?? 0})</option>`)}
        </select></label
      >
      <label><input type="checkbox" id="price-log" /> logarithmic</label>
    </div>
    <div id="price" class="chart"></div>
    <p class="readout" id="price-readout"></p>
  </section>`;
};

export const tableSections = (report: ReportedBacktest, summary: Summary): Html =>
  html` ${sectionOf(pairTable(report))}
    ${report.trades.some(isLeftOpen) ? sectionOf(leftOpenTable(report)) : html``}
    ${sectionOf(exitReasonTable(report))} ${sectionOf(entryTagTable(report))}
    ${sectionOf(mixedTagTable(report))}
    <section>
      <h2>Breakdown by period</h2>
      <p class="note">Closed trades, UTC.</p>
      ${(["month", "weekday", "week", "day", "year"] as const).map((by) => foldedTable(periodTable(report, by), by === "month"))}
    </section>
    <section>
      <h2>Summary metrics</h2>
      ${summaryHtml(summaryGroups(report, summary))}
    </section>
    <div class="pair">
      <section>
        <h2>Conventions</h2>
        ${namedHtml(Object.entries(report.conventions))}
      </section>
      <section>
        <h2>Parameters</h2>
        ${namedHtml([
          ...Object.entries(report.params).map(([name, value]) => [name, textOf(value)] as const),
        ])}${
          Object.keys(report.refusals).length === 0
            ? html``
            : html`<h2>Refused orders</h2>
                ${namedHtml(Object.entries(report.refusals).map(([why, count]) => [why, String(count)] as const))}`
        }
      </section>
    </div>`;

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const tradeColumns = [
  ["number", "#"],
  ["pair", "Pair"],
  ["short", "Side"],
  ["tag", "Enter tag"],
  ["openAt", "Opened (UTC)"],
  ["closeAt", "Closed (UTC)"],
  ["held", "Duration"],
  ["openPrice", "Open price"],
  ["closePrice", "Close price"],
  ["quantity", "Quantity"],
  ["profit", "Profit"],
  ["profitRatio", "Profit %"],
  ["exitReason", "Exit reason"],
] as const;
const texts: readonly string[] = ["pair", "short", "tag", "exitReason"];

export const tradeSection = ({ trades, quote }: ReportedBacktest): Html =>
  html` <section id="trades">
    <h2>All trades</h2>
    <p class="note">
      ${trades.length} trades; profit in ${quote} after fees. A click on a row shows it on the price.
    </p>
    <div class="tools">
      <label
        >Pair
        <select data-part="pair">
          <option value="">all</option>
        </select></label
      >
      <label
        >Exit reason
        <select data-part="reason">
          <option value="">all</option>
        </select></label
      >
      <button type="button" data-part="previous">Previous</button><span data-part="status"></span
      ><button type="button" data-part="next">Next</button>
    </div>
    <div class="scroll">
      <table class="data">
        <thead>
          <tr>
            ${tradeColumns.map(
              ([key, title]) =>
                html`<th scope="col" data-key="${key}" class="${texts.includes(key) ? "" : "number"}">
                  <button type="button">${title}</button>
                </th>`,
            )}
          </tr>
        </thead>
        <tbody data-part="body"></tbody>
      </table>
    </div>
  </section>`;

/** The tables of the page: the same cells as on the terminal, right-aligned numbers, gains and losses in their colours. */
import type { YearReturns } from "../../domain/reports/calendar-returns.ts";
import type { ReportColumn, ReportTable } from "../../domain/reports/report-table.ts";
import type { SummaryGroup } from "../../domain/reports/summary-table.ts";
import { percentText } from "../../domain/reports/text.ts";
import { html, type Html } from "./html.ts";

export const tableHtml = ({ columns, rows, total }: ReportTable): Html =>
  html` <div class="scroll">
    <table class="data">
      <thead>
        <tr>
          ${columns.map(({ title, align }) => html`<th scope="col" class="${align === "right" ? "number" : ""}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row, i) => rowHtml(columns, row, total && i === rows.length - 1))}
      </tbody>
    </table>
  </div>`;

const rowHtml = (columns: readonly ReportColumn[], row: readonly string[], total: boolean): Html =>
  html`<tr class="${total ? "total" : ""}">
    ${row.map((cell, i) => html`<td class="${kindOf(columns[i]!, cell)}">${cell}</td>`)}
  </tr> `;

const kindOf = ({ align, signed = false }: ReportColumn, cell: string): string =>
  `${align === "right" ? "number" : ""} ${signed ? signOf(Number(cell)) : ""}`.trim();

/** Class of a gain or a loss. */
export const signOf = (value: number): string => (value > 0 ? "gain" : value < 0 ? "loss" : "");

export const sectionOf = (table: ReportTable): Html =>
  html` <section>
    <h2>${table.title}</h2>
    <p class="note">${table.note}</p>
    ${tableHtml(table)}
  </section>`;

export const foldedTable = (table: ReportTable, open: boolean): Html =>
  open
    ? html`<details open>
        <summary>${table.title}</summary>
        ${tableHtml(table)}
      </details>`
    : html`<details>
        <summary>${table.title}</summary>
        ${tableHtml(table)}
      </details>`;

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A heat map: the deeper the colour, the larger the return, up to the largest month of all. */
export const monthsTable = (years: readonly YearReturns[]): Html => {
  const all = years.flatMap(({ months: each }) => each.filter((value) => value !== null));
  const most = Math.max(0.001, ...all.map(Math.abs));
  return html` <div class="scroll">
    <table class="data months">
      <thead>
        <tr>
          <th scope="col">Year</th>
          ${[...months, "Year"].map((name) => html`<th scope="col" class="number">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${years.map(
          ({ year, months: each, whole }) =>
            html`<tr>
              <th scope="row">${year}</th>
              ${each.map((value) => monthCell(value, most))}
              <td class="none number ${signOf(whole)}">${percentText(whole)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
};

const monthCell = (value: number | null, most: number): Html =>
  value === null
    ? html`<td class="none"></td>`
    : html`<td
        style="--heat: var(--${value < 0 ? "loss" : "gain"}); --depth: ${Math.round((Math.abs(value) / most) * 55)}"
      >
        ${percentText(value)}
      </td>`;

export const summaryHtml = (groups: readonly SummaryGroup[]): Html =>
  html` <div class="figures">
    ${groups.map(
      ({ title, rows }) =>
        html`<div>
          <h3>${title}</h3>
          <dl>
            ${rows.map(
              ([name, value, how]) =>
                html`<div>
                  <dt>${name}</dt>
                  <dd>${value}</dd>
                  ${how === "" ? html`` : html`<dd class="how">${how}</dd>`}
                </div> `,
            )}
          </dl>
        </div>`,
    )}
  </div>`;

export const namedHtml = (entries: readonly (readonly [string, string])[]): Html =>
  html`<dl class="named">
    ${entries.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd> `,
    )}
  </dl>`;

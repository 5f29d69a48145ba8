/** Rows as CSV for a spreadsheet: a header, commas, quotes where a text would fall apart without. */
import { isoText } from "./text.ts";

export type CsvColumn<T> = readonly [title: string, cell: (row: T) => string];

export const csvText = <T>(columns: readonly CsvColumn<T>[], rows: readonly T[]): string =>
  [
    columns.map(([title]) => title).join(","),
    ...rows.map((row) => columns.map(([, cell]) => quoted(cell(row))).join(",")),
    "",
  ].join("\n");

/** A line break becomes a space. */
const quoted = (text: string): string => {
  const line = text.replace(/[\r\n]+/g, " ");
  return /[",;\t]|^\s|\s$/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
};

/** Empty where it is not known. */
export const csvNumber = (value: number): string => (Number.isFinite(value) ? String(value) : "");

/** ISO, UTC; empty for 0 and what is no time. */
export const csvTime = (at: number): string => (at > 0 ? isoText(at) : "");

/**
 * Rows of a CSV file with the numbers of their lines, `.gz` too: comma, semicolon or tab, with a header or without.
 * Blank lines and lines that begin with `#` are left out. A mistake names file, line and what was expected.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Invalid } from "../../domain/values/invalid.ts";

export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Rows {
  readonly file: string;
  /** Lower case, without spaces and underscores; undefined when the first line holds values. */
  readonly header: readonly string[] | undefined;
  readonly rows: readonly Row[];
}

/** `option`: the flag that named the file. */
export const readText = (option: string, file: string): string => {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Invalid(option, `a file that can be read (${(error as NodeJS.ErrnoException).code})`, file);
  }
  try {
    return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").replace(/^\uFEFF/, "");
  } catch {
    throw new Invalid(option, "a gzip file, as its name says", file);
  }
};

export const parseRows = (option: string, file: string, text: string): Rows => {
  const rows = text
    .split(/\r\n|\n|\r/)
    .map((content, i) => ({ line: i + 1, content }))
    .filter(({ content }) => content.trim() !== "" && !content.startsWith("#"));
  if (rows.length === 0) throw new Invalid(option, "a file with numbers in it", file);
  const separator = [",", ";", "\t"].find((each) => rows[0]!.content.includes(each)) ?? ",";
  const split = rows.map(({ line, content }) => ({
    line,
    cells: cellsOf(content, separator),
  }));
  const [first] = split;
  // pandas leaves the name of its index empty.
  const named =
    (first!.cells.length > 1 && first!.cells[0] === "") ||
    first!.cells.some((cell) => cell !== "" && Number.isNaN(numberOf(cell)) && Number.isNaN(timeOf(cell)));
  const header = named ? first!.cells.map((cell) => cell.toLowerCase().replace(/[\s_-]/g, "")) : undefined;
  const values = named ? split.slice(1) : split;
  if (values.length === 0) throw new Invalid(option, "lines behind the header", file);
  const width = first!.cells.length;
  for (const { line, cells } of values)
    if (cells.length !== width)
      throw new Invalid(`${file}:${line}`, `${width} cells, as the first line has`, cells.join(separator));
  return { file, header, rows: values };
};

/** A cell in quotes may hold the separator, and a quote twice. */
const cellsOf = (content: string, separator: string): readonly string[] => {
  if (!content.includes('"')) return content.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let [cell, inQuotes] = ["", false];
  for (let i = 0; i < content.length; i += 1) {
    const letter = content[i]!;
    if (inQuotes && letter === '"' && content[i + 1] === '"') cell += content[++i]!;
    else if (letter === '"') inQuotes = !inQuotes;
    else if (letter === separator && !inQuotes) {
      cells.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  return [...cells, cell.trim()];
};

const decimalText = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** A finite number, or percent ("1.5%"); NaN for anything else. */
export const numberOf = (cell: string): number => {
  const percent = cell.endsWith("%");
  const text = percent ? cell.slice(0, -1).trim() : cell;
  if (!decimalText.test(text)) return NaN;
  const value = percent ? Number(text) / 100 : Number(text);
  return Number.isFinite(value) ? value : NaN;
};

const isoText = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** Ms from an ISO date or time (UTC where no zone is named) or an epoch in s, ms, us or ns; NaN for anything else. */
export const timeOf = (cell: string): number => {
  if (isoText.test(cell)) {
    const text = cell.replace(" ", "T");
    return Date.parse(text.includes("T") && !/(Z|[+-]\d\d:?\d\d)$/.test(text) ? `${text}Z` : text);
  }
  if (!/^\d{9,19}(\.\d+)?$/.test(cell)) return NaN;
  const value = Number(cell);
  // 1e8 s is 1973, and every later unit is a thousand times larger.
  if (value < 1e11) return value * 1_000;
  if (value < 1e14) return value;
  return value < 1e17 ? value / 1e3 : value / 1e6;
};

export const cellNumber = (file: string, { line, cells }: Row, column: number, expected: string): number => {
  const value = numberOf(cells[column]!);
  if (Number.isNaN(value)) throw new Invalid(`${file}:${line}`, expected, cells[column]);
  return value;
};

export const cellTime = (file: string, { line, cells }: Row, column: number): number => {
  const value = timeOf(cells[column]!);
  if (Number.isNaN(value))
    throw new Invalid(`${file}:${line}`, "a date such as 2026-01-31, a time, or an epoch", cells[column]);
  return value;
};

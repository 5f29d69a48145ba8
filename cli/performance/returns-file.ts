/**
 * Reads a series of returns: one number a line, or CSV with a column of returns (or of equity, of which it takes the
 * returns) and perhaps one of dates or times. Returns are ratios: 0.01 is one percent.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import { cellNumber, cellTime, parseRows, readText, type Row, type Rows } from "./rows.ts";

export const timeNames = ["date", "time", "timestamp", "datetime", "at", "ts", "tsms", "day", "closetime"];
const returnNames = [
  "return",
  "returns",
  "ret",
  "r",
  "dailyreturn",
  "dailyreturns",
  "profitratio",
  "pctchange",
];
const equityNames = ["equity", "balance", "nav", "wealth", "value", "close"];

export interface ReturnsFile {
  readonly returns: readonly number[];
  /** Undefined when the file has no times. */
  readonly at: readonly number[] | undefined;
}

export const readReturns = (option: string, file: string): ReturnsFile => {
  const rows = parseRows(option, file, readText(option, file));
  const { time, value, equity } = columnsOf(rows);
  const at = time === undefined ? undefined : timesOf(rows, time);
  if (equity) {
    const levels = rows.rows.map((row) => levelOf(file, row, value));
    if (levels.length < 2) throw new Invalid(option, "two lines of equity or more", file);
    return {
      returns: levels.slice(1).map((level, i) => level / levels[i]! - 1),
      at: at?.slice(1),
    };
  }
  // What pct_change writes: the first line has no return.
  const skip = rows.rows.length > 1 && /^(nan|)$/i.test(rows.rows[0]!.cells[value]!) ? 1 : 0;
  return {
    returns: rows.rows.slice(skip).map((row) => returnOf(file, row, value)),
    at: at?.slice(skip),
  };
};

interface Columns {
  readonly time: number | undefined;
  readonly value: number;
  readonly equity: boolean;
}

const columnsOf = ({ file, header, rows }: Rows): Columns => {
  const width = rows[0]!.cells.length;
  if (header === undefined) {
    if (width > 2)
      throw new Invalid(
        `${file}:${rows[0]!.line}`,
        "one number, or a date and a number, or a header line",
        rows[0]!.cells.join(","),
      );
    return { time: width === 2 ? 0 : undefined, value: width - 1, equity: false };
  }
  const find = (names: readonly string[]): number => header.findIndex((name) => names.includes(name));
  const named = find(timeNames);
  const time = named >= 0 ? named : width === 2 && header[0] === "" ? 0 : undefined;
  const returns = find(returnNames);
  if (returns >= 0) return { time, value: returns, equity: false };
  const equity = find(equityNames);
  if (equity >= 0) return { time, value: equity, equity: true };
  if (width === 1) return { time: undefined, value: 0, equity: false };
  if (width === 2 && time !== undefined) return { time, value: 1 - time, equity: false };
  throw new Invalid(`${file}:1`, `a column named ${returnNames[0]} or ${equityNames[0]}`, header.join(","));
};

const timesOf = ({ file, rows }: Rows, column: number): readonly number[] => {
  const at = rows.map((row) => cellTime(file, row, column));
  for (let i = 1; i < at.length; i += 1)
    if (!(at[i]! > at[i - 1]!))
      throw new Invalid(
        `${file}:${rows[i]!.line}`,
        "a time after that of the line before",
        rows[i]!.cells[column],
      );
  return at;
};

export const returnOf = (file: string, row: Row, column: number): number => {
  const expected = "a return as a ratio (0.01 is one percent), at least -1";
  const value = cellNumber(file, row, column, expected);
  if (value < -1) throw new Invalid(`${file}:${row.line}`, expected, row.cells[column]);
  return value;
};

const levelOf = (file: string, row: Row, column: number): number => {
  const value = cellNumber(file, row, column, "equity above 0");
  if (value <= 0) throw new Invalid(`${file}:${row.line}`, "equity above 0", row.cells[column]);
  return value;
};

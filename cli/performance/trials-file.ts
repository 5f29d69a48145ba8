/** Reads a matrix of returns: CSV with one column a trial, a header with their names, and perhaps a column of times. */
import { Invalid } from "../../domain/values/invalid.ts";
import { returnOf, timeNames } from "./returns-file.ts";
import { numberOf, parseRows, readText } from "./rows.ts";

export interface Trials {
  readonly names: readonly string[];
  /** Returns of each trial over the same periods. */
  readonly returns: readonly Float64Array[];
}

export const readTrials = (option: string, file: string): Trials => {
  const { header, rows } = parseRows(option, file, readText(option, file));
  const width = rows[0]!.cells.length;
  const timed =
    header === undefined
      ? Number.isNaN(numberOf(rows[0]!.cells[0]!))
      : header[0] === "" || timeNames.includes(header[0]!);
  const columns = Array.from({ length: width }, (_, i) => i).slice(timed ? 1 : 0);
  if (columns.length < 2)
    throw new Invalid(`${file}:1`, "two columns of returns or more, one a trial", `${columns.length}`);
  return {
    names: columns.map((column, i) => header?.[column] ?? `trial ${i + 1}`),
    returns: columns.map((column) => Float64Array.from(rows, (row) => returnOf(file, row, column))),
  };
};

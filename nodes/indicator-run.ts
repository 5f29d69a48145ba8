/** An indicator as the command line names it: `timeperiod=21`, `series=high`; and its columns over those of candles. */
import { aligned } from "../domain/indicators/align.ts";
import { batch } from "../domain/indicators/batch.ts";
import { breadthOf } from "../domain/indicators/breadth.ts";
import {
  type AnyValues,
  type Column,
  columns,
  type Declaration,
  type Input,
} from "../domain/indicators/declaration.ts";
import { parseValues } from "../domain/indicators/params.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { type CandleColumns, readColumns } from "./candle-columns.ts";

interface Read {
  /** Of which file, the first being 0. */
  readonly table: number;
  readonly column: Column;
}

interface IndicatorSettings {
  readonly params: AnyValues;
  /** What each input reads. */
  readonly reads: readonly Read[];
}

/** `files`: how many files of candles it is computed over. Throws `Invalid` naming the indicator's parameter or input. */
export const settingsOf = (of: Declaration, settings: readonly string[], files = 1): IndicatorSettings => {
  const given: Record<string, string> = {};
  for (const setting of settings) {
    const at = setting.indexOf("=");
    if (at < 1) throw new Invalid(of.name, "settings such as timeperiod=21", setting);
    given[setting.slice(0, at)] = setting.slice(at + 1);
  }
  const reads = of.inputs.map((input) => readOf(of, input, given[input.name], files));
  const anyInputs = new Set(of.inputs.filter(({ any }) => any).map(({ name }) => name));
  const raw = Object.fromEntries(Object.entries(given).filter(([name]) => !anyInputs.has(name)));
  return { params: parseValues(of, raw), reads };
};

/** Over several files the number at the end of an input's name says which; two series are then two closes. */
const readOf = (
  of: Declaration,
  { name, column, any }: Input,
  wanted: string | undefined,
  files: number,
): Read => {
  const table = files > 1 ? Number(/\d+$/.exec(name)?.[0] ?? 0) : 0;
  if (!any || wanted === undefined)
    return { table, column: files > 1 && name.startsWith("series") ? "close" : column };
  if (!columns.includes(wanted as Column))
    throw new Invalid(`${of.name}.${name}`, `one of the columns ${columns.join(", ")}`, wanted);
  return { table, column: wanted as Column };
};

/** The indicator for so many files. Throws `Invalid` naming `with` where it does not take them. */
export const forFiles = (of: Declaration, files: number): Declaration => {
  if (of.group === "breadth") {
    if (files < 2) throw new Invalid("with", "the candles of one more instrument at least", "none");
    return breadthOf(files);
  }
  const takes = of.inputs.some(({ name }) => name === "series1") ? 2 : 1;
  if (files > takes)
    throw new Invalid(
      "with",
      takes === 2
        ? "one file"
        : "an indicator of two series or of several instruments, such as correl or breadth",
      takes === 2 ? `${files - 1} files` : of.name,
    );
  return of;
};

/** On one grid of time: times that all files have, or for breadth those that any has. */
export const readTables = async (
  of: Declaration,
  paths: readonly string[],
): Promise<readonly CandleColumns[]> => {
  const tables: CandleColumns[] = [];
  for (const path of paths) tables.push(await readColumns(path));
  if (tables.length === 1) return tables;
  const together = aligned(tables, of.group !== "breadth");
  if (together[0]!.openAt.length === 0)
    throw new Invalid("with", "candles of the same times as those of --candles", paths.slice(1).join(", "));
  return together;
};

/** One column for each output. */
export const computed = (
  of: Declaration,
  params: AnyValues,
  reads: readonly Read[],
  tables: readonly CandleColumns[],
): readonly Float64Array[] =>
  batch(
    of,
    params,
    reads.map(({ table, column }) => tables[table]![column]),
  );

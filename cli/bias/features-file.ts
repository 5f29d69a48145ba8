/**
 * Reads what somebody computed elsewhere, to look for look-ahead in it: CSV of features (the open time of a candle, then columns
 * of numbers, true and false), or the JSON of strategy `signals`, whose flags and prices become columns and which brings its candles.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import { readNumber, readObject } from "../../domain/values/read.ts";
import type { Feature, FutureColumns } from "../../simulation/bias/foresight.ts";
import { timeNames } from "../performance/returns-file.ts";
import { cellTime, numberOf, parseRows, type Row } from "../performance/rows.ts";

export type Candles = FutureColumns & { readonly openAt: Float64Array };

/** One value a candle; candles without a row have NaN. Throws `Invalid` naming file and line. */
export const readFeatures = (
  option: string,
  file: string,
  text: string,
  candles: Candles,
): readonly Feature[] => {
  const { header, rows } = parseRows(option, file, text);
  if (header === undefined) throw new Invalid(`${file}:1`, "a header line", rows[0]!.cells.join(","));
  const time = Math.max(
    header.findIndex((name) => timeNames.includes(name) || name === "openat" || name === "opentime"),
    0,
  );
  const places = placesOf(candles.openAt);
  const at = rows.map((row) => {
    const openAt = cellTime(file, row, time);
    const place = places.get(openAt);
    if (place === undefined)
      throw new Invalid(`${file}:${row.line}`, "the open time of one of the candles", row.cells[time]);
    return place;
  });
  const columns = header.flatMap((name, column) =>
    column === time || !isNumeric(rows, column) ? [] : [{ name, column }],
  );
  if (columns.length === 0)
    throw new Invalid(`${file}:1`, "a column of numbers beside the times", header.join(","));
  return columns.map(({ name, column }) => {
    const values = new Float64Array(candles.openAt.length).fill(NaN);
    for (const [i, { line, cells }] of rows.entries()) {
      const value = valueOf(cells[column]!);
      if (value === undefined)
        throw new Invalid(`${file}:${line}`, "a number, true, false, or nothing", cells[column]);
      values[at[i]!] = value;
    }
    return { name, values };
  });
};

const placesOf = (openAt: Float64Array): ReadonlyMap<number, number> =>
  new Map(Array.from(openAt, (at, i) => [at, i]));

/** Undefined for other text. */
const valueOf = (cell: string): number | undefined => {
  if (/^(|nan|null|none)$/i.test(cell)) return NaN;
  if (/^(true|false)$/i.test(cell)) return /^t/i.test(cell) ? 1 : 0;
  const value = numberOf(cell);
  return Number.isNaN(value) ? undefined : value;
};

/** A column of tags or names is left out; one with a number in it must hold numbers. */
const isNumeric = (rows: readonly Row[], column: number): boolean =>
  rows.some(({ cells }) => !Number.isNaN(valueOf(cells[column]!) ?? NaN));

const flags = ["enterLong", "exitLong", "enterShort", "exitShort"] as const;
const prices = ["entryPrice", "exitPrice"] as const;

export interface SignalsFile {
  readonly candles: Candles;
  readonly features: readonly Feature[];
}

/** Columns that never say anything are left out. */
export const readSignalColumns = (option: string, file: string, text: string): SignalsFile => {
  const raw = readObject(parsed(option, file, text), file);
  const candles = candlesOf(file, raw["candles"]);
  const places = placesOf(candles.openAt);
  const { length } = candles.openAt;
  const columns = new Map<string, Float64Array>([
    ...flags.map((name) => [name, new Float64Array(length)] as const),
    ...prices.map((name) => [name, new Float64Array(length).fill(NaN)] as const),
  ]);
  if (!Array.isArray(raw["signals"]))
    throw new Invalid(`${file}: signals`, "a list of signals", raw["signals"]);
  for (const [i, each] of raw["signals"].entries()) {
    const signal = readObject(each, `${file}: signals[${i}]`);
    const place = places.get(signal["at"] as number);
    if (place === undefined)
      throw new Invalid(`${file}: signals[${i}].at`, "the open time of one of the candles", signal["at"]);
    for (const name of flags) if (signal[name] === true) columns.get(name)![place] = 1;
    for (const name of prices) if (typeof signal[name] === "number") columns.get(name)![place] = signal[name];
  }
  return {
    candles,
    features: [...columns]
      .filter(([, values]) => values.some((value) => value !== 0 && !Number.isNaN(value)))
      .map(([name, values]) => ({ name, values })),
  };
};

const candlesOf = (file: string, raw: unknown): Candles => {
  if (!Array.isArray(raw) || raw.length === 0)
    throw new Invalid(`${file}: candles`, "a list of [time, open, high, low, close, volume]", raw);
  const [openAt, open, high, low, close, volume] = Array.from({ length: 6 }, (_, cell) =>
    Float64Array.from(raw as readonly unknown[], (row, i) => {
      if (!Array.isArray(row)) throw new Invalid(`${file}: candles[${i}]`, "a list of six numbers", row);
      return readNumber(row[cell], `${file}: candles[${i}][${cell}]`);
    }),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  return { openAt, open, high, low, close, volume };
};

const parsed = (option: string, file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Invalid(option, `JSON (${(error as Error).message})`, file);
  }
};

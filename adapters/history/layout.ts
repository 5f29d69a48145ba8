/**
 * Which cell of a row holds what. A header is read by its names, whoever wrote it; without one the number of cells tells
 * (12: Binance's public klines, 7: Kraken with the number of trades), and of six cells the order that makes every row of the
 * sample a possible candle. What fits nothing is refused, never guessed.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import { timeOf } from "./times.ts";

export const fields = ["at", "open", "high", "low", "close", "volume", "trades"] as const;
export type Field = (typeof fields)[number];

export interface Layout {
  /** For people: `shoal`, `header`, `binance`, `kraken`, `open-high-low-close-volume`, ... */
  readonly name: string;
  /** For each cell of a row the index of its field in `fields`, or -1 for what is not read. */
  readonly cells: readonly number[];
  /** Lines before the first candle. */
  readonly skip: number;
}

/** Names in other people's headers, in lower case without punctuation; the first that is there counts. */
const words: Readonly<Record<Field, readonly string[]>> = {
  at: [
    ...["tsms", "timestampms", "openat", "opentime", "opentimems", "unix", "unixtimestamp", "unixtime"],
    ...["timestamp", "time", "ts", "start", "starttime", "datetime", "date", "t"],
  ],
  open: ["open", "o", "openprice"],
  high: ["high", "h", "highprice", "max"],
  low: ["low", "l", "lowprice", "min"],
  close: ["close", "c", "closeprice"],
  volume: ["volume", "v", "vol", "basevolume", "amount"],
  trades: ["trades", "count", "tradecount", "tradescount", "numberoftrades", "numtrades", "n"],
};

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** The cells of a header's names; undefined when a price or the time is missing. Throws when two names mean the same prices. */
export const layoutOfNames = (names: readonly string[], field: string, skip = 1): Layout => {
  const known = names.map(plain);
  const cells = names.map(() => -1);
  for (const [index, name] of fields.entries()) {
    const at = find(known, name);
    if (at >= 0) cells[at] = index;
    else if (name !== "trades")
      throw new Invalid(field, `columns for time, open, high, low, close and volume`, names.join(","));
  }
  const ours = known.join(",").startsWith("tsms,open,high,low,close,volume");
  return { name: ours ? "shoal" : "header", cells, skip };
};

const find = (known: readonly string[], field: Field): number => {
  for (const word of words[field]) {
    const at = known.indexOf(word);
    if (at >= 0) return at;
  }
  // `Volume BTC,Volume USDT`: the base comes first.
  return field === "volume" ? known.findIndex((name) => name.startsWith("volume")) : -1;
};

const column = (...order: readonly (Field | "")[]): readonly number[] =>
  order.map((field) => (field === "" ? -1 : fields.indexOf(field)));

const binance = column("at", "open", "high", "low", "close", "volume", "", "", "trades", "", "", "");
const kraken = column("at", "open", "high", "low", "close", "volume", "trades");
const orders = [
  ["open-high-low-close-volume", column("at", "open", "high", "low", "close", "volume")],
  ["low-high-open-close-volume", column("at", "low", "high", "open", "close", "volume")],
  ["volume-open-high-low-close", column("at", "volume", "open", "high", "low", "close")],
  ["open-close-high-low-volume", column("at", "open", "close", "high", "low", "volume")],
] as const;

/** Of rows without a header. Throws `Invalid` for `field`. */
const layoutOfRows = (rows: readonly (readonly string[])[], field: string): Layout => {
  const width = rows[0]!.length;
  if (width === 12) return { name: "binance", cells: binance, skip: 0 };
  if (width === 7) return { name: "kraken", cells: kraken, skip: 0 };
  if (width !== 6)
    throw new Invalid(
      field,
      "a header with open, high, low, close and volume, or 6, 7 or 12 numbers a line",
      rows[0]!.join(","),
    );
  const fitting = orders.find(([, cells]) => rows.every((row) => isCandle(row, cells))) ?? orders[0];
  return { name: fitting[0], cells: fitting[1], skip: 0 };
};

const isCandle = (row: readonly string[], cells: readonly number[]): boolean => {
  const cell = (field: Field): number => Number(row[cells.indexOf(fields.indexOf(field))]);
  const [open, high, low, close] = [cell("open"), cell("high"), cell("low"), cell("close")];
  return low > 0 && high >= Math.max(open, close) && low <= Math.min(open, close);
};

export interface Sheet {
  readonly delimiter: string;
  readonly layout: Layout;
}

const delimiters = [",", ";", "\t"];

/** Of a text file's first lines, the last of which may be cut. Throws `Invalid` naming file and line. */
export const sheetOf = (lines: readonly string[], file: string): Sheet => {
  // A line of praise or a comment above the header.
  let top = 0;
  while (top < lines.length - 1 && (lines[top]!.startsWith("#") || widthOf(lines[top]!) === 1)) top += 1;
  const first = lines[top];
  if (first === undefined || first.trim() === "") throw new Invalid(file, "candles", "an empty file");
  const delimiter = delimiters.reduce((best, each) =>
    first.split(each).length > first.split(best).length ? each : best,
  );
  const split = (line: string): string[] => line.split(delimiter).map(unquoted);
  const names = split(first);
  const field = `${file}:${top + 1}`;
  const headed = names.some(
    (cell) => cell !== "" && Number.isNaN(Number(cell)) && timeOf(cell) === undefined,
  );
  if (headed) return { delimiter, layout: layoutOfNames(names, field, top + 1) };
  const rows = lines.slice(top, Math.max(top + 1, lines.length - 1)).map(split);
  return {
    delimiter,
    layout: {
      ...layoutOfRows(
        rows.filter(({ length }) => length > 1),
        field,
      ),
      skip: top,
    },
  };
};

const widthOf = (line: string): number => Math.max(...delimiters.map((each) => line.split(each).length));
const unquoted = (cell: string): string => cell.trim().replace(/^"(.*)"$/, "$1");

/**
 * What a verb writes: with `--json` one JSON value on stdout and nothing else there, otherwise text for people.
 * Progress and problems always go to stderr.
 */
import Table from "cli-table3";
import colours from "picocolors";
import { toPlainJson } from "../domain/values/json.ts";

let answered = false;
export const hasAnswered = (): boolean => answered;
/** At the beginning of each command line, should one process run several. */
export const expectAnswer = (): void => void (answered = false);

/** The answer of the verb: `value` as JSON (exact amounts as decimal text), or `text`. Call it once. */
export const answer = (json: boolean, value: unknown, text: () => string): void => {
  answered = true;
  process.stdout.write(`${json ? toPlainJson(value, 2) : text()}\n`);
};

/** A line for people beside the answer. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Amounts and other figures to the right, texts to the left. An empty table says so. */
export const table = (
  columns: readonly (readonly [title: string, align?: "left" | "right"])[],
  rows: readonly (readonly unknown[])[],
  none: string,
): string => {
  if (rows.length === 0) return none;
  const built = new Table({
    head: columns.map(([title]) => title),
    colAligns: columns.map(([, align = "left"]) => align),
    chars: frameless,
    style: {
      head: colours.isColorSupported ? ["bold"] : [],
      border: [],
      "padding-left": 0,
      "padding-right": 2,
    },
  });
  for (const row of rows) built.push(row.map((cell) => textOf(cell)));
  return built.toString().replace(/ +$/gm, "");
};

const textOf = (cell: unknown): string => {
  if (cell === undefined || cell === null) return "";
  return typeof cell === "string" ? cell : JSON.stringify(cell);
};

const frameless = Object.fromEntries(
  [
    "top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right",
    "left left-mid mid mid-mid right right-mid middle",
  ]
    .flatMap((names) => names.split(" "))
    .map((name) => [name, ""]),
);

/** `2026-01-31 09:05:00` in UTC; empty for 0 and what is no time. */
export const timeText = (at: unknown): string =>
  typeof at === "number" && at > 0 ? new Date(at).toISOString().slice(0, 19).replace("T", " ") : "";

/** Decimal text cut to `places` decimals, never rounded up: for tables, not for reckoning. */
export const shorter = (amount: unknown, places = 8): string => {
  const text = typeof amount === "number" ? String(amount) : typeof amount === "string" ? amount : "";
  const dot = text.indexOf(".");
  if (dot < 0 || text.length - dot - 1 <= places) return text;
  return text.slice(0, places === 0 ? dot : dot + 1 + places).replace(/\.?0+$/, "");
};

/** `100000 USDT, 0.5 BTC` from amounts by asset. */
export const sumsText = (sums: unknown, places = 8): string =>
  Object.entries((sums ?? {}) as Record<string, unknown>)
    .map(([asset, amount]) => `${shorter(amount, places)} ${asset}`)
    .join(", ");

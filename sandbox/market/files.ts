/**
 * Finds recorded files, and reads those that hold no candles (`adapters/history` does). Their names tell what they hold:
 * `XRP_ETH-trades.csv.gz`, `BTC_USDT-5m.csv.gz`, `BTC_USDT-20240808.ws.gz`; each may also lie there without `.gz`.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { timeframes, type Timeframe } from "../../domain/market/candle.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { ReplayMarket } from "../options.ts";

export interface RecordedFile {
  readonly path: string;
  readonly base: string;
  readonly quote: string;
  /** What stands between the pair and the ending. */
  readonly rest: string;
}

const namePattern = /^([A-Z0-9]+)_([A-Z0-9]+)-(.+?)\.(csv|json|ws)(\.gz)?$/;

/** Files of one kind in the market's folder, or its one file, by name. Throws `Invalid` for `market.path`. */
export const recordedFiles = (
  market: ReplayMarket,
  kind: "trades" | "candles" | "book",
): readonly RecordedFile[] => {
  const wanted = market.symbols?.map((symbol) => symbol.replace("/", "_"));
  const found: RecordedFile[] = [];
  for (const path of paths(market.path)) {
    const match = namePattern.exec(basename(path));
    if (match === null) continue;
    const [, base, quote, rest, ending] = match;
    if (kindOf(rest!, ending!) !== kind) continue;
    if (wanted !== undefined && !wanted.includes(`${base}_${quote}`)) continue;
    found.push({ path, base: base!, quote: quote!, rest: rest! });
  }
  return found;
};

const kindOf = (rest: string, ending: string): string => {
  if (ending === "ws") return "book";
  if (Object.hasOwn(timeframes, rest)) return "candles";
  return ending === "csv" && (rest === "trades" || rest.endsWith("-trades")) ? "trades" : "other";
};

const paths = (path: string): readonly string[] => {
  try {
    if (!statSync(path).isDirectory()) return [path];
  } catch {
    throw new Invalid("market.path", "a folder or file that exists", path);
  }
  return readdirSync(path)
    .sort()
    .map((name) => join(path, name));
};

/** Lines of a text file, gunzipped when its name says so; empty lines are left out. */
export const linesOf = (path: string): string[] => {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.split(/\r?\n/).filter((line) => line !== "");
};

/** Lines of a CSV file below its header, which must be `header`. Throws `Invalid` naming the file. */
export const tableOf = (path: string, header: string): string[] => {
  const lines = linesOf(path);
  if (lines[0]?.trim() !== header) throw new Invalid(basename(path), `the header ${header}`, lines[0]);
  return lines.slice(1);
};

/** A number in a cell. Throws `Invalid` naming file, line and column. */
export const cellNumber = (text: string | undefined, path: string, line: number, column: string): number => {
  const value = Number(text);
  if (text === undefined || text === "" || !Number.isFinite(value))
    throw new Invalid(`${basename(path)}:${line} ${column}`, "a number", text);
  return value;
};

export const shortestFrame = (files: readonly RecordedFile[]): Timeframe =>
  files
    .map((file) => file.rest as Timeframe)
    .reduce((best, frame) => (timeframes[frame] < timeframes[best] ? frame : best));

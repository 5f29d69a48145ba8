/**
 * Recorded funding rates: CSV with a header (`ts_ms,rate`, and `mark` and `symbol` if they are known), or JSON as Binance
 * (`fundingTime, fundingRate, markPrice, symbol`) and ccxt (`timestamp, fundingRate, symbol`) tell them. Either may be gzipped.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { checkFunding } from "../domain/history/check-funding.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { readNumber, readObject, readPositive, readTime } from "../domain/values/read.ts";
import type { FundingRates } from "../simulation/backtest/contracts/terms.ts";

interface Row {
  readonly at: number;
  readonly rate: number;
  readonly mark: number;
  /** Without slashes and colons; "" where the file names none. */
  readonly symbol: string;
}

/** All that the file has, by symbol without slashes and colons, "" where it names none. */
export const recordedFunding = (path: string): ReadonlyMap<string, FundingRates> =>
  new Map(
    [...Map.groupBy(rowsOf(path), ({ symbol }) => symbol)].map(([symbol, own]) => [symbol, columnsOf(own)]),
  );

/** By pair. Throws `Invalid` naming the file and the row. `pairs`: such as "BTC/USDT:USDT"; those without rates are in `missing`. */
export const readFundingRates = (
  path: string,
  pairs: readonly string[],
): { readonly recorded: ReadonlyMap<string, FundingRates>; readonly missing: readonly string[] } => {
  const rows = rowsOf(path);
  const named = new Set(rows.map(({ symbol }) => symbol));
  if (named.has("") && pairs.length > 1)
    throw new Invalid(path, "a symbol in every row, since there are several markets", "none");
  const recorded = new Map<string, FundingRates>();
  for (const pair of pairs) {
    const own = rows.filter(({ symbol }) => symbol === "" || isOf(symbol, pair));
    if (own.length > 0) recorded.set(pair, once(columnsOf(own), path));
  }
  return { recorded, missing: pairs.filter((pair) => !recorded.has(pair)) };
};

const bare = (symbol: string): string => symbol.replace(/[/:_-]/g, "").toUpperCase();

/** "BTCUSDT", "BTC/USDT" and "BTC/USDT:USDT" are one contract. */
const isOf = (symbol: string, pair: string): boolean =>
  symbol === bare(pair) || symbol === bare(pair.split(":")[0]!);

const rowsOf = (path: string): readonly Row[] => {
  const text = textOf(path);
  const raw = text.trimStart().startsWith("[") ? jsonOf(text, path) : csvOf(text, path);
  if (raw.length === 0) throw new Invalid(path, "at least one funding rate", "none");
  return raw.map((each, k) => rowOf(readObject(each, `${path}[${k}]`), `${path}[${k}]`));
};

const textOf = (path: string): string => {
  try {
    const bytes = readFileSync(path);
    return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Invalid("--funding", `a rate, or a file that can be read (${code ?? message})`, path);
  }
};

const jsonOf = (text: string, path: string): readonly unknown[] => {
  try {
    return JSON.parse(text) as readonly unknown[];
  } catch (error) {
    throw new Invalid(path, `JSON (${(error as Error).message})`, text);
  }
};

const csvOf = (text: string, path: string): readonly unknown[] => {
  const [header = "", ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const names = header.split(",").map((name) => name.trim());
  if (!names.includes("ts_ms") || !names.includes("rate"))
    throw new Invalid(path, "a header with ts_ms and rate", header);
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, k) => [name, cells[k]?.trim()]));
  });
};

const rowOf = (row: Readonly<Record<string, unknown>>, field: string): Row => {
  const at = readTime(row["ts_ms"] ?? row["fundingTime"] ?? row["timestamp"], `${field}.ts_ms`);
  const rate = readNumber(row["rate"] ?? row["fundingRate"], `${field}.rate`);
  if (!(Math.abs(rate) < 0.1)) throw new Invalid(`${field}.rate`, "a rate between -0.1 and 0.1", rate);
  const mark = row["mark"] ?? row["markPrice"];
  const none = mark === undefined || mark === "" || mark === null;
  const symbol = row["symbol"];
  return {
    at,
    rate,
    mark: none ? NaN : readPositive(mark, `${field}.mark`),
    symbol: typeof symbol === "string" ? bare(symbol) : "",
  };
};

/** What is told twice would be paid twice. */
const once = (rates: FundingRates, path: string): FundingRates => {
  const { findings, sound } = checkFunding(rates.at, { placesMax: 1 });
  if (!sound)
    throw new Invalid(path, "each funding time once", new Date(findings[0]!.first[0]!.at).toISOString());
  return rates;
};

const columnsOf = (rows: readonly Row[]): FundingRates => {
  const sorted = [...rows].sort((a, b) => a.at - b.at);
  return {
    at: Float64Array.from(sorted, ({ at }) => at),
    rate: Float64Array.from(sorted, ({ rate }) => rate),
    mark: Float64Array.from(sorted, ({ mark }) => mark),
  };
};

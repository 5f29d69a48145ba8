/**
 * Reads one result to compare: the JSON of `shoal backtesting` (its equity and trades), freqtrade's results of one strategy
 * (its trades over its starting balance), or CSV of returns or equity with times. All become daily returns.
 */
import { basename } from "node:path";
import { compoundDaily, dailyReturns } from "../../domain/performance/daily-equity.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { readNumber, readObject } from "../../domain/values/read.ts";
import { readReturns } from "./returns-file.ts";
import { readText } from "./rows.ts";
import { tradesReturns } from "./trades-equity.ts";
import { type LabelledTrade, readTrades } from "./trades-file.ts";

export interface Result {
  readonly name: string;
  readonly file: string;
  /** Of each UTC day; `at` is when the day begins. */
  readonly returns: readonly number[];
  readonly at: readonly number[];
  readonly trades: readonly LabelledTrade[] | undefined;
  /** As the result tells them; empty where it does not. */
  readonly conventions: Readonly<Record<string, string>>;
}

/** `text`: a file, or `name=file`. Throws `Invalid` naming the file and what it lacks. */
export const readResult = (text: string): Result => {
  const named = /^([^=/\\]+)=(.+)$/.exec(text);
  const file = named?.[2] ?? text;
  const name = named?.[1] ?? basename(file).replace(/(\.(json|csv|gz))+$/, "");
  const content = readText(file, file);
  if (/^\s*\{/.test(content)) return { name, file, ...jsonResult(file, content) };
  const read = readReturns(file, file);
  if (read.at === undefined) throw new Invalid(file, "a column of times beside the returns", "none");
  const { returns, at } = compoundDaily(read.returns, read.at);
  // A day that is labelled by its midnight is that day, not the end of the one before.
  const dated = read.at.every((each) => each % DAY_MS === 0);
  return {
    name,
    file,
    returns: dated ? read.returns : Array.from(returns),
    at: dated ? read.at : Array.from(at),
    trades: undefined,
    conventions: {},
  };
};

const DAY_MS = 86_400_000;

const jsonResult = (file: string, content: string): Omit<Result, "name" | "file"> => {
  const raw = readObject(parsed(file, content), file);
  const conventions = Object.fromEntries(
    Object.entries(readObject(raw["conventions"] ?? {}, `${file}: conventions`)).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  if (Array.isArray(raw["equity"])) {
    const trades = Array.isArray(raw["trades"]) ? tradesOf(file, raw["trades"].length) : undefined;
    return { ...equityReturns(file, raw["equity"]), trades, conventions };
  }
  const [strategy, ...others] = Object.values(readObject(raw["strategy"] ?? {}, `${file}: strategy`));
  if (strategy === undefined || others.length > 0)
    throw new Invalid(file, "equity, as `shoal backtesting --json` writes it, or one strategy", "neither");
  const about = readObject(strategy, `${file}: strategy`);
  const trades = readTrades(file, file);
  const { returns, at } = tradesReturns(
    trades,
    readNumber(about["starting_balance"], `${file}: starting_balance`, "what it began with"),
    false,
  );
  return { returns: Array.from(returns), at: Array.from(at), trades, conventions };
};

const tradesOf = (file: string, count: number): readonly LabelledTrade[] =>
  count === 0 ? [] : readTrades(file, file);

const parsed = (file: string, content: string): unknown => {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new Invalid(file, `JSON (${(error as Error).message})`, content.slice(0, 40));
  }
};

/** Equity at each candle's close; a close at midnight ends the day before. */
const equityReturns = (
  file: string,
  equity: readonly unknown[],
): { readonly returns: readonly number[]; readonly at: readonly number[] } => {
  const points = equity.map((point, i) => {
    const place = `${file}: equity[${i}]`;
    if (!Array.isArray(point)) throw new Invalid(place, "a time and a value", point);
    return [
      readNumber(point[0], `${place}[0]`, "a time in ms"),
      readNumber(point[1], `${place}[1]`, "equity in quote"),
    ] as const;
  });
  if (points.length < 2) throw new Invalid(`${file}: equity`, "two points or more", points.length);
  const { returns, at } = dailyReturns(
    points.map(([time]) => time - 1),
    points.map(([, value]) => value),
  );
  return { returns: Array.from(returns), at: Array.from(at) };
};

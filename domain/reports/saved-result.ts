/**
 * Reads what `shoal backtesting --json` prints and `--export-filename` saves, so that a report can be shown again later. Equity is a list of
 * [ms, value]; what a report does not show is passed over.
 */
import { Invalid } from "../values/invalid.ts";
import { readNumber, readObject, readPositive, readText, readTime } from "../values/read.ts";
import type { Equity, ReportedBacktest, ReportedMarket, ReportedTrade } from "./reported.ts";

/** Throws `Invalid` naming the field of what is no such result. `field` is what the names begin with. */
export const readResult = (raw: unknown, field: string): ReportedBacktest => {
  const found = readObject(raw, field);
  const name = (of: string): string => `${field}: ${of}`;
  const equity = readEquity(found["equity"], name("equity"));
  const trades = listOf(found["trades"], name("trades")).map((trade, i) =>
    readTrade(trade, name(`trades[${i}]`)),
  );
  return {
    strategy: readText(found["strategy"], anyText, name("strategy")),
    params: readObject(found["params"] ?? {}, name("params")),
    conventions: textsOf(found["conventions"] ?? {}, name("conventions")),
    quote: readText(found["quote"], anyText, name("quote")),
    timeframe: readText(found["timeframe"], anyText, name("timeframe")),
    startingBalance: readPositive(found["startingBalance"], name("startingBalance")),
    from: readTime(found["from"], name("from")),
    to: readTime(found["to"], name("to")),
    markets: listOf(found["markets"], name("markets")).map((market, i) =>
      readMarket(market, name(`markets[${i}]`)),
    ),
    trades,
    equity,
    refusals: numbersOf(found["refusals"] ?? {}, name("refusals")),
    orderListHash: readText(found["orderListHash"] ?? "", /^[0-9a-f]*$/, name("orderListHash")),
  };
};

const anyText = /^.+$/s;
const perhapsText = /^.*$/s;

const listOf = (raw: unknown, field: string): readonly unknown[] => {
  if (!Array.isArray(raw)) throw new Invalid(field, "a list", raw);
  return raw;
};

const textsOf = (raw: unknown, field: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(readObject(raw, field)).map(([name, value]) => [
      name,
      readText(value, perhapsText, `${field}.${name}`),
    ]),
  );

const numbersOf = (raw: unknown, field: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(readObject(raw, field)).map(([name, value]) => [
      name,
      readNumber(value, `${field}.${name}`),
    ]),
  );

const readEquity = (raw: unknown, field: string): Equity => {
  const points = listOf(raw, field);
  const at = new Float64Array(points.length);
  const value = new Float64Array(points.length);
  points.forEach((point, i) => {
    const [time, equity] = listOf(point, `${field}[${i}]`);
    at[i] = readTime(time, `${field}[${i}][0]`);
    value[i] = readNumber(equity, `${field}[${i}][1]`);
    if (i > 0 && at[i] < at[i - 1]!)
      throw new Invalid(`${field}[${i}][0]`, "a time not before the one before", time);
  });
  return { at, value };
};

const readMarket = (raw: unknown, field: string): ReportedMarket => {
  const { pair, change } = readObject(raw, field);
  return {
    pair: readText(pair, anyText, `${field}.pair`),
    change: change === null || change === undefined ? null : readNumber(change, `${field}.change`),
  };
};

const readTrade = (raw: unknown, field: string): ReportedTrade => {
  const trade = readObject(raw, field);
  const number = (name: string): number => readNumber(trade[name], `${field}.${name}`);
  /** JSON knows no NaN: what was not known comes back as null. */
  const perhaps = (name: string): number => (trade[name] === null ? NaN : number(name));
  const said = (name: string): string => readText(trade[name] ?? "", perhapsText, `${field}.${name}`);
  const side = trade["side"];
  if (side !== "long" && side !== "short") throw new Invalid(`${field}.side`, "long or short", side);
  return {
    pair: readText(trade["pair"], anyText, `${field}.pair`),
    side,
    tag: said("tag"),
    exitReason: said("exitReason"),
    openAt: readTime(trade["openAt"], `${field}.openAt`),
    closeAt: readTime(trade["closeAt"], `${field}.closeAt`),
    openPrice: readPositive(trade["openPrice"], `${field}.openPrice`),
    closePrice: readPositive(trade["closePrice"], `${field}.closePrice`),
    quantity: readPositive(trade["quantity"], `${field}.quantity`),
    ...(trade["contractSize"] !== undefined && {
      contractSize: readPositive(trade["contractSize"], `${field}.contractSize`),
    }),
    profit: number("profit"),
    profitRatio: number("profitRatio"),
    fees: number("fees"),
    mae: perhaps("mae"),
    mfe: perhaps("mfe"),
  };
};

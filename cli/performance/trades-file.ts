/**
 * Reads closed trades: one profit a line, CSV with a header, or the JSON that a backtest writes (a list, or an object
 * with `trades`; freqtrade's results of one strategy too). A trade needs `profit` (in quote) or `profitRatio`; a ratio
 * alone stands for the profit too, as of equal stakes. Pair, side, tag and reason are kept where they are told.
 */
import type { TradeResult } from "../../domain/performance/trade-metrics.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { readObject } from "../../domain/values/read.ts";
import { numberOf, parseRows, readText, timeOf } from "./rows.ts";

const names = {
  profit: ["profit", "profitabs", "pnl", "netprofit"],
  profitRatio: ["profitratio", "return", "returns", "returnpct", "r"],
  openAt: ["openat", "opendate", "opentime", "entrytime", "opentimestamp"],
  closeAt: ["closeat", "closedate", "closetime", "exittime", "closetimestamp"],
  mae: ["mae"],
  mfe: ["mfe"],
  pair: ["pair", "symbol", "instrument"],
  side: ["side", "direction"],
  tag: ["tag", "entertag", "entrytag"],
  exitReason: ["exitreason", "sellreason", "reason"],
} as const;

export const labels = ["pair", "side", "tag", "exitReason"] as const;
export type Label = (typeof labels)[number];

/** "" where a label is not told. */
export type LabelledTrade = TradeResult & Readonly<Record<Label, string>>;

type Field = keyof typeof names;
const fields = Object.keys(names) as Field[];

export const readTrades = (option: string, file: string): readonly LabelledTrade[] => {
  const text = readText(option, file);
  return /^\s*[[{]/.test(text) ? jsonTrades(option, file, text) : csvTrades(option, file, text);
};

const csvTrades = (option: string, file: string, text: string): readonly LabelledTrade[] => {
  const { header, rows } = parseRows(option, file, text);
  if (header === undefined && rows[0]!.cells.length > 1)
    throw new Invalid(
      `${file}:${rows[0]!.line}`,
      "one profit a line, or a header line",
      rows[0]!.cells.join(","),
    );
  const columns = Object.fromEntries(
    fields.map((field) => [
      field,
      header === undefined
        ? field === "profit"
          ? 0
          : -1
        : header.findIndex((name) => (names[field] as readonly string[]).includes(name)),
    ]),
  ) as Record<Field, number>;
  if (columns.profit < 0 && columns.profitRatio < 0)
    throw new Invalid(`${file}:1`, "a column named profit or profitRatio", header?.join(","));
  return rows.map(({ line, cells }) =>
    tradeOf(`${file}:${line}`, (field) => (columns[field] < 0 ? undefined : cells[columns[field]])),
  );
};

const jsonTrades = (option: string, file: string, text: string): readonly LabelledTrade[] => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Invalid(option, `JSON (${(error as Error).message})`, file);
  }
  const list = Array.isArray(parsed) ? parsed : listIn(parsed as Results);
  if (!Array.isArray(list)) throw new Invalid(option, "a list of trades, or an object with trades", file);
  return list.map((raw: unknown, i) => {
    const place = `${file}: trades[${i}]`;
    const trade = readObject(raw, place);
    const known = new Map(
      Object.entries(trade).map(([name, value]) => [name.toLowerCase().replace(/_/g, ""), value]),
    );
    return tradeOf(place, (field) => {
      const value = names[field]
        .map((name) => known.get(name))
        .find((each) => each !== undefined && each !== null);
      return value === undefined ? undefined : typeof value === "string" ? value : JSON.stringify(value);
    });
  });
};

interface Results {
  readonly trades?: unknown;
  /** As freqtrade writes them: by strategy. */
  readonly strategy?: Readonly<Record<string, { readonly trades?: unknown }>>;
}

const listIn = ({ trades, strategy }: Results): unknown => {
  const all = Object.values(strategy ?? {});
  return trades ?? (all.length === 1 ? all[0]!.trades : undefined);
};

const tradeOf = (place: string, cell: (field: Field) => string | undefined): LabelledTrade => {
  const read = (field: Field, parse: (text: string) => number, expected: string): number => {
    const text = cell(field);
    if (text === undefined || text === "") return NaN;
    const value = parse(text);
    if (Number.isNaN(value)) throw new Invalid(place, expected, text);
    return value;
  };
  const profit = read("profit", numberOf, "a profit in quote");
  const ratio = read("profitRatio", numberOf, "a profit as a ratio (0.01 is one percent)");
  if (Number.isNaN(profit) && Number.isNaN(ratio))
    throw new Invalid(place, "profit or profitRatio", "neither");
  return {
    profit: Number.isNaN(profit) ? ratio : profit,
    profitRatio: ratio,
    openAt: read("openAt", timeOf, "the time it was opened"),
    closeAt: read("closeAt", timeOf, "the time it was closed"),
    mae: read("mae", numberOf, "a ratio of the open price"),
    mfe: read("mfe", numberOf, "a ratio of the open price"),
    pair: cell("pair") ?? "",
    side: cell("side") ?? "",
    tag: cell("tag") ?? "",
    exitReason: cell("exitReason") ?? "",
  };
};

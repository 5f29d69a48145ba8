/** Trades as CSV, in the order given: what a spreadsheet opens and `shoal metrics --trades` reads. Times are ISO, UTC. */
import type { ReportedTrade } from "./reported.ts";
import { isoText } from "./text.ts";

const columns: readonly (readonly [title: string, cell: (trade: ReportedTrade) => string])[] = [
  ["pair", ({ pair }) => quoted(pair)],
  ["side", ({ side }) => side],
  ["tag", ({ tag }) => quoted(tag)],
  ["exitReason", ({ exitReason }) => quoted(exitReason)],
  ["openAt", ({ openAt }) => isoText(openAt)],
  ["closeAt", ({ closeAt }) => isoText(closeAt)],
  ["openPrice", ({ openPrice }) => number(openPrice)],
  ["closePrice", ({ closePrice }) => number(closePrice)],
  ["quantity", ({ quantity }) => number(quantity)],
  ["profit", ({ profit }) => number(profit)],
  ["profitRatio", ({ profitRatio }) => number(profitRatio)],
  ["fees", ({ fees }) => number(fees)],
  ["mae", ({ mae }) => number(mae)],
  ["mfe", ({ mfe }) => number(mfe)],
];

export const tradesCsv = (trades: readonly ReportedTrade[]): string =>
  [
    columns.map(([title]) => title).join(","),
    ...trades.map((trade) => columns.map(([, cell]) => cell(trade)).join(",")),
    "",
  ].join("\n");

/** Empty where it is not known. */
const number = (value: number): string => (Number.isFinite(value) ? String(value) : "");

/** Quotes where the text would fall apart without; a line break becomes a space. */
const quoted = (text: string): string => {
  const line = text.replace(/[\r\n]+/g, " ");
  return /[",;\t]|^\s|\s$/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
};

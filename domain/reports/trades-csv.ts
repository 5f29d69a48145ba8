/** Trades as CSV, in the order given: what `shoal metrics --trades` reads again. */
import { type CsvColumn, csvNumber, csvText, csvTime } from "./csv.ts";
import type { ReportedTrade } from "./reported.ts";

const columns: readonly CsvColumn<ReportedTrade>[] = [
  ["pair", ({ pair }) => pair],
  ["side", ({ side }) => side],
  ["tag", ({ tag }) => tag],
  ["exitReason", ({ exitReason }) => exitReason],
  ["openAt", ({ openAt }) => csvTime(openAt)],
  ["closeAt", ({ closeAt }) => csvTime(closeAt)],
  ["openPrice", ({ openPrice }) => csvNumber(openPrice)],
  ["closePrice", ({ closePrice }) => csvNumber(closePrice)],
  ["quantity", ({ quantity }) => csvNumber(quantity)],
  ["profit", ({ profit }) => csvNumber(profit)],
  ["profitRatio", ({ profitRatio }) => csvNumber(profitRatio)],
  ["fees", ({ fees }) => csvNumber(fees)],
  ["mae", ({ mae }) => csvNumber(mae)],
  ["mfe", ({ mfe }) => csvNumber(mfe)],
];

export const tradesCsv = (trades: readonly ReportedTrade[]): string => csvText(columns, trades);

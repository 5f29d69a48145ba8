/** Every order of a backtest as CSV: what the strategy wanted, when, and what became of it. */
import { type CsvColumn, csvNumber, csvText, csvTime } from "../../domain/reports/csv.ts";
import type { BacktestOrder } from "../../simulation/backtest/settings.ts";

const columns: readonly CsvColumn<BacktestOrder>[] = [
  ["at", ({ at }) => csvTime(at)],
  ["pair", ({ pair }) => pair],
  ["side", ({ side }) => side],
  ["type", ({ type }) => type],
  ["timeInForce", ({ timeInForce }) => timeInForce],
  ["quantity", ({ quantity }) => csvNumber(quantity)],
  ["price", ({ price }) => csvNumber(price)],
  ["stopPrice", ({ stopPrice }) => csvNumber(stopPrice)],
  ["tag", ({ tag }) => tag],
  ["reason", ({ reason }) => reason],
  ["status", ({ status }) => status],
  ["filled", ({ filled }) => csvNumber(filled)],
  ["averagePrice", ({ averagePrice }) => csvNumber(averagePrice)],
  ["fees", ({ fees }) => csvNumber(fees)],
  ["closedAt", ({ closedAt }) => csvTime(closedAt)],
];

export const ordersCsv = (orders: readonly BacktestOrder[]): string => csvText(columns, orders);

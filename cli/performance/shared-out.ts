/** The profit of trades by pair, tag, reason or calendar, as a table that a freqtrade user recognises. */
import {
  type Attributed,
  type Attribution,
  type Calendar,
  calendarKey,
  calendars,
} from "../../domain/performance/attribution.ts";
import { table } from "../terminal.ts";
import { figureText, figureTitle } from "./figures.ts";
import type { Label, LabelledTrade } from "./trades-file.ts";

const isCalendar = (by: Label | Calendar): by is Calendar => (calendars as readonly string[]).includes(by);

/** Of the label, or of the time the trade was closed. */
export const keyOf =
  (by: Label | Calendar) =>
  (trade: LabelledTrade): string =>
    isCalendar(by) ? calendarKey(trade.closeAt, by) : trade[by] === "" ? "none" : trade[by];

export const sharedText = (by: Label | Calendar, { rows, total }: Attributed): string => {
  const shown = isCalendar(by) ? [...rows].sort((a, b) => (a.key < b.key ? -1 : 1)) : rows;
  return table(
    [
      [figureTitle(by)],
      ["Trades", "right"],
      ["Avg profit", "right"],
      ["Total profit", "right"],
      ["Avg duration", "right"],
      ["Win", "right"],
      ["Draw", "right"],
      ["Loss", "right"],
      ["Win%", "right"],
    ],
    [...shown, { ...total, key: "TOTAL" }].map(cells),
    "no trades",
  );
};

const cells = (row: Attribution): readonly unknown[] => [
  row.key,
  row.trades,
  figureText("averageProfitRatio", row.averageProfitRatio),
  row.profit.toPrecision(6),
  figureText("averageHoldMs", row.averageHoldMs),
  row.wins,
  row.draws,
  row.losses,
  figureText("winRate", row.winRate),
];

/** Trials of a search as a table: their losses and the figures that people look at first. */
import type { Figures } from "../../simulation/search/tested.ts";
import { table } from "../terminal.ts";

interface Row {
  readonly index: number;
  readonly losses: Readonly<Record<string, number>> | null;
  readonly figures: Figures | null;
}

const MINUTE_MS = 60_000;

export const trialsTable = (objectives: readonly string[], rows: readonly Row[]): string =>
  table(
    [
      ["Trial", "right"],
      ...objectives.map((name) => [name, "right"] as const),
      ["Trades", "right"],
      ["Return", "right"],
      ["Sharpe", "right"],
      ["Drawdown", "right"],
      ["Hold", "right"],
    ],
    rows.map(({ index, losses, figures }) => [
      index,
      ...objectives.map((name) => losses?.[name]?.toPrecision(6)),
      figures?.trades,
      percent(figures?.totalReturn),
      figures?.sharpe?.toFixed(3),
      percent(figures?.maxDrawdown),
      figures?.averageHoldMs == null ? undefined : `${Math.round(figures.averageHoldMs / MINUTE_MS)} min`,
    ]),
    "no trial could be rated",
  );

const percent = (ratio: number | null | undefined): string | undefined =>
  ratio == null ? undefined : `${(ratio * 100).toFixed(2)} %`;

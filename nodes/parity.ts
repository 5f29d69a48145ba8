/**
 * Whether a replay through the actors decided what the backtester decides over the same prints: the portfolio's journal
 * beside the turns of `simulation/ticks`, command by command and event by event. When a thing arrived is no part of it;
 * all that was decided, asked, filled and booked is.
 */
import type { Journal } from "../adapters/journal/journal.ts";
import type { PortfolioCommand } from "../domain/portfolio/commands.ts";
import { toJson } from "../domain/values/json.ts";
import { tickBacktest } from "../simulation/ticks/tick-backtest.ts";
import { recordedRun } from "./recorded-run.ts";
import type { Settings } from "./settings.ts";

export interface Parity {
  readonly trades: number;
  readonly candles: number;
  /** Commands that decided something, and their events. */
  readonly commands: number;
  readonly events: number;
  readonly fills: number;
  /** The first turn that differs, as both have it; null: none does. */
  readonly difference: {
    readonly turn: number;
    readonly actors: string | null;
    readonly backtest: string | null;
  } | null;
  readonly backtestMs: number;
}

type Turn = { readonly command: PortfolioCommand; readonly events: readonly unknown[] };

/** `settings`: those of the run. Throws `Invalid` where the journal is of no replay, or of other settings. */
export const parityOf = async (journal: Journal, settings: Settings, portfolio: string): Promise<Parity> => {
  const { turns: live, backtest } = await recordedRun(journal, settings, portfolio);
  const prepared = await backtest();
  const began = performance.now();
  const { turns, trades, candles } = tickBacktest(prepared);
  const backtestMs = performance.now() - began;
  const events = turns.reduce((sum, turn) => sum + turn.events.length, 0);
  const fills = turns.filter(({ command }) => command.type === "RecordFill").length;
  const difference = firstDifference(live, turns);
  return { trades, candles, commands: turns.length, events, fills, difference, backtestMs };
};

const firstDifference = (live: readonly Turn[], ours: readonly Turn[]): Parity["difference"] => {
  for (let turn = 0; turn < Math.max(live.length, ours.length); turn += 1) {
    const [actors, backtest] = [textOf(live[turn]), textOf(ours[turn])];
    if (actors !== backtest) return { turn: turn + 1, actors, backtest };
  }
  return null;
};

const textOf = (turn: Turn | undefined): string | null =>
  turn === undefined ? null : toJson(sorted({ command: turn.command, events: turn.events }));

/** With the names of each object in order: who wrote them first does not matter. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, held]) => held !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, held]) => [name, sorted(held)]),
  );
};
